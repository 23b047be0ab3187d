import type { Chain, Statement } from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";

/** All filter chains, named and in place, with the statements that hold them. */
export function* chainsOf({ config }: Model): Generator<{ chain: Chain; statement: Statement }> {
  for (const statement of config.statements) {
    if (statement.kind === "filter" && statement.chain) yield { chain: statement.chain, statement };
    if (statement.kind !== "action" && statement.kind !== "listen") continue;
    for (const { value } of statement.options) if (value?.kind === "chain") yield { chain: value, statement };
  }
}
