import { formatText } from "@smtpdlint/format";
import {
  applyEdits,
  type Edit,
  type IncludeResult,
  isSameSpan,
  legacy,
  newestRelease,
  parse,
  type Release,
  type SourceFile,
  type Span,
} from "@smtpdlint/grammar";
import { groupBy, type Host, quote, readFailures } from "@smtpdlint/model";
import { ActionNames } from "./action-names.ts";
import { type Announcement, type AnnouncementKind, kindsOfFile, type Untranslated } from "./announcement.ts";
import type { Context } from "./context.ts";
import { Facts, socketTag } from "./facts.ts";
import { OldTables } from "./old-tables.ts";
import type { Piece } from "./pieces.ts";
import { translateRelay } from "./relay-url.ts";
import { translateListen } from "./statements/listen.ts";
import { translateCa, translatePki } from "./statements/pki.ts";
import { oneLine, translateRule } from "./statements/rule.ts";
import {
  leaveFilterOut,
  translateInclude,
  translateLimits,
  translateMacro,
  translateMap,
  translateQueue,
  translateSetting,
  translateTable,
} from "./statements/settings.ts";
import { keyOf, Words } from "./words.ts";

/** How a file is translated. */
export interface MigrationOptions {
  /** The release that is to read the result; the newest by default. */
  readonly target?: Release;
  /** The name of the mail host, which 6.0.3 put in where a name was left out. */
  readonly hostName?: string | undefined;
  /** Macros from outside, as by `smtpd -D name=value`. */
  readonly macros?: ReadonlyMap<string, string>;
}

/** A configuration in today's language, and what a person must know of it. */
export interface Migration {
  readonly text: string;
  /** The new texts of included files, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  /** In the order of the text, those that concern the whole file first. */
  readonly announcements: readonly Announcement[];
  /** What stands in the result as a comment only. */
  readonly untranslated: readonly Untranslated[];
  /** For each statement that is another one today, what takes its place, before it is laid out. */
  readonly edits: readonly Edit[];
  /** The tree of the old file, in whose files all spans are. */
  readonly config: legacy.Config;
}

/**
 * Translates a configuration from the language before 6.4, with all that it
 * includes. Comments, order, blank lines and macros stay; what cannot be
 * translated stays as a comment with the reason. Never fails.
 */
export function migrate(path: string, text: string, host: Host, options: MigrationOptions = {}): Migration {
  const migrator = new Migrator(path, text, host, options);
  return migrator.isOfToday ? migrator.unchanged() : migrator.run();
}

class Migrator {
  private readonly config: legacy.Config;
  private readonly problems: readonly legacy.LegacyProblem[];
  /** True if there is nothing to do: today's smtpd reads the file, and it has no rule of the old language. */
  readonly isOfToday: boolean;
  private readonly target: Release;
  private readonly announcements: Announcement[] = [];
  private readonly untranslated: Untranslated[] = [];
  /** What of the statement at hand is left out. */
  private reasons: string[] = [];
  private readonly context: Context;
  private needsSocket: boolean;
  /** The macros with their last values. */
  private readonly macros: Map<string, string>;

  constructor(path: string, text: string, host: Host, options: MigrationOptions) {
    const macros = options.macros ?? new Map<string, string>();
    const include = (name: string, from: SourceFile): IncludeResult => host.readFile(name, from.path, "configuration");
    const { config, problems } = legacy.parse(path, text, { include, macros });
    this.config = config;
    this.problems = problems;
    this.target = options.target ?? newestRelease;
    const { statements, files } = config;
    this.macros = new Map(macros);
    for (const statement of statements) {
      if (statement.kind === "macro" && statement.value) this.macros.set(statement.name.value, statement.value.value);
    }
    const today = parse(path, text, { target: this.target, include, macros });
    const isRead = today.problems.every(({ code }) => code === "include-failed");
    const hasRules = today.config.statements.some(({ kind }) => kind === "match" || kind === "action");
    this.isOfToday = (isRead || hasRules) && !statements.some(({ kind }) => kind === "rule");
    const filters = today.config.statements.flatMap((statement) =>
      statement.kind === "filter" && !statement.broken && statement.name ? [statement.name.value] : [],
    );
    const hasGaps = problems.some(({ code }) => code === "include-failed" || code === "include-loop");
    const facts = new Facts(config, new OldTables(config, host), { hasGaps, target: this.target, filters });
    const hasSocket = facts.listeners.some(({ socket }) => socket !== undefined);
    this.needsSocket = facts.usesSocketTag && !hasSocket;
    this.context = {
      target: this.target,
      hostName: options.hostName?.toLowerCase(),
      words: new Words(files, statements, this.target, macros, newRelayMacros(config)),
      facts,
      actions: new ActionNames([]),
      announce: (kind, span, message) => this.announce(kind, span, message),
      leaveOut: (span, reason) => this.leaveOut(span, reason),
    };
  }

