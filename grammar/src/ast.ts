import type { SourceFile } from "./source.ts";
import type { Span } from "./span.ts";
import type { MacroUse } from "./tokens.ts";

/**
 * The syntax tree: what the file says, after macros and includes.
 *
 * Plain readonly data with a `kind`. A part that the author has not written
 * yet is `undefined`, and its type says so: a half-typed statement still has a
 * node. No fact that needs a second statement is in here (see `analysis`).
 *
 *     action  "out"  relay   host smtp://x  ttl 1d       Action
 *     keyword name   method  options
 */
export interface Config {
  readonly kind: "config";
  /** All files that were read, by their `FileId`; the main file first. */
  readonly files: readonly SourceFile[];
  /** In the order in which smtpd reads them: those of an included file follow its `include`. */
  readonly statements: readonly Statement[];
  /** Every `$name`, also of macros that are not defined, in reading order. */
  readonly macroUses: readonly MacroUse[];
  /** True if an earlier text was at hand: what is worked out of a statement is worth keeping with it. */
  readonly isEdited: boolean;
}

/** What a line of a configuration is. */
export type Statement =
  | MacroDefinition
  | Include
  | Action
  | Admd
  | Bounce
  | Ca
  | Filter
  | Listen
  | Match
  | Mda
  | Mta
  | Pki
  | Proc
  | Queue
  | Scheduler
  | Smtp
  | Srs
  | Table
  | UnknownStatement;

interface StatementBase {
  /** From the first to the last token, the end of line left out. */
  readonly span: Span;
  /** Place in `Config.statements`, that is, in the order of declaration. */
  readonly index: number;
  /** True if the parser or the lexer reported a problem in it. */
  readonly broken: boolean;
}

/** A keyword of the grammar, or the `!` of a negation. */
export interface Keyword {
  readonly kind: "keyword";
  readonly span: Span;
  readonly word: string;
}

/** STRING in parse.y: a word or a quoted text. */
export interface Text {
  readonly kind: "text";
  readonly span: Span;
  /** Without quotes and escapes. */
  readonly value: string;
  readonly quoted: boolean;
  /** Set if the text, or a part of it, came from a macro; then `span` is that of the `$name`. */
  readonly macro: MacroUse | undefined;
  /** True if the value is not known: an undefined macro stands here. */
  readonly faulty: boolean;
}

/** NUMBER in parse.y. */
export interface NumberLiteral {
  readonly kind: "number";
  readonly span: Span;
  /** Exact up to 2^53; smtpd reads 64 bits. */
  readonly value: number;
  readonly text: string;
  readonly macro: MacroUse | undefined;
}

/** `name = value` */
export interface MacroDefinition extends StatementBase {
  readonly kind: "macro";
  readonly name: Text;
  readonly value: Text | undefined;
}

/** `include "PATH"` */
export interface Include extends StatementBase {
  readonly kind: "include";
  readonly keyword: Keyword;
  readonly path: Text | undefined;
  /** The file that was read for it; undefined if none was. */
  readonly file: number | undefined;
}

/** `action NAME METHOD …` */
export interface Action extends StatementBase {
  readonly kind: "action";
  readonly keyword: Keyword;
  readonly name: Text | undefined;
  /** mbox, maildir, lmtp, mda, forward-only, expand-only or relay */
  readonly method: Keyword | undefined;
  /** The path of maildir, the destination of lmtp, the command of mda. */
  readonly argument: Text | undefined;
  /** `junk` of maildir, `rcpt-to` of lmtp. */
  readonly modifier: Keyword | undefined;
  readonly options: readonly Option[];
}

/**
 * `keyword [modifier] [value]`, of an action, a listener, a pki, a proc or a
 * proc-exec filter; the keyword says which option it is.
 */
export interface Option {
  readonly kind: "option";
  readonly span: Span;
  readonly keyword: Keyword;
  /** `no-verify` after tls, `mx` after backup, `verify` after smtps and tls-require, `masquerade` after senders. */
  readonly modifier: Keyword | undefined;
  /** A keyword only for `port smtp` and `port smtps`. */
  readonly value: Text | NumberLiteral | Keyword | TableExpression | Chain | undefined;
}

