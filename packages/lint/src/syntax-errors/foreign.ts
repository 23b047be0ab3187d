import { lineColumn, lineStarts, newestRelease, type Problem, type Span } from "@smtpdlint/grammar";
import { groupBy, type Model } from "@smtpdlint/model";
import { isPostfixSetting } from "./postfix.ts";
import { statementWords } from "./tokens.ts";

/** Text of another program's configuration, which smtpd refuses. */
export interface ForeignText {
  readonly program: "postfix" | "sasl";
  readonly name: string;
  /** The name of the setting; of a whole file, that of the first one that smtpd refuses. */
  readonly span: Span;
  /** True if all of the file is the program's. */
  readonly isWhole: boolean;
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
    const program = ownerOf(text);
    const settings = new Set<number>();
    for (const problem of inFile) {
      const start = settingAt(text, starts, problem.span.start, program !== undefined);
      const [name] = (start !== undefined && /^\w+/.exec(text.slice(start))) || [];
      if (start === undefined || name === undefined || (!program && !isPostfixSetting(name))) continue;
      claimed.add(problem);
      if (settings.has(start) || (program && settings.size > 0)) continue;
      settings.add(start);
      const span = { file, start, end: start + name.length };
      foreign.push({ program: program ?? "postfix", name, span, isWhole: program !== undefined });
    }
  }
  return { foreign, problems: problems.filter((problem) => !claimed.has(problem)) };
}

/** True for what smtpd says `syntax error` to, or that a macro is not defined. */
const isUnread = ({ code }: Problem) => /^(?:unexpected-token|unquoted-text|undefined-macro)$/.test(code);

/** What no mail server but one with Cyrus SASL sets (options.html of Cyrus SASL). */
const saslOption =
  /^(?:pwcheck_method|mech_list|auxprop_plugin|saslauthd_path|sasldb_path|authdaemond_path|sql_engine):/m;

/** So many settings of Postfix make a file, if they are most of it. */
const enough = 3;

/** Whose file it is, if it has no other lines than settings of a program: those of Postfix go on in indented lines. */
function ownerOf(text: string): ForeignText["program"] | undefined {
  if (!/^(?!\w+:|[ \t]*(?:#|$))/m.test(text)) return saslOption.test(text) ? "sasl" : undefined;
  if (/^(?!\w+[ \t]*=|[ \t]|#|$)/m.test(text)) return undefined;
  const names = [...text.matchAll(/^\w+(?=[ \t]*=)/gm)].map(([name]) => name);
  const own = names.filter(isPostfixSetting).length;
  return own >= enough && own * 2 > names.length ? "postfix" : undefined;
}

/** So many lines may continue a setting. */
const mostLines = 100;

/** A comment, an empty line, or one that is indented and no statement of smtpd.conf. */
const continuation = new RegExp(`[ \\t]*(?:#|$)|[ \\t]+(?!(?:${statementWords(newestRelease).join("|")})\\b)`, "my");

/** Where the setting begins that a place belongs to. */
function settingAt(text: string, starts: readonly number[], offset: number, isWhole: boolean): number | undefined {
  const { line } = lineColumn(starts, offset);
  for (let index = line - 1; index >= 0 && index > line - mostLines; index--) {
    const start = starts[index] as number;
    continuation.lastIndex = start;
    if (continuation.test(text)) continue;
    return isWhole || /^\w+[ \t]*=/.test(text.slice(start, start + 80)) ? start : undefined;
  }
  return undefined;
}
