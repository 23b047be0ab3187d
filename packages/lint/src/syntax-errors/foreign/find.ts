import { lineColumn, lineStarts, type Problem, type Span } from "@smtpdlint/grammar";
import { groupBy, type Model } from "@smtpdlint/model";
import { exim } from "./exim.ts";
import { mainCf } from "./main-cf.ts";
import { masterCf } from "./master-cf.ts";
import { type ForeignFormat, type ForeignSetting, insteadOf, statement } from "./program.ts";
import { sasl } from "./sasl.ts";
import { sendmailCf, sendmailMc } from "./sendmail.ts";

/** All formats that are known; a setting of several is the first one's. */
export const foreignFormats: readonly ForeignFormat[] = [sasl, mainCf, masterCf, exim, sendmailMc, sendmailCf];

/** Text of another program's configuration, which smtpd refuses. */
export interface ForeignText {
  readonly format: ForeignFormat;
  /** The setting; undefined if all of the file is the program's. */
  readonly setting: ForeignSetting | undefined;
  /** The name of the setting; of a whole file, the first word of the first line that smtpd refuses. */
  readonly span: Span;
}

/** What cannot be read as smtpd.conf, parted into what is another program's and all else. */
export function findForeign({ problems, sources }: Model): {
  readonly foreign: readonly ForeignText[];
  readonly problems: readonly Problem[];
} {
  const claimed = new Set<Problem>();
  const foreign: ForeignText[] = [];
  for (const [file, inFile] of groupBy(problems.filter(isUnread), ({ span }) => span.file)) {
    const { text } = sources.files[file] ?? { text: "" };
    const starts = lineStarts(text);
    const owner = foreignFormats.find((format) => format.owns(text));
    if (owner) {
      const { line } = lineColumn(starts, (inFile[0] as Problem).span.start);
      const start = settingAt(text, starts, line) ?? (starts[line - 1] as number);
      const [word] = /^[^\s=(:]+|.?/.exec(lineAt(text, start)) as RegExpExecArray;
      foreign.push({ format: owner, setting: undefined, span: { file, start, end: start + word.length } });
      for (const problem of problems) if (problem.span.file === file) claimed.add(problem);
      continue;
    }
    const settings = new Set<number>();
    for (const problem of inFile) {
      const start = settingAt(text, starts, lineColumn(starts, problem.span.start).line);
      const found = start === undefined ? undefined : settingIn(lineAt(text, start));
      if (start === undefined || !found) continue;
      claimed.add(problem);
      if (settings.has(start)) continue;
      settings.add(start);
      const at = start + found.setting.at;
      foreign.push({ ...found, span: { file, start: at, end: at + found.setting.name.length } });
    }
  }
  return { foreign, problems: problems.filter((problem) => !claimed.has(problem)) };
}

/** What there is for those who come from another program. */
export const beginAnew = "smtpdlint init RECIPE writes files to begin with";

/** What a text is that is another program's and nothing else: `Postfix, a main.cf`. */
export const foreignFileOf = (text: string): string | undefined =>
  foreignFormats.find((format) => format.owns(text))?.file;

/** True for what smtpd says `syntax error` to, or that a macro is not defined. */
const isUnread = ({ code }: Problem) => /^(?:unexpected-token|unquoted-text|undefined-macro)$/.test(code);

/** So much of a line is looked at, in which a setting has its name. */
const longestName = 200;

const lineAt = (text: string, start: number) => /.*/.exec(text.slice(start, start + longestName))?.[0] ?? "";

function settingIn(line: string): { format: ForeignFormat; setting: ForeignSetting } | undefined {
  for (const format of foreignFormats) {
    const setting = format.settingIn?.(line);
    if (setting) return { format, setting };
  }
  return undefined;
}

/** So many lines may continue a setting. */
const mostLines = 100;

/** Where the line begins that a setting is in, if a line may continue it: a comment, or one that is empty or indented. */
function settingAt(text: string, starts: readonly number[], line: number): number | undefined {
  for (let index = line - 1; index >= 0 && index > line - mostLines; index--) {
    const start = starts[index] as number;
    statement.lastIndex = start;
    if (!/[ \t\n#]/.test(text[start] ?? "\n") || statement.test(text)) return start;
  }
  return undefined;
}

/** What is a setting of another program by this name, `NAME = VALUE`, and what is written in smtpd.conf for it. */
export function foreignNamed(name: string): { readonly setting: string; readonly help: string } | undefined {
  for (const format of [mainCf, exim]) {
    const help = insteadOf(format, name);
    if (help !== undefined) return { setting: format.setting as string, help };
  }
  return undefined;
}
