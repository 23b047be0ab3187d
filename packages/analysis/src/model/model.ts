import type {
  Action,
  Config,
  Filter,
  Listen,
  MacroUse,
  Match,
  Problem,
  Release,
  Smtp,
  SourceFile,
  Span,
  Statement,
  Table,
  TableExpression,
  UnexpectedToken,
} from "@smtpdlint/grammar";
import { isAtLeast } from "@smtpdlint/grammar";
import { groupBy } from "../group-by.ts";
import type { Host } from "../host.ts";
import type { Machine } from "../machine.ts";
import { type Cause, findCause } from "../syntax/cause.ts";
import { countUntil } from "../text/count-until.ts";
import { Candidates } from "../text/nearest.ts";
import { AnonymousTables } from "./anonymous-tables.ts";
import { type ComparedEntry, collectComparedEntries } from "./compared-entries.ts";
import { conditionsOf, type RuleConditions, type Test } from "./conditions.ts";
import { filtersNamed } from "./filters.ts";
import { type EntryPoint, entryPoints, hasUnknownTag } from "./listeners.ts";
import { canonicalName, collectNames, type Definition, type NameKind, type Reference } from "./names.ts";
import { conditionsForStrangers } from "./not-this-machine.ts";
import { type RelayHost, relayHosts } from "./relay-hosts.ts";
import { TableFile } from "./table-file.ts";
import { Keys, keysOf } from "./table-keys.ts";
import { builtinTable, builtinTables, declaredTable, facts, inlineFacts, type TableFacts } from "./tables.ts";

/** What became of a reference. */
export type Resolution =
  | { readonly outcome: "found"; readonly definition: Definition | undefined }
  /** Defined only after the statement that refers to it; smtpd wants it before. */
  | { readonly outcome: "later"; readonly definition: Definition }
  /** A pki or ca whose name is found only in other letters. */
  | { readonly outcome: "other-case"; readonly definition: Definition }
  | { readonly outcome: "missing" }
  /** An include that was not read may define it, or its name is not known. */
  | { readonly outcome: "unknown" };

/**
 * What a configuration means. Built once from the tree; then it only answers
 * questions.
 */
export class Model {
  /** Configuration files and the files of tables, by their `FileId`. */
  readonly files: readonly SourceFile[];
  readonly definitions: readonly Definition[];
  readonly references: readonly Reference[];
  /** The rule set, in the order in which rules are tried. */
  readonly matches: readonly Match[];
  readonly listeners: readonly Listen[];
  readonly actions: readonly Action[];
  /** The machine that smtpd runs on, if it may be looked at. */
  readonly machine: Machine | undefined;

  private entries: readonly ComparedEntry[] | undefined;
  private points: readonly EntryPoint[] | undefined;
  private pointsByTag: ReadonlyMap<string, readonly EntryPoint[]> | undefined;
  private knownTags: ReadonlySet<string> | undefined;
  private knowsAllTags: boolean | undefined;
  private strangersConditions: readonly RuleConditions[] | undefined;
  private ruleConditions: readonly RuleConditions[] | undefined;
  private macrosByPlace: Map<string, MacroUse> | undefined;
  private anonymous: AnonymousTables | undefined;
  private readonly hosts = new Map<Action, readonly RelayHost[]>();
  private readonly causes = new Map<UnexpectedToken, Cause>();
  private readonly byName = new Map<NameKind, Map<string, Definition[]>>();
  private readonly tables = new Map<Table, TableFacts>();
  private readonly keys = new Map<TableFacts | TableExpression, Keys | undefined>();
  private byFile: Map<number, Statement[]> | undefined;
  private readonly chains = new Map<Filter, readonly Filter[]>();
  private readonly candidates = new Map<NameKind, Candidates>();
  /** From this statement on, text that was not read may have defined anything. */
  private readonly incompleteFrom: number;

  constructor(
    readonly config: Config,
    readonly problems: readonly Problem[],
    readonly target: Release,
    host: Host,
  ) {
    this.machine = host.machine;
    const { definitions, references } = collectNames(config);
    this.definitions = definitions;
    this.references = references;
    const nameOf = ({ name }: Definition) => name;
    for (const [kind, ofKind] of groupBy(definitions, ({ kind }) => kind)) {
      this.byName.set(kind, groupBy(ofKind, nameOf));
    }

    this.matches = config.statements.filter((statement) => statement.kind === "match");
    this.listeners = config.statements.filter((statement) => statement.kind === "listen");
    this.actions = config.statements.filter((statement) => statement.kind === "action");

    const unread = new Set(problems.filter(({ code }) => code === "include-failed").map(({ span }) => spanKey(span)));
    const gap = config.statements.find(
      (item) => item.kind === "include" && item.path && unread.has(spanKey(item.path.span)),
    );
    const isCut = problems.some(({ code }) => code === "too-much-macro-text");
    this.incompleteFrom = gap?.index ?? (isCut ? config.statements.length - 1 : Number.POSITIVE_INFINITY);

    const files = [...config.files];
    const mainPath = (config.files[0] as SourceFile).path;
    const tableFiles = new Map<string, TableFile>();
    const readTable = (path: string) => {
      const result = host.readFile(path, mainPath, "table");
      if ("failure" in result) return result.failure;
      let file = tableFiles.get(result.path);
      if (!file) {
        const source: SourceFile = { id: files.length, ...result, includedAt: undefined, comments: [] };
        files.push(source);
        file = new TableFile(source, target);
        tableFiles.set(result.path, file);
      }
      return file;
    };
    for (const statement of config.statements) {
      if (statement.kind === "table") this.tables.set(statement, declaredTable(statement, readTable));
    }
    this.files = files;
  }

