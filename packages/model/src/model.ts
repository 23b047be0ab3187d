import {
  type Action,
  type Config,
  isAtLeast,
  type Listen,
  type Match,
  type Problem,
  type Release,
  type SourceFile,
} from "@smtpdlint/grammar";
import type { Host } from "./host.ts";
import type { Machine } from "./machine.ts";
import { type SourceReader, sourceReader } from "./source-reader.ts";
import { Sources } from "./sources.ts";
import { Symbols } from "./symbols/symbols.ts";
import { AnonymousTables } from "./tables/anonymous-tables.ts";
import { Tables } from "./tables/tables.ts";

/**
 * What a configuration means. Built once from the tree; then its parts only
 * answer questions.
 */
export class Model {
  readonly sources: Sources;
  readonly symbols: Symbols;
  readonly tables: Tables;
  /** The machine that smtpd runs on, if it may be looked at. */
  readonly machine: Machine | undefined;
  /** How a command line names a file of the sources, by its path. */
  readonly nameOf: (path: string) => string;
  /** The users of the machine that smtpd runs on, and their homes, where files say all of them. */
  readonly users: ReadonlyMap<string, string> | undefined;
  /** The `.forward` files of users that are to be looked at. */
  readonly forwardFiles: readonly string[];
  /** Reads a file to which tables lead, once, and makes it one of the sources. */
  readonly readSource: SourceReader;
  /** The match rules, in the order in which they are tried. */
  readonly matches: readonly Match[];
  readonly listeners: readonly Listen[];
  readonly actions: readonly Action[];

  constructor(
    readonly config: Config,
    readonly problems: readonly Problem[],
    readonly target: Release,
    host: Host,
  ) {
    const { statements } = config;
    this.machine = host.machine;
    this.nameOf = (path) => host.nameOf?.(path) ?? path;
    this.users = host.users;
    this.forwardFiles = host.forwardFiles ?? [];
    this.matches = statements.filter((statement) => statement.kind === "match");
    this.listeners = statements.filter((statement) => statement.kind === "listen");
    this.actions = statements.filter((statement) => statement.kind === "action");

    const files: SourceFile[] = [...config.files];
    const anonymousTables = new AnonymousTables(config, target);
    this.sources = new Sources(files, config, problems);
    this.symbols = new Symbols(config, target, anonymousTables, this.sources);
    this.readSource = sourceReader(host, files);
    this.tables = new Tables(config, target, this.readSource, anonymousTables, this.symbols);
  }

  /** True if `target` is `release` or newer. */
  isAtLeast(release: Release): boolean {
    return isAtLeast(this.target, release);
  }
}
