import type { Chain, Statement } from "@smtpdlint/grammar";
import { type Model, oncePer } from "@smtpdlint/model";

/** All filter chains, named and in place, with the statements that hold them. */
export const chainsOf = oncePer(({ config }: Model) =>
  config.statements.flatMap((statement): { readonly chain: Chain; readonly statement: Statement }[] => {
    if (statement.kind === "filter") return statement.chain ? [{ chain: statement.chain, statement }] : [];
    if (statement.kind !== "action" && statement.kind !== "listen") return [];
    return statement.options.flatMap(({ value }) => (value?.kind === "chain" ? [{ chain: value, statement }] : []));
  }),
);
