import { count, makeVisible, quote } from "@smtpdlint/model";
import type { Member } from "@smtpdlint/policy";
import { escapeMarkdown } from "../describe.ts";
import type { Hover } from "../hover.ts";
import { isCredentials, lineText, usesOf, useText } from "./file-uses.ts";
import { leadsFrom, placesOf, type Target, targetAt } from "./leads.ts";
import type { TableView } from "./table-view.ts";

/** What stands at an offset, and by which tables and for what smtpd reads the file; `views` are those of all configurations that do. */
export function hoverTable(views: readonly TableView[], offset: number): Hover | undefined {
  const [view] = views;
  const target = view && targetAt(view, offset);
  if (!view || !target) return undefined;
  const head = target.kind === "key" ? keyText(view, target) : memberText(view, target.member);
  const readers = view.kind === "members" ? "" : views.map(readersText).join("\n");
  return { span: target.span, markdown: [head, readers].filter(Boolean).join("\n\n") };
}

function keyText(view: TableView, target: Extract<Target, { kind: "key" }>): string {
  const name = `**${escapeMarkdown(makeVisible(target.entry.key))}**`;
  if (view.kind === "settings") return `${name}, a setting of the backend`;
  const places = placesOf(view, target.entry).length;
  const [use, ...others] = view.uses;
  const more = others.length > 0 ? ` and ${count(others.length, "other use")}` : "";
  const what = use
    ? `: a key, read for ${escapeMarkdown(useText(use, view.model))}${more}`
    : ", a key that nothing reads";
  return `${name}${what}${places > 0 ? `; ${count(places, "reference")}` : ""}`;
}

/** `table **aliases**, line 3, is read as` and the readers in a list. */
function readersText({ model, declarations, uses }: TableView): string {
  const tables = declarations.map(
    (table) => `**${escapeMarkdown(makeVisible(table.name?.value ?? ""))}**, ${lineText(model, table)}`,
  );
  const head = `table ${tables.join(" and ")}`;
  if (uses.length === 0) return `${head}, which nothing uses`;
  return [`${head}, read as`, "", ...uses.map((use) => `- ${escapeMarkdown(useText(use, model))}`)].join("\n");
}

const kinds: Readonly<Record<Member["kind"], string>> = {
  user: "a user",
  address: "an address, for which smtpd tries the match rules again",
  file: "a file to which smtpd appends the mail",
  program: "a command that gets the mail on its standard input",
  include: "a file with a member on each line",
  error: "a reply with which smtpd refuses the mail",
  maildir: "a maildir",
};

/** True for a file with passwords among its values. */
const isFileSecret = ({ model }: TableView, file: number) => usesOf(model, file).some(isCredentials);

function memberText(view: TableView, member: Member | undefined): string {
  if (!member) return "smtpd does not understand this member";
  const { model } = view;
  const name = member.domain ? `${member.text}@${member.domain}` : member.text;
  const leads = leadsFrom(view, member).map(({ kind, entry }) => {
    const where = lineText(model, entry);
    const isShown = kind !== "user" && entry.value !== undefined && !isFileSecret(view, entry.span.file);
    const article = kind === "alias" ? "an" : "a";
    return `${article} ${kind}, ${where}${isShown ? `: ${quote(entry.value ?? "")}` : ""}`;
  });
  const what = leads.length > 0 && member.kind === "user" ? leads : [kinds[member.kind], ...leads];
  return `**${escapeMarkdown(makeVisible(name))}**: ${escapeMarkdown(what.join("; "))}`;
}
