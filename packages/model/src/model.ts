import {
  type Action,
  type Config,
  isAtLeast,
  type Listen,
  type Match,
  type Problem,
  type ReadFailure,
  type Release,
  type SourceFile,
  type Statement,
} from "@smtpdlint/grammar";
import type { Host } from "./host.ts";
import { atEverything, atHost, atKinds, atWholeness, note } from "./looks.ts";
import type { Machine } from "./machine.ts";
import { type Reads, type SourceReader, sourceReader } from "./source-reader.ts";
import { Sources } from "./sources.ts";
import { Symbols } from "./symbols/symbols.ts";
import { AnonymousTables } from "./tables/anonymous-tables.ts";
import { Tables } from "./tables/tables.ts";

/**
 * What a configuration means. Built once from the tree; then its parts only
 * answer questions, and note what they look at for it.
 */
export class Model {
  readonly sources: Sources;
  readonly symbols: Symbols;
  readonly tables: Tables;
  /** How a command line names a file of the sources, by its path. */
  readonly nameOf: (path: string) => string;
  private readonly byKinds = new Map<string, readonly Statement[]>();
  private readonly reader: SourceReader;
  private readonly reads: Reads = new Map();
  private readonly host: { readonly [K in "machine" | "users" | "forwardFiles"]: Host[K] };
  private whole: boolean | undefined;

  constructor(
    private readonly tree: Config,
    private readonly found: readonly Problem[],
    readonly target: Release,
    host: Host,
  ) {
    // Now, while it is recorded what the model depends on.
    this.host = { machine: host.machine, users: host.users, forwardFiles: host.forwardFiles };
    this.nameOf = (path) => host.nameOf?.(path) ?? path;
    const files: SourceFile[] = [...tree.files];
    const anonymousTables = new AnonymousTables(tree, target);
    this.sources = new Sources(files, tree, found);
    this.symbols = new Symbols(tree, (kind) => this.statementsIn([kind]), target, anonymousTables, this.sources);
    this.reader = sourceReader(host, files, this.reads);
    this.tables = new Tables(tree, target, this.reader, anonymousTables, this.symbols);
  }

  /** The tree. */
  get config(): Config {
    note(atEverything);
    return this.tree;
  }

  /** What lexer and parser found. */
  get problems(): readonly Problem[] {
    note(atEverything);
    return this.found;
  }

  /** The machine that smtpd runs on, if it may be looked at. */
  get machine(): Machine | undefined {
    return this.ofHost(this.host.machine);
  }

  /** The users of the machine that smtpd runs on, and their homes, where files say all of them. */
  get users(): ReadonlyMap<string, string> | undefined {
    return this.ofHost(this.host.users);
  }

  /** The `.forward` files of users that are to be looked at. */
  get forwardFiles(): readonly string[] {
    return this.ofHost(this.host.forwardFiles) ?? [];
  }

  /** Reads a file to which tables lead, once, and makes it one of the sources. */
  get readSource(): SourceReader {
    note(atEverything);
    return this.reader;
  }

  /** What there is on a host may be another thing at the next look. */
  private ofHost<T>(part: T | undefined): T | undefined {
    note(part === undefined ? atHost : atEverything);
    return part;
  }

  /** The statements of some kinds, in their order. */
  statementsOf<K extends Statement["kind"]>(...kinds: readonly K[]): readonly Extract<Statement, { kind: K }>[] {
    note(atKinds(...kinds));
    return this.statementsIn(kinds) as readonly Extract<Statement, { kind: K }>[];
  }

  private statementsIn(kinds: readonly Statement["kind"][]): readonly Statement[] {
    const key = kinds.join();
    let found = this.byKinds.get(key);
    if (!found) {
      const wanted: ReadonlySet<string> = new Set(kinds);
      found = this.tree.statements.filter(({ kind }) => wanted.has(kind));
      this.byKinds.set(key, found);
    }
    return found;
  }

  /** The match rules, in the order in which they are tried. */
  get matches(): readonly Match[] {
    return this.statementsOf("match");
  }

  get listeners(): readonly Listen[] {
    return this.statementsOf("listen");
  }

  get actions(): readonly Action[] {
    return this.statementsOf("action");
  }

  /** What has become of the files to which tables lead, as far as they were read. */
  get whatWasRead(): ReadonlyMap<string, SourceFile | ReadFailure> {
    note(atEverything);
    return this.reads;
  }

  /** True if no statement is broken. */
  get isWhole(): boolean {
    note(atWholeness);
    this.whole ??= !this.tree.statements.some(({ broken }) => broken);
    return this.whole;
  }

  /** True if there is a match rule. */
  get hasRules(): boolean {
    note(atWholeness);
    return this.statementsIn(["match"]).length > 0;
  }

  /** True if `target` is `release` or newer. */
  isAtLeast(release: Release): boolean {
    return isAtLeast(this.target, release);
  }
}
