import { makeVisible } from "@smtpdlint/model";
import type { ExpansionNode, ExpansionStep } from "@smtpdlint/policy";

/** What SRS has to say of an address. */
export const srsText = ({ decoded }: Extract<ExpansionStep, { kind: "srs" }>) =>
  decoded
    ? `SRS: the address stands for <${makeVisible(`${decoded.user}@${decoded.domain}`)}>`
    : "SRS: the address does not decode, and is used as it is";

/** `<aliases>`; a table in braces has no name. */
const tableName = (table: string) => (table.startsWith("<") ? makeVisible(table) : "{ … }");

/** What an address has become, and where that stands. */
export function nodeText({ kind, text, domain, origin }: ExpansionNode): string {
  const from =
    origin.kind === "table"
      ? ` (${tableName(origin.table)}, entry ${JSON.stringify(makeVisible(origin.entry.key))})`
      : origin.kind === "forward" || origin.kind === "include"
        ? ` (${makeVisible(origin.path)}:${origin.line})`
        : "";
  const what = makeVisible(kind === "address" ? `${text}@${domain}` : text);
  const label = { address: "", user: "user ", file: "file ", program: "program ", maildir: "folder ", error: "error " }[
    kind
  ];
  return `${label}${what}${from}`;
}

/** What smtpd does with a node; undefined for what is said elsewhere. */
export function stepText(step: ExpansionStep): string | undefined {
  switch (step.kind) {
    case "rule":
    case "srs":
      return undefined;
    case "duplicate":
      return "is there already, and counts once";
    case "alias":
    case "virtual": {
      const asked = step.keys.map((key) => JSON.stringify(makeVisible(key))).join(", ");
      if (step.entry === "missing") return `${step.kind} ${tableName(step.table)}: nothing under ${asked}`;
      return `${step.kind} ${tableName(step.table)}: ${step.entry === "unknown" ? "something" : "an entry"} under ${asked}`;
    }
    case "include":
      return `the file ${makeVisible(step.path)} ${step.found ? "is included" : "is not there, and counts for nothing"}`;
    case "sub-address":
      return `${makeVisible(step.user)} with the tag ${makeVisible(step.tag)}`;
    case "user":
      return `${makeVisible(step.name)} ${userText(step.user)}`;
    case "forward":
      return forwardText(step.file);
    case "envelope":
      return undefined;
    case "failure":
      return `${step.reason}: ${makeVisible(step.reply)}`;
  }
}

function userText(user: Extract<ExpansionStep, { kind: "user" }>["user"]): string {
  if (user === "missing") return "is not a user";
  if (user === "failure") return "cannot be looked up";
  return user === "unknown" ? "is a user" : `is a user (uid ${user.uid}, ${makeVisible(user.home)})`;
}

function forwardText(file: Extract<ExpansionStep, { kind: "forward" }>["file"]): string {
  if (file === "not read") return ".forward is not read, since the action delivers as another user";
  if (file === "unknown") return ".forward: nobody knows what is in it";
  switch (file.kind) {
    case "missing":
      return "no .forward";
    case "text":
      return `${makeVisible(file.path)} is read`;
    default:
      return `${makeVisible(file.path)}: ${file.problem}`;
  }
}
