import { byteLength, type SourceFile, type Span } from "@smtpdlint/grammar";

/** A line of a file of the backend `passwd`. */
export interface PasswdLine {
  readonly span: Span;
  /** Name, password, uid, gid, gecos, home, shell, and what others may have behind; smtpd wants six at least. */
  readonly fields: readonly PasswdField[];
}

export interface PasswdField {
  readonly text: string;
  readonly span: Span;
}

/** The lines that the backend reads (table_passwd.c, table_passwd_update): comments are cut off, empty lines left out. */
export function passwdLines({ id, text }: SourceFile): PasswdLine[] {
  const lines: PasswdLine[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const [written = ""] = line.split("#", 1);
    if (written !== "")
      lines.push({ span: { file: id, start, end: start + written.length }, fields: fieldsOf(written, id, start) });
    start += line.length + 1;
  }
  return lines;
}

function fieldsOf(line: string, file: number, lineStart: number): PasswdField[] {
  let start = lineStart;
  return line.split(":").map((text) => {
    const span = { file, start, end: start + text.length };
    start = span.end + 1;
    return { text, span };
  });
}

/** Why the backend refuses a line, and with it the whole file; undefined for one that it takes (table_passwd.c, parse_passwd_entry). */
export function problemOfPasswdLine({ fields }: PasswdLine): "no name" | "fields" | "long" | undefined {
  if (fields[0]?.text === "") return "no name";
  if (fields.length < fewestFields) return "fields";
  const length = fields.reduce((sum, { text }) => sum + byteLength(text) + 1, -1);
  return length >= mostOfLine ? "long" : undefined;
}

const fewestFields = 6;
/** LINE_MAX */
const mostOfLine = 2048;