  unchanged(): Migration {
    const [main, ...included] = this.config.files;
    const files = Object.fromEntries(included.map(({ path, text }) => [path, text]));
    return { text: main?.text ?? "", files, announcements: [], untranslated: [], edits: [], config: this.config };
  }

  run(): Migration {
    const edits = new Map<number, Edit[]>();
    const written = new Set<string>();
    for (const statement of this.config.statements) {
      const { span } = statement;
      const file = this.config.files[span.file] as SourceFile;
      const lines = this.translate(statement);
      if (!lines) continue;
      const list = edits.get(span.file) ?? [];
      list.push({ span, text: this.withComments(span, lines) });
      edits.set(span.file, list);
      written.add(file.path);
    }
    this.announceFile();
    for (const file of this.config.files) this.noteUnread(file);
    const texts = this.config.files.map((file) => finish(file, edits.get(file.id) ?? []));
    const [main, ...included] = this.config.files;
    const files = Object.fromEntries(included.map(({ id, path }) => [path, texts[id] as string]));
    return {
      text: texts[main?.id ?? 0] as string,
      files,
      announcements: this.announcements,
      untranslated: this.untranslated,
      edits: [...edits.values()].flat(),
      config: this.config,
    };
  }

  /** The lines that take the place of a statement; undefined if it stays as it is. */
  private translate(statement: legacy.Statement): string[] | undefined {
    const { words } = this.context;
    this.reasons = [];
    const mayBeOfToday = statement.kind === "unknown" || statement.kind === "filter";
    if (mayBeOfToday && this.isStatementOfToday(statement)) return undefined;
    const fault = this.faultOf(statement);
    const lines = fault ? undefined : this.linesOf(statement);
    if (fault) this.context.leaveOut(statement.span, fault);
    const notes = this.reasons.map((reason) => `# smtpdlint: not translated: ${reason}`);
    if (!lines) return [...notes, `# ${oneLine(words.slice(statement.span))}`];
    const isRule = statement.kind === "rule" && this.needsSocket;
    if (isRule) this.needsSocket = false;
    const socket = isRule ? [`listen on socket tag ${words.quoted(socketTag)}`] : [];
    return [...notes, ...socket, ...lines.map((line) => words.join(line))];
  }

  private linesOf(statement: legacy.Statement): Piece[][] | undefined {
    const { context } = this;
    switch (statement.kind) {
      case "macro":
        return translateMacro(statement, context);
      case "include":
        this.noteInclude(statement.span);
        return translateInclude(statement, context);
      case "table":
        return translateTable(statement, context);
      case "map":
        return translateMap(statement, context);
      case "rule":
        return translateRule(statement, context);
      case "listen":
        return translateListen(statement, context);
      case "pki":
        return translatePki(statement, context);
      case "ca":
        return translateCa(statement, context);
      case "limits":
        return translateLimits(statement, context);
      case "queue":
        return translateQueue(statement, context);
      case "setting":
        return translateSetting(statement, context);
      case "filter":
        leaveFilterOut(statement, context);
        return undefined;
      case "enqueuer":
        context.leaveOut(
          statement.span,
          "filters of releases before 6.4 are gone; `listen on socket filter NAME` takes today's",
        );
        return undefined;
      case "unknown":
        return undefined;
    }
  }

  /** Why a statement cannot be read; undefined if it can. */
  private faultOf(statement: legacy.Statement): string | undefined {
    const { span } = statement;
    const isWithin = (at: Span) => at.file === span.file && span.start <= at.start && at.start <= span.end;
    const problem = this.problems.find((found) => isWithin(found.span) && !(found.code in harmless));
    if (problem?.code === "include-failed" || problem?.code === "include-loop") return undefined;
    if (problem) return describeProblem(problem, this.context.words.slice(problem.span));
    return statement.kind === "unknown" ? "smtpd before 6.4 does not read this line either" : undefined;
  }

  /** Says of an include that was not read that it was not translated. */
  private noteInclude(span: Span): void {
    const failed = this.problems.find(
      (problem) =>
        problem.code === "include-failed" &&
        problem.span.file === span.file &&
        span.start <= problem.span.start &&
        problem.span.end <= span.end,
    );
    if (failed?.code === "include-failed")
      this.context.leaveOut(
        span,
        `${quote(failed.path)} was not read (${readFailures[failed.reason]}): migrate it, too`,
      );
  }