/** `admd NAME` */
export interface Admd extends StatementBase {
  readonly kind: "admd";
  readonly keyword: Keyword;
  readonly value: Text | undefined;
}

/** `bounce warn-interval { DELAY, … }` */
export interface Bounce extends StatementBase {
  readonly kind: "bounce";
  readonly keyword: Keyword;
  readonly delays: readonly Text[];
}

/** `ca NAME cert "PATH"` */
export interface Ca extends StatementBase {
  readonly kind: "ca";
  readonly keyword: Keyword;
  readonly name: Text | undefined;
  readonly cert: Text | undefined;
}

/** A filter in one of its four forms. */
export interface Filter extends StatementBase {
  readonly kind: "filter";
  readonly keyword: Keyword;
  readonly name: Text | undefined;
  /** proc, proc-exec, phase or chain */
  readonly form: Keyword | undefined;
  /** The proc's name after `proc`. */
  readonly proc: Text | undefined;
  /** After `proc-exec`. */
  readonly command: Text | undefined;
  readonly options: readonly Option[];
  /** After `phase`. */
  readonly phase: Keyword | undefined;
  readonly condition: FilterCondition | undefined;
  readonly action: FilterAction | undefined;
  /** After `chain`. */
  readonly chain: Chain | undefined;
}

/** `match … ` of a filter: what it looks at. */
export interface FilterCondition {
  readonly kind: "filter-condition";
  readonly span: Span;
  readonly negation: Keyword | undefined;
  /** fcrdns, rdns, src, helo, auth, mail-from or rcpt-to */
  readonly keyword: Keyword;
  readonly regex: Keyword | undefined;
  readonly table: TableExpression | undefined;
}

/** What a filter does with what it has found. */
export interface FilterAction {
  readonly kind: "filter-action";
  readonly span: Span;
  /** reject, disconnect, rewrite, report, junk or bypass */
  readonly keyword: Keyword;
  readonly text: Text | undefined;
}

/** `{ name, … }`: the names of filters. */
export interface Chain {
  readonly kind: "chain";
  readonly span: Span;
  readonly filters: readonly Text[];
  /** Where a release before 7.5 stumbles over a line break in the braces. */
  readonly lineBreaks: readonly Span[];
}

/** `listen on …` */
export interface Listen extends StatementBase {
  readonly kind: "listen";
  readonly keyword: Keyword;
  /** An interface, a group, an address or a host name. */
  readonly interface: Text | undefined;
  /** Set for `listen on socket`. */
  readonly socket: Keyword | undefined;
  readonly options: readonly Option[];
}

/** `match CONDITION … action NAME` or `reject` */
export interface Match extends StatementBase {
  readonly kind: "match";
  readonly keyword: Keyword;
  readonly conditions: readonly MatchCondition[];
  /** `action` or `reject` */
  readonly outcome: Keyword | undefined;
  /** The name after `action`. */
  readonly action: Text | undefined;
}

/** `[!] tag|helo|tls|auth|mail-from|rcpt-to|from …|for … [regex] [table]` */
export interface MatchCondition {
  readonly kind: "match-condition";
  readonly span: Span;
  readonly negation: Keyword | undefined;
  readonly keyword: Keyword;
  /** What follows `from` or `for`: any, local, src, domain, … */
  readonly subject: Keyword | undefined;
  readonly regex: Keyword | undefined;
  readonly table: TableExpression | undefined;
}

/** `mda limit …` and `mda wrapper …` */
export interface Mda extends StatementBase {
  readonly kind: "mda";
  readonly keyword: Keyword;
  /** `limit` or `wrapper` */
  readonly setting: Keyword | undefined;
  readonly limits: readonly Limit[];
  /** Of a wrapper. */
  readonly name: Text | undefined;
  readonly command: Text | undefined;
}

