import { type Action, isAtLeast, type Release, type TableExpression } from "@smtpdlint/grammar";
import { isRelay, type Model, optionOf } from "@smtpdlint/model";
import { Mapping } from "./mapping.ts";
import { smtpdUser, type Userbase } from "./user-info.ts";

/** What an action says about the expansion of a recipient (struct dispatcher). */
export interface Delivery {
  readonly action: Action;
  readonly name: string;
  readonly method: "relay" | "forward-only" | "expand-only" | "local";
  readonly alias: Mapping | undefined;
  readonly virtual: Mapping | undefined;
  readonly userbase: Userbase;
  /** Who delivers, in the place of the recipient. */
  readonly user: string | undefined;
  /** Of a relay: whether it rewrites senders, and what `mail-from` puts in their place. */
  readonly srs: boolean;
  readonly mailFrom: string | undefined;
}

/** Reads an action; one without a name is none, and smtpd refuses it. */
export function deliveryOf(action: Action, { tables, target }: Pick<Model, "tables" | "target">): Delivery {
  const textOf = (word: string) => {
    const value = optionOf(action, word)?.value;
    return value?.kind === "text" ? value.value : undefined;
  };
  const mappingOf = (word: string) => {
    const value = optionOf(action, word)?.value as TableExpression | undefined;
    return value && new Mapping(nameOf(value), tables.of(value));
  };
  const userbase = optionOf(action, "userbase")?.value as TableExpression | undefined;
  const word = action.method?.word;
  return {
    action,
    name: action.name?.value ?? "",
    method: isRelay(action) ? "relay" : word === "forward-only" || word === "expand-only" ? word : "local",
    alias: mappingOf("alias"),
    virtual: mappingOf("virtual"),
    userbase:
      userbase && !tables.of(userbase).usersOnly ? new Mapping(nameOf(userbase), tables.of(userbase)) : "system",
    user: textOf("user") ?? (word === "lmtp" && runsLmtpItself(target) ? smtpdUser : undefined),
    srs: optionOf(action, "srs") !== undefined,
    mailFrom: textOf("mail-from"),
  };
}

/** From 7.0 to 7.4 smtpd delivers with LMTP as its own user (parse.y). */
const runsLmtpItself = (target: Release) => isAtLeast(target, "7.0") && !isAtLeast(target, "7.5");

const nameOf = (table: TableExpression) =>
  table.kind === "table-reference" ? `<${table.name?.value ?? ""}>` : `table at ${table.span.file}:${table.span.start}`;