  /** True if today's smtpd reads the statement: a file may be translated in part. */
  private isStatementOfToday({ span }: legacy.Statement): boolean {
    const text = this.context.words.slice(span);
    const { config, problems } = parse("", `${text}\n`, { target: this.target, macros: this.macros });
    const isRead = config.statements.every(({ kind, broken }) => kind !== "unknown" && !broken);
    return problems.length === 0 && isRead && config.statements.length > 0;
  }

  /** The new lines, and before them the comments that stood within the old statement and would be lost. */
  private withComments({ file, start, end }: Span, lines: readonly string[]): string {
    const text = lines.join("\n");
    const comments = (this.config.files[file]?.comments ?? [])
      .filter((comment) => start < comment.start && comment.end <= end)
      .map((comment) => this.context.words.slice(comment))
      .filter((comment) => !text.includes(comment));
    return [...comments.map(oneLine), text].join("\n");
  }

  private announce(kind: AnnouncementKind, span: Span, message: string): void {
    const isSaid = (other: Announcement) =>
      other.kind === kind &&
      (kindsOfFile.includes(kind) || (isSameSpan(other.span, span) && other.message === message));
    if (!this.announcements.some(isSaid)) this.announcements.push({ kind, message, span });
  }

  private leaveOut(span: Span, reason: string): void {
    if (this.untranslated.some((other) => other.reason === reason && isSameSpan(other.span, span))) return;
    this.untranslated.push({ span, reason });
    this.reasons.push(reason);
  }

  /** Of the branches of a template one is read: the lines of the others stay as they were. */
  private noteUnread({ id, text, template, comments }: SourceFile): void {
    if (!template) return;
    const isCovered = (at: number) =>
      [...template.tags, ...comments].some(({ start, end }) => start <= at && at < end) ||
      template.text[at] === text[at];
    let start = 0;
    for (const line of text.split("\n")) {
      const at = [...line].findIndex((char, index) => char.trim() !== "" && !isCovered(start + index));
      const isUnread = at !== -1 && template.text.slice(start, start + line.length).trim() === "" && line[at] !== "#";
      const span = { file: id, start: start + at, end: start + line.length };
      if (isUnread)
        this.leaveOut(span, "it stands in a branch of a template that is not read: the line stays as it is");
      start += line.length + 1;
    }
  }

  /** What concerns the change itself. */
  private announceFile(): void {
    this.announcements.unshift({
      kind: "queue",
      message:
        "the queue's format has changed: let the old smtpd deliver what is in it (smtpctl schedule all), then stop it and start the new one with an empty queue",
      span: { file: 0, start: 0, end: 0 },
    });
  }
}

/** Problems of a statement that is read all the same. */
const harmless = {
  "older-syntax": true,
  "forbidden-line-break": true,
  "unfinished-line": true,
  "carriage-return": true,
  "byte-order-mark": true,
};

function describeProblem(problem: legacy.LegacyProblem, source: string): string {
  switch (problem.code) {
    case "unreadable-statement":
      return problem.found === "" ? "the line ends too early" : `${quote(source)} cannot stand there`;
    case "undefined-macro":
      return `the macro ${quote(problem.name)} is not defined`;
    case "unquoted-text":
      return `${quote(source)} must stand in quotes`;
    case "unclosed-quote":
      return "a quote is not closed";
    default:
      return "smtpd cannot read this line";
  }
}

/** New values of the macros that stand for the URL of a relay, and for nothing else. */
function newRelayMacros({ statements, macroUses }: legacy.Config): Map<string, string> {
  const uses = groupBy(
    macroUses.filter(({ definition }) => definition),
    ({ definition }) => keyOf(definition as Span),
  );
  const urls = statements.flatMap((statement) =>
    statement.kind === "rule" && statement.action?.kind === "relay" && statement.action.url
      ? [statement.action.url]
      : [],
  );
  const values = new Map<string, string>();
  for (const { macro, value, span } of urls) {
    if (!macro?.definition || keyOf(span) !== keyOf(macro.reference)) continue;
    const key = keyOf(macro.definition);
    const places = new Set(urls.map(({ span }) => keyOf(span)));
    const isRelayOnly = uses.get(key)?.every(({ reference }) => places.has(keyOf(reference)));
    const relay = translateRelay(value);
    if (isRelayOnly && relay && !relay.backup) values.set(key, relay.url);
  }
  return values;
}

/** The new text of a file, laid out as `smtpdlint fmt` does it. */
function finish(file: SourceFile, edits: readonly Edit[]): string {
  // smtpd takes neither a carriage return nor a mark of the order of bytes.
  const text = applyEdits(file.text, edits)
    .replaceAll("\r\n", "\n")
    .replace(/^\ufeff/, "");
  return applyEdits(text, formatText(file.path, text));
}
