import { lineColumn, lineStarts, type Release, type Span } from "@smtpdlint/grammar";
import type { View } from "@smtpdlint/ide";
import { analyse } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";

const main = "/etc/mail/smtpd.conf";

/**
 * A configuration as text, with `$0` where the cursor is; `--- PATH` begins a
 * further file. The view is that of the file with the cursor.
 */
export function readMarked(text: string, target?: Release): { readonly view: View; readonly offset: number } {
  const [first = "", ...others] = text.split(/^--- /m);
  const files: Record<string, string> = { [main]: first };
  for (const other of others) {
    const newline = other.indexOf("\n");
    files[other.slice(0, newline)] = other.slice(newline + 1);
  }
  const marked = Object.keys(files).find((path) => files[path]?.includes("$0")) ?? main;
  const offset = Math.max((files[marked] ?? "").indexOf("$0"), 0);
  for (const path of Object.keys(files)) files[path] = files[path]?.replace("$0", "") ?? "";
  const { model, diagnostics } = analyse(main, files[main] ?? "", memoryHost(files), {
    ...(target && { target }),
    onFault(rule, error) {
      throw new Error(`rule ${rule} threw`, { cause: error });
    },
  });
  return { view: { model, diagnostics, file: model.sources.files.findIndex(({ path }) => path === marked) }, offset };
}

/** A place as `line:column text`, with the file's name in front if it is not the main file. */
export function place({ model }: View, { file, start, end }: Span): string {
  const source = model.sources.files[file];
  const text = source?.text ?? "";
  const { line, column } = lineColumn(lineStarts(text), start);
  const name = file === 0 ? "" : `${source?.path.slice(source.path.lastIndexOf("/") + 1)}:`;
  return `${name}${line}:${column} ${text.slice(start, end)}`.trimEnd();
}