  /** What separates a user from a tag in an address. */
  get subAddressDelimiter(): string {
    const settings = this.config.statements.filter(
      (item) => item.kind === "smtp" && item.setting?.word === "sub-addr-delim",
    );
    const value = (settings.at(-1) as Smtp | undefined)?.value;
    return value?.kind === "text" && !value.faulty ? value.value : "+";
  }

  /** The rules as smtpd keeps them. */
  get conditions(): readonly RuleConditions[] {
    this.ruleConditions ??= conditionsOf(this);
    return this.ruleConditions;
  }

  /** The rules as they are for those who have none of this machine's addresses and names. */
  get conditionsForStrangers(): readonly RuleConditions[] {
    this.strangersConditions ??= conditionsForStrangers(this);
    return this.strangersConditions;
  }

  /** What rules and filters compare with something of a message. */
  get comparedEntries(): readonly ComparedEntry[] {
    this.entries ??= collectComparedEntries(this);
    return this.entries;
  }

  /** Where messages can enter. */
  get entryPoints(): readonly EntryPoint[] {
    this.points ??= entryPoints(this);
    return this.points;
  }

  /** The entry points whose tag fulfils a test; all without one. */
  entryPointsFor(tag: Test | undefined): readonly EntryPoint[] {
    if (!tag) return this.entryPoints;
    const lookup = tag.lookup("string");
    const { keys } = lookup;
    // Of many tags most rules ask for one: it need not be looked for among all.
    if (!tag.negated && !tag.regex && keys) {
      this.pointsByTag ??= groupBy(this.entryPoints, (point) => point.tag);
      return [...new Set(keys)].flatMap((key) => this.pointsByTag?.get(key) ?? []);
    }
    return this.entryPoints.filter((point) => lookup.test(point.tag) !== tag.negated);
  }

  /** The tags that a message can have, in lower case; undefined if an include may set others. */
  get tags(): ReadonlySet<string> | undefined {
    this.knownTags ??= new Set(this.entryPoints.map(({ tag }) => tag));
    this.knowsAllTags ??= !this.isIncompleteAt(undefined) && !this.listeners.some(hasUnknownTag);
    return this.knowsAllTags ? this.knownTags : undefined;
  }

  /** True if all rules are known: none is broken, in a file that was not read, or in the language before 6.4. */
  get knowsAllRules(): boolean {
    // A misspelt rule is read as the start of a macro.
    const isGap = ({ kind, broken }: Statement) =>
      kind === "unknown" || (broken && (kind === "match" || kind === "macro"));
    return this.matches.length > 0 && !this.isIncompleteAt(undefined) && !this.config.statements.some(isGap);
  }

