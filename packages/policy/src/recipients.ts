import { type Action, originOf, type TableExpression } from "@smtpdlint/grammar";
import { type Model, optionOf, type TableInfo } from "@smtpdlint/model";
import type { Alternative } from "./assumptions.ts";
import { type EntryPoint, isOpenToAll } from "./entry-points.ts";
import type { Expansion } from "./expansion/expansion-tree.ts";
import type { Message } from "./message.ts";
import type { Policy } from "./policy.ts";
import type { MatchRule } from "./ruleset.ts";

/** How an action looks a recipient up. */
export type LookupKind = "alias" | "virtual";

/** The tables of aliases and virtual users of an action. */
export function lookupsOf(action: Action, { tables }: Pick<Model, "tables">): [LookupKind, TableInfo][] {
  return (["alias", "virtual"] as const).flatMap((kind): [LookupKind, TableInfo][] => {
    const value = optionOf(originOf(action), kind)?.value as TableExpression | undefined;
    return value ? [[kind, tables.in(action, value)]] : [];
  });
}

/** Somebody who sends mail, and where it comes in. */
export interface Sender {
  readonly point: EntryPoint;
  readonly sender: Partial<Message>;
}

/** Those outside, whose mail matters most; then who calls sendmail(8), and users who have logged in. */
export function sendersOf({ entryPoints }: Policy): (readonly Sender[])[] {
  const sendersAt = (isEntry: (point: EntryPoint) => boolean, sender: Partial<Message>) =>
    entryPoints.filter(isEntry).map((point) => ({ point, sender }));
  return [
    sendersAt(isOpenToAll, {}).concat(sendersAt(isOpenToAll, { mailFrom: "@" })),
    sendersAt(({ reach }) => reach === "socket", { src: "local", user: "" }),
    sendersAt(({ auth }) => auth !== "none", { user: "someone" }),
  ];
}

/** An address that smtpd looks up as the key, if the rule takes it; undefined for a key that is never looked up. */
export function recipientFor(key: string, kind: LookupKind, { destination }: MatchRule): string | undefined {
  const at = key.indexOf("@");
  if (at > 0 && at < key.length - 1 && kind === "virtual") return key;
  if (at !== -1 && kind === "alias") return undefined;
  const domain = at === 0 && key.length > 1 ? key.slice(1) : domainOf(destination);
  return domain && `${at === -1 ? key : "someone"}@${domain}`;
}

/** A domain whose mail a rule takes. */
export function domainOf({ negated, regex, table }: MatchRule["destination"]): string | undefined {
  if (negated || regex) return undefined;
  return table.identity === "<anydestination>" ? "elsewhere.example" : table.keys?.find((key) => !key.includes("*"));
}

/** False for a machine whose own name is not `localhost`: each has that (config.c). */
export const isPossible = ({ when }: Alternative<Expansion>): boolean =>
  when.some((way) =>
    way.every(
      ({ question, answer }) =>
        !(question.table === "<localnames>" && question.about === "localhost" && answer === "no"),
    ),
  );
