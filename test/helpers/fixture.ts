import { readFileSync } from "node:fs";
import { parseRelease, type Release } from "@smtpdlint/grammar";

/**
 * Fixtures are text. A file holds cases, each with a title line:
 *
 *     === the title | target=6.8
 *     table t { a }
 *     action x mbox alias <t>
 *                         ^^^ wrong-table-kind: needs a mapping
 *     --- /etc/mail/aliases
 *     root: joe
 *
 * A line of carets marks a diagnostic in the line above: what it underlines,
 * its rule, and a part of its message. `--- PATH` starts a further file
 * (with the option `on-host` it may have a mode and an owner, see machine.ts), and
 * `%% 5000 x,` stands for 5000 lines `x,`. So that cases can be short, a last rule is added unless the option `bare` is set.
 * Behind `>>>` stands what a user gets to read of the rule, which `vitest -u` writes.
 */
export interface FixtureCase {
  readonly title: string;
  readonly options: ReadonlyMap<string, string>;
  readonly target: Release | undefined;
  readonly text: string;
  /** The other files, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** What stands after a path: a file's mode and owner. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly expected: readonly Expected[];
  /** The case as it is written, without what a user gets to read. */
  readonly source: string;
}

export interface Expected {
  readonly path: string;
  readonly line: number;
  /** From 1; `endColumn` exclusive. */
  readonly column: number;
  readonly endColumn: number;
  readonly rule: string;
  readonly message: string;
}

export const mainPath = "/etc/mail/smtpd.conf";

export function readFixture(url: URL): FixtureCase[] {
  const [before, ...cases] = readFileSync(url, "utf8").split(/^=== /m);
  if (before?.trim()) throw new Error(`${url.pathname}: text before the first case`);
  return cases.map(parseCase);
}

export function parseCase(source: string): FixtureCase {
  const [written = ""] = source.split(/^>>>\n/m);
  const [head = "", ...lines] = written.split("\n");
  const [title = "", settings = ""] = head.split(" | ");
  const options = new Map(
    settings
      .split(/\s+/)
      .filter(Boolean)
      .map((item): [string, string] => [item.split("=")[0] as string, item.split("=")[1] ?? ""]),
  );
  const files: Record<string, string[]> = { [mainPath]: [] };
  const attributes: Record<string, string[]> = {};
  const expected: Expected[] = [];
  let path = mainPath;
  for (const line of lines) {
    const [, file, attributesOf = ""] = /^--- (\S+)(.*)$/.exec(line) ?? [];
    const [, times, repeated = ""] = /^%% (\d+) (.*)$/.exec(line) ?? [];
    const mark = /^(\s*)(\^+) ([a-z-]+)(?:: (.*))?$/.exec(line);
    if (file) {
      path = file;
      files[path] = [];
      attributes[path] = attributesOf.split(" ").filter(Boolean);
    } else if (mark) {
      const [, indent = "", carets = "", rule = "", message = ""] = mark;
      const column = indent.length + 1;
      const number = (files[path] as string[]).length;
      expected.push({ path, line: number, column, endColumn: column + carets.length, rule, message });
    } else if (times) {
      for (let left = Number(times); left > 0; left--) (files[path] as string[]).push(repeated);
    } else (files[path] as string[]).push(line);
  }
  const text = (name: string) => (files[name] as string[]).join("\n").replace(/\n*$/, "\n");
  const others = Object.keys(files).filter((name) => name !== mainPath);
  return {
    title: title.trim(),
    options,
    target: parseRelease(options.get("target") ?? ""),
    text: fromPictures(text(mainPath)) + (options.has("bare") ? "" : "match reject\n"),
    files: Object.fromEntries(others.map((name) => [name, fromPictures(text(name))])),
    attributes,
    expected,
    source: written,
  };
}

/** `␍`, `␀`, `␠` and the like stand for the characters they picture. */
function fromPictures(text: string): string {
  return text.replace(/[\u2400-\u2420]/g, (picture) => String.fromCharCode(picture.charCodeAt(0) - 0x2400));
}
