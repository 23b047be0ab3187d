import { isReserved, isSameSpan } from "@smtpdlint/grammar";
import type { Diagnostic } from "@smtpdlint/lint";
import { type NameKind, type Reference, useAt, wantsMapping, writeText } from "@smtpdlint/model";
import type { Mending } from "./editor-action.ts";
import { lineAbove } from "./spans.ts";
import type { View } from "./view.ts";

/** A name that is missing: as it is, as it is written, and where it is used. */
interface Missing {
  readonly name: string;
  readonly written: string;
  readonly reference: Reference;
  readonly view: View;
}

/** A definition, and what tells it from others of the same name. */
interface Proposal {
  readonly text: string;
  readonly detail?: string;
}

/** What has many entries, or secrets that not everybody who reads smtpd.conf may see. */
const usualInFile = new Set(["alias", "virtual", "userbase", "auth", "auth-optional", "senders"]);

/** What can be defined with the least that smtpd accepts where it is used; the words in capitals are for the author. */
const proposals: { readonly [K in NameKind]?: (missing: Missing) => readonly Proposal[] } = {
  table: ({ name, written, reference, view: { model } }) => {
    const place = useAt(reference, model.target)?.place ?? "";
    const isUsualInFile = usualInFile.has(place);
    const isMapping = wantsMapping(reference, model.target) || isUsualInFile;
    const file = place === "alias" ? "aliases" : isPlain(name) ? name : "NAME";
    const here = { text: `table ${written} { ${isMapping ? '"KEY" = "VALUE"' : '"VALUE"'} }`, detail: " with entries" };
    const inFile = { text: `table ${written} file:/etc/mail/${file}`, detail: " from a file" };
    return isUsualInFile ? [inFile, here] : [here, inFile];
  },
  action: ({ written, reference: { statement } }) => {
    const goesOut =
      statement?.kind === "match" &&
      statement.conditions.some(
        ({ keyword, subject }) => keyword.word === "for" && (subject?.word === "any" || subject?.word === "rcpt-to"),
      );
    const methods = goesOut ? ["relay", "mbox"] : ["mbox", "relay"];
    return methods.map((method) => ({ text: `action ${written} ${method}`, detail: ` with ${method}` }));
  },
  // Filters are programs called filter-NAME, which smtpd finds in a folder of its own.
  filter: ({ name, written }) => [
    { text: `filter ${written} proc-exec "${isPlain(name) ? `filter-${name.replace(/^filter-/, "")}` : "COMMAND"}"` },
  ],
  proc: ({ written }) => [{ text: `proc ${written} "COMMAND"` }],
  wrapper: ({ written }) => [{ text: `mda wrapper ${written} "COMMAND %{mda}"` }],
  pki: ({ name, written }) => {
    const file = isPlain(name) ? name : "NAME";
    return [{ text: `pki ${written} cert "/etc/ssl/${file}.crt"\npki ${written} key "/etc/ssl/private/${file}.key"` }];
  },
  ca: ({ written }) => [{ text: `ca ${written} cert "/etc/ssl/cert.pem"` }],
};

/** For a finding about a name that nothing defines, the definition above the statement that uses it. */
export function missingDefinition(view: View, { span }: Diagnostic): Mending[] {
  const { symbols, target } = view.model;
  const reference = symbols.around(span.file, span.start).references.find((one) => isSameSpan(one.span, span));
  const propose = reference && proposals[reference.kind];
  if (!propose || !reference.statement || symbols.resolve(reference).outcome !== "missing") return [];
  const { name, kind, statement } = reference;
  const written = writeText(name, isReserved(name, target));
  if (written === undefined) return [];
  const at = lineAbove(view.model, statement.span);
  return propose({ name, written, reference, view }).map(({ text, detail = "" }) => ({
    title: `Add ${kind} '${name}'${detail}`,
    edits: [{ span: at, text: `${text}\n` }],
  }));
}

/** True for what can be part of a path between quotes. */
const isPlain = (name: string) => /^[\w.-]+$/.test(name);