  /**
   * True if the text is made for a template engine (Jinja, ERB, Mustache):
   * then nobody knows which statements will stand in the file together.
   */
  get isTemplate(): boolean {
    return this.config.files.some(({ text }) => /\{\{|\{%|<%|^[ \t]*%/m.test(text));
  }

  /** True if `target` is `release` or newer. */
  isAtLeast(release: Release): boolean {
    return isAtLeast(this.target, release);
  }

  /** True if something before this statement could not be read. */
  isIncompleteAt(statement: Statement | undefined): boolean {
    return (statement?.index ?? Number.POSITIVE_INFINITY) > this.incompleteFrom;
  }

  /** True if something before this place could not be read. */
  isIncompleteAtSpan(span: Span): boolean {
    if (this.incompleteFrom === Number.POSITIVE_INFINITY) return false;
    const statements = this.statementsIn(span.file);
    const statement = statements[countUntil(statements, (item) => item.span.end < span.start)];
    return this.isIncompleteAt(statement && statement.span.start <= span.start ? statement : undefined);
  }

  private statementsIn(file: number): readonly Statement[] {
    if (!this.byFile) {
      this.byFile = new Map(this.config.files.map(({ id }) => [id, []]));
      for (const statement of this.config.statements) this.byFile.get(statement.span.file)?.push(statement);
    }
    return this.byFile.get(file) ?? [];
  }

  fileOf(span: Span): SourceFile {
    return this.files[span.file] as SourceFile;
  }

  /** What `pattern` finds in the text from the start of `span` on. */
  textAfter(span: Span, pattern: RegExp): string | undefined {
    return pattern.exec(this.fileOf(span).text.slice(span.start, span.start + 200))?.[0];
  }

  /** The macro whose text stands at `span`. */
  macroAt(span: Span): MacroUse | undefined {
    this.macrosByPlace ??= new Map(this.config.macroUses.map((use) => [spanKey(use.reference), use]));
    return this.macrosByPlace.get(spanKey(span));
  }

  /** All definitions of a name, in order of declaration. */
  definitionsOf(kind: NameKind, name: string): readonly Definition[] {
    return this.byName.get(kind)?.get(canonicalName(kind, name)) ?? none;
  }

  /** The name of a kind of which another is most likely a slip. */
  nearestName(kind: NameKind, name: string): string | undefined {
    let candidates = this.candidates.get(kind);
    if (!candidates) {
      candidates = new Candidates(this.namesOf(kind));
      this.candidates.set(kind, candidates);
    }
    return candidates.nearest(name);
  }

  /** The names of a kind that are defined somewhere. */
  namesOf(kind: NameKind): readonly string[] {
    return this.definitions.filter((definition) => definition.kind === kind).map(({ name }) => name);
  }

  /** What smtpd finds for a reference: it wants the definition before it. */
  resolve({ kind, name, span, statement, faulty }: Reference): Resolution {
    if (faulty) return { outcome: "unknown" };
    if (kind === "table" && this.isBuiltinTable(name)) return { outcome: "found", definition: undefined };
    if (kind === "table" && this.anonymousTable(name, statement, span)) {
      return { outcome: "found", definition: undefined };
    }
    const candidates = this.definitionsOf(kind, name);
    const index = statement?.index ?? Number.POSITIVE_INFINITY;
    const found = candidates.find((definition) => definition.statement.index < index);
    if (found) {
      // Since 7.0 a listener asks for its pki by the name as written (parse.y, config_listener).
      const exact = kind !== "pki" || statement?.kind !== "listen" || !this.isAtLeast("7.0") || name === found.name;
      return { outcome: exact ? "found" : "other-case", definition: found };
    }
    if (this.isIncompleteAt(statement)) return { outcome: "unknown" };
    const later = candidates[0];
    return later ? { outcome: "later", definition: later } : { outcome: "missing" };
  }

  /** What is known of the table that an expression stands for. */
  table(expression: TableExpression): TableFacts {
    if (expression.kind !== "table-reference") return inlineFacts(expression);
    const name = expression.name?.value;
    if (name === undefined || expression.name?.faulty) return facts("unknown");
    const builtin = builtinTable(name, this.target);
    if (builtin) return builtin;
    const anonymous = this.anonymousTable(name, undefined, expression.name?.span);
    if (anonymous) return this.table(anonymous);
    const definition = this.definitionsOf("table", name)[0];
    return (definition && this.tables.get(definition.statement as Table)) ?? facts("unknown");
  }

  /** The keys of the table that an expression stands for; undefined if they are not known. */
  keysOf(expression: TableExpression): Keys | undefined {
    // Of a table without a name the facts are made anew each time.
    const identity = expression.kind === "table-reference" ? this.table(expression) : expression;
    if (!this.keys.has(identity)) {
      const keys = keysOf(this.table(expression));
      this.keys.set(identity, keys && new Keys(keys));
    }
    return this.keys.get(identity);
  }

  /** What `host` and `domain` of an action name; what is in a table that nobody has read is left out. */
  relayHosts(action: Action): readonly RelayHost[] {
    let hosts = this.hosts.get(action);
    if (!hosts) {
      hosts = relayHosts(action, this);
      this.hosts.set(action, hosts);
    }
    return hosts;
  }

  /** What is known of a declared table. */
  declared(table: Table): TableFacts {
    return this.tables.get(table) ?? facts("unknown");
  }

  /** Why a token does not fit. */
  causeOf(problem: UnexpectedToken): Cause {
    let cause = this.causes.get(problem);
    if (!cause) {
      cause = findCause(problem, this.target);
      this.causes.set(problem, cause);
    }
    return cause;
  }

  /** The filter that smtpd finds under a name used in `statement`. */
  filterBefore(name: string, statement: Statement): Filter | undefined {
    const found = this.definitionsOf("filter", name).find((item) => item.statement.index < statement.index);
    return found?.statement as Filter | undefined;
  }

  /** A filter, or the filters of a chain in its place. */
  filtersIn(filter: Filter): readonly Filter[] {
    let filters = this.chains.get(filter);
    if (!filters) {
      filters = filter.chain ? filtersNamed(filter.chain, filter, this) : [filter];
      this.chains.set(filter, filters);
    }
    return filters;
  }

  /**
   * The table without a name that smtpd calls `<dynamic:N>` and finds under that
   * name (table_create in table.c counts them); only if it stands before the
   * place `at` in the statement `user`, where these are given.
   */
  anonymousTable(name: string, user?: Statement, at?: Span): TableExpression | undefined {
    const number = /^<dynamic:(0|[1-9]\d*)>$/.exec(name)?.[1];
    if (number === undefined) return undefined;
    this.anonymous ??= new AnonymousTables(this.config, this.target);
    return this.anonymous.find(Number(number), user, at);
  }

  isBuiltinTable(name: string): boolean {
    return builtinTables.has(name);
  }
}

const none: readonly Definition[] = [];
const spanKey = ({ file, start }: Span) => `${file}:${start}`;
