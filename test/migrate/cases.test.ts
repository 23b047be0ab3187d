import { readFileSync, writeFileSync } from "node:fs";
import { lineColumn, lineStarts, type Release, type SourceFile, type Span } from "@smtpdlint/grammar";
import { analyse } from "@smtpdlint/lint";
import { type Migration, migrate } from "@smtpdlint/migrate";
import { memoryHost } from "@smtpdlint/model";
import { expect, test } from "vitest";

/**
 * `cases.txt`: after a line `=== name [target=RELEASE] [host=NAME]` an old file,
 * after `---` the new one, and after another what is said of it. `%0D` is a
 * carriage return, and `%END` no newline. `SMTPDLINT_UPDATE=1` writes what comes
 * out; read it.
 */
const path = new URL("cases.txt", import.meta.url);
const isUpdate = process.env.SMTPDLINT_UPDATE === "1";

interface Case {
  readonly title: string;
  readonly target: Release;
  readonly hostName: string | undefined;
  readonly old: string;
  readonly expected: string;
}

const cases = readFileSync(path, "utf8")
  .split(/^=== /m)
  .filter(Boolean)
  .map((block): Case => {
    const [title = "", ...rest] = block.split("\n");
    const body = rest.join("\n");
    const at = body.indexOf("---\n");
    const option = (name: string) => new RegExp(` ${name}=(\\S+)`).exec(title)?.[1];
    return {
      title,
      target: (option("target") ?? "7.8") as Release,
      hostName: option("host"),
      old: at === -1 ? body : body.slice(0, at),
      expected: at === -1 ? "" : body.slice(at + 4),
    };
  });

const decoded = (text: string) => text.replaceAll("%0D", "\r").replace(/%END\n$/, "");

function outcome({ old, target, hostName }: Case): { text: string; migration: Migration } {
  const migration = migrate("smtpd.conf", decoded(old), memoryHost({}), { target, hostName });
  const { text, announcements, untranslated, config } = migration;
  const place = (span: Span) => {
    const { line, column } = lineColumn(lineStarts((config.files[span.file] as SourceFile).text), span.start);
    return `${line}:${column}`;
  };
  const notes = [
    ...announcements
      .filter(({ kind }) => kind !== "queue")
      .map(({ kind, message, span }) => `${place(span)} ${kind}: ${message}`),
    ...untranslated.map(({ reason, span }) => `${place(span)} untranslated: ${reason}`),
  ];
  return { text: `${text}---\n${notes.map((note) => `${note}\n`).join("")}`, migration };
}

if (isUpdate) {
  const blocks = cases.map((entry) => `=== ${entry.title}\n${entry.old}---\n${outcome(entry).text}`);
  writeFileSync(path, blocks.join(""));
}

test.each(cases)("$title", (entry) => {
  const { text, migration } = outcome(entry);
  if (!isUpdate) expect(text).toBe(entry.expected);
  // A second run has nothing to do, but for what it could not do.
  const again = migrate("smtpd.conf", migration.text, memoryHost({}), {
    target: entry.target,
    hostName: entry.hostName,
  });
  expect(again.text).toBe(migration.text);
  // Nothing of the old language is left, nor any other mistake of ours.
  const { diagnostics } = analyse("smtpd.conf", migration.text, memoryHost({}), { target: entry.target });
  const syntax = diagnostics.filter(({ category, rule }) => category === "refused" && !ofTheCase.has(rule));
  expect(syntax.map(({ message }) => message)).toEqual([]);
});

/** What the old file itself lacks, or its machine. */
const ofTheCase = new Set([
  "no-rules",
  "undefined-table",
  "undefined-pki",
  "invalid-include",
  "include-failed",
  "invalid-queue-key",
  "read-as-template",
  "template-placeholder",
  "wrong-table-kind",
]);
