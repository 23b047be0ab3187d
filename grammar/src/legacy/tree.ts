import type {
  Include,
  Keyword,
  Limit,
  MacroDefinition,
  NumberLiteral,
  Table,
  TableExpression,
  Text,
  UnknownStatement,
} from "../ast.ts";
import type { SourceFile } from "../source.ts";
import type { Span } from "../span.ts";
import type { MacroUse } from "../tokens.ts";

/**
 * The syntax tree of a file in the language before 6.4. Like today's it is
 * plain readonly data and says what the file says after macros and includes;
 * what both languages have, macros, includes, tables, texts, is the same node
 * in both. Comments and layout are in `files`.
 *
 *     accept  from any for domain x  alias <a>  deliver to mbox  expire 1d    Rule
 *     keyword conditions             lookups    action           options
 */
export interface Config {
  readonly kind: "legacy-config";
  /** All files that were read, by their `FileId`; the main file first. */
  readonly files: readonly SourceFile[];
  /** In the order in which smtpd reads them: those of an included file follow its `include`. */
  readonly statements: readonly Statement[];
  /** Every `$name`, also of macros that are not defined, in reading order. */
  readonly macroUses: readonly MacroUse[];
}

/** What a line of a configuration is. A statement that cannot be read is `unknown`. */
export type Statement =
  | MacroDefinition
  | Include
  | Table
  | TableMap
  | Rule
  | Listen
  | Pki
  | Ca
  | Limits
  | Queue
  | Setting
  | Filter
  | Enqueuer
  | UnknownStatement;

interface StatementBase {
  /** From the first to the last token, the end of line left out. */
  readonly span: Span;
  /** Place in `Config.statements`. */
  readonly index: number;
  /** True if there is a problem in it. */
  readonly broken: boolean;
}

/** `accept` or `reject` with all that belongs to it. */
export interface Rule extends StatementBase {
  readonly kind: "rule";
  /** accept or reject */
  readonly keyword: Keyword;
  readonly conditions: readonly Condition[];
  /** alias, virtual, userbase */
  readonly lookups: readonly Option[];
  readonly action: Delivery | Relay | undefined;
  /** expire and forward-only */
  readonly options: readonly Option[];
}

/** `from [!] any|local|source TABLE`, `for [!] …`, `sender|recipient [!] TABLE`, `tagged [!] TAG` or `[!] authenticated`. */
export interface Condition {
  readonly kind: "condition";
  readonly span: Span;
  /** from, for, sender, recipient, tagged or authenticated */
  readonly keyword: Keyword;
  /** The `!`, which stands after the keyword, but before `authenticated`. */
  readonly negation: Keyword | undefined;
  /** After from and for: any, local, source, domain; `all` up to 5.2. Up to 5.3 a table could follow `from` at once. */
  readonly subject: Keyword | undefined;
  readonly table: TableExpression | undefined;
  /** After tagged. */
  readonly tag: Text | undefined;
}

/** `deliver to METHOD …` */
export interface Delivery {
  readonly kind: "delivery";
  readonly span: Span;
  /** mbox, maildir, mda or lmtp */
  readonly method: Keyword;
  /** The path of maildir, the command of mda, the destination of lmtp. */
  readonly argument: Text | undefined;
  readonly rcptTo: Keyword | undefined;
  /** After `as`. */
  readonly user: Text | undefined;
}

/** `relay …` or `relay via URL …` */
export interface Relay {
  readonly kind: "relay";
  readonly span: Span;
  /** After `via`. */
  readonly url: Text | undefined;
  /** backup, tls, verify, auth, as, source, hostname, hostnames, pki, ca; older: helo, certificate, ssl, enable. */
  readonly options: readonly Option[];
}

/** `keyword [modifier] [value]`; the keyword says which option it is. */
export interface Option {
  readonly kind: "option";
  readonly span: Span;
  readonly keyword: Keyword;
  /** `verify` after tls, tls-require and smtps, `masquerade` after senders; what follows dsn-ret, dsn-notify and enable. */
  readonly modifier: Keyword | undefined;
  readonly value: Text | NumberLiteral | TableExpression | undefined;
}

/** `listen on INTERFACE …` or `listen on socket …` */
export interface Listen extends StatementBase {
  readonly kind: "listen";
  readonly keyword: Keyword;
  readonly interface: Text | undefined;
  readonly socket: Keyword | undefined;
  readonly options: readonly Option[];
}

/** `pki NAME certificate|key|dhe …` */
export interface Pki extends StatementBase {
  readonly kind: "pki";
  readonly keyword: Keyword;
  readonly name: Text;
  readonly options: readonly Option[];
}

/** `ca NAME certificate FILE` */
export interface Ca extends StatementBase {
  readonly kind: "ca";
  readonly keyword: Keyword;
  readonly name: Text;
  readonly certificate: Text;
}

/** `limit session|mda|mta|scheduler NAME NUMBER …` */
export interface Limits extends StatementBase {
  readonly kind: "limits";
  readonly keyword: Keyword;
  /** session, mda, mta or scheduler */
  readonly subject: Keyword;
  /** After `limit mta for domain`. */
  readonly domain: Text | undefined;
  /** A keyword is `inet4` or `inet6`. */
  readonly limits: readonly (Limit | Keyword)[];
}

/** `queue compression` or `queue encryption [key KEY]` */
export interface Queue extends StatementBase {
  readonly kind: "queue";
  readonly keyword: Keyword;
  /** compression or encryption */
  readonly setting: Keyword;
  readonly key: Text | undefined;
}

/** `KEYWORD VALUE`, several values after bounce-warn. */
export interface Setting extends StatementBase {
  readonly kind: "setting";
  /** expire, bounce-warn, max-message-size, max-mta-deferred, subaddressing-delimiter, ciphers; curve up to 5.7. */
  readonly keyword: Keyword;
  readonly values: readonly (Text | NumberLiteral)[];
}

/** `filter NAME BACKEND ARGUMENT …`, up to 6.0.2; `filter NAME` up to 5.3. */
export interface Filter extends StatementBase {
  readonly kind: "filter";
  readonly keyword: Keyword;
  readonly name: Text;
  /** `chain`, or the name of the program. */
  readonly backend: Text | undefined;
  readonly arguments: readonly Text[];
}

/** `enqueuer filter NAME`, the filter of mail from the local socket, up to 5.7. */
export interface Enqueuer extends StatementBase {
  readonly kind: "enqueuer";
  readonly keyword: Keyword;
  readonly filter: Text;
}

/** `map NAME source TYPE PATH`, a table up to 5.2. */
export interface TableMap extends StatementBase {
  readonly kind: "map";
  readonly keyword: Keyword;
  readonly name: Text;
  /** plain, file or db */
  readonly type: Text;
  readonly path: Text;
}