/** `mta limit …` and `mta max-deferred …` */
export interface Mta extends StatementBase {
  readonly kind: "mta";
  readonly keyword: Keyword;
  /** `limit` or `max-deferred` */
  readonly setting: Keyword | undefined;
  readonly value: NumberLiteral | undefined;
  /** After `for domain`. */
  readonly domain: Text | undefined;
  readonly limits: readonly (Limit | Keyword)[];
}

/** `name number` in a limit statement. */
export interface Limit {
  readonly kind: "limit";
  readonly span: Span;
  readonly name: Text;
  readonly value: NumberLiteral | undefined;
}

/** `pki NAME cert|key|dhe …` */
export interface Pki extends StatementBase {
  readonly kind: "pki";
  readonly keyword: Keyword;
  readonly name: Text | undefined;
  readonly options: readonly Option[];
}

/** `proc NAME "COMMAND" …` */
export interface Proc extends StatementBase {
  readonly kind: "proc";
  readonly keyword: Keyword;
  readonly name: Text | undefined;
  readonly command: Text | undefined;
  readonly options: readonly Option[];
}

/** `queue compression|encryption|ttl …` */
export interface Queue extends StatementBase {
  readonly kind: "queue";
  readonly keyword: Keyword;
  /** compression, encryption or ttl */
  readonly setting: Keyword | undefined;
  readonly value: Text | undefined;
}

/** `scheduler limit …` */
export interface Scheduler extends StatementBase {
  readonly kind: "scheduler";
  readonly keyword: Keyword;
  readonly limits: readonly Limit[];
}

/** `smtp …`, a limit or setting of the server */
export interface Smtp extends StatementBase {
  readonly kind: "smtp";
  readonly keyword: Keyword;
  /** limit, ciphers, max-message-size or sub-addr-delim */
  readonly setting: Keyword | undefined;
  readonly value: Text | NumberLiteral | undefined;
  readonly limits: readonly Limit[];
}

/** `srs key|ttl …` */
export interface Srs extends StatementBase {
  readonly kind: "srs";
  readonly keyword: Keyword;
  /** key or ttl */
  readonly setting: Keyword | undefined;
  readonly backup: Keyword | undefined;
  readonly value: Text | undefined;
}

/** `table NAME …` */
export interface Table extends StatementBase {
  readonly kind: "table";
  readonly keyword: Keyword;
  readonly name: Text | undefined;
  /** `[backend:]path` */
  readonly source: Text | undefined;
  /** `{ … }` */
  readonly inline: InlineTable | undefined;
}

/** A line that starts like no statement. */
export interface UnknownStatement extends StatementBase {
  readonly kind: "unknown";
}

/** What may stand where a table is wanted. */
export type TableExpression = TableReference | InlineTable | SingleValue;

/** `<name>` */
export interface TableReference {
  readonly kind: "table-reference";
  readonly span: Span;
  readonly name: Text | undefined;
}

/** `{ a, b }` or `{ k = v, … }` */
export interface InlineTable {
  readonly kind: "inline-table";
  readonly span: Span;
  /** True if the first entry is `key = value`. */
  readonly mapping: boolean;
  readonly entries: readonly TableEntry[];
  /** Where a release before 7.5 stumbles over a line break in the braces. */
  readonly lineBreaks: readonly Span[];
}

/** A text on its own, which smtpd takes for a list of one. */
export interface SingleValue {
  readonly kind: "single-value";
  readonly span: Span;
  readonly text: Text;
}

/** `KEY` or `KEY = VALUE` in a table. */
export interface TableEntry {
  readonly kind: "table-entry";
  readonly span: Span;
  readonly key: Text;
  /** The `=` or `=>` of a mapping's entry. */
  readonly assignment: Span | undefined;
  readonly value: Text | undefined;
}

/** Any node of the tree. */
export type Node =
  | Statement
  | Keyword
  | Text
  | NumberLiteral
  | Option
  | FilterCondition
  | FilterAction
  | Chain
  | MatchCondition
  | Limit
  | TableReference
  | InlineTable
  | SingleValue
  | TableEntry;

/** The name of a construct, in `kind` of its nodes. */
export type NodeKind = Node["kind"];
/** The node of a kind. */
export type NodeOf<K extends NodeKind> = Extract<Node, { kind: K }>;
