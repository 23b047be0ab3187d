import { isAtLeast, type legacy, PLACEHOLDER, type Release, type TableExpression, type Text } from "@smtpdlint/grammar";
import { parseDelay } from "@smtpdlint/model";
import type { OldTables } from "./old-tables.ts";

/** Four days: how long mail is tried if nobody says (smtpd-defines.h, SMTPD_QUEUE_EXPIRY). */
const defaultExpire = "4d";

interface FactOptions {
  /** True if a part of the file was not read. */
  readonly hasGaps: boolean;
  readonly target: Release;
  /** Names of filters in today's language, which the file may have already. */
  readonly filters: readonly string[];
}

/** What the statements of the old file say together. */
export class Facts {
  /** The first pki whose name a template puts in. */
  readonly templatePki: Text | undefined;
  /** True if clients can log in somewhere, or if a part of the file was not read. */
  readonly hasAuth: boolean;
  /** Names of pki and ca, in lower case as 6.0.3 keeps them. */
  readonly pkis: ReadonlySet<string>;
  readonly cas: ReadonlySet<string>;
  readonly listeners: readonly legacy.Listen[];
  /** True if a listener has a name that is not the machine's. */
  readonly hasListenerNames: boolean;
  /** True if a rule asks for the tag that smtpd gave the socket's mail up to 6.6. */
  readonly usesSocketTag: boolean;
  /** Names of filters in today's language. */
  readonly filters: ReadonlySet<string>;
  /** Names of pkis that the new file has and the old one had not, as they are added. */
  readonly invented = new Set<string>();
  private readonly expires: readonly legacy.Setting[];

  constructor(
    { statements }: legacy.Config,
    readonly tables: OldTables,
    { hasGaps, target, filters }: FactOptions,
  ) {
    this.filters = new Set(filters);
    this.listeners = statements.filter((statement) => statement.kind === "listen");
    const has = ({ options }: legacy.Listen, ...words: string[]) =>
      options.some(({ keyword }) => words.includes(keyword.word));
    this.hasAuth = hasGaps || this.listeners.some((listener) => has(listener, "auth", "auth-optional", "enable"));
    this.hasListenerNames = this.listeners.some((listener) => has(listener, "hostname", "hostnames"));
    const names = (kind: "pki" | "ca") =>
      statements.flatMap((statement) => (statement.kind === kind ? known(statement.name) : []));
    this.pkis = new Set(names("pki"));
    this.templatePki = statements
      .flatMap((statement) => (statement.kind === "pki" ? [statement.name] : []))
      .find(({ value }) => value.includes(PLACEHOLDER));
    const pkiCas = statements.flatMap((statement) =>
      statement.kind === "pki" && statement.options.some(({ keyword }) => keyword.word === "ca")
        ? known(statement.name)
        : [],
    );
    this.cas = new Set([...names("ca"), ...pkiCas]);
    this.usesSocketTag =
      isAtLeast(target, "6.7") &&
      statements.some(
        (statement) => statement.kind === "rule" && statement.conditions.some(({ tag }) => tag?.value === socketTag),
      );
    this.expires = statements.filter(
      (statement) => statement.kind === "setting" && statement.keyword.word === "expire",
    ) as legacy.Setting[];
  }

  /** The delay that a rule without `expire` has, if it is not the one that counts for all actions today. */
  expireOf({ index }: legacy.Rule): string | undefined {
    const text = (setting: legacy.Setting | undefined) => {
      const [value] = setting?.values ?? [];
      return value?.kind === "text" ? value.value : defaultExpire;
    };
    // Each rule took what had been read before it; the last one counts for all today.
    const then = text(this.expires.findLast((setting) => setting.index < index));
    const today = text(this.expires.at(-1));
    return parseDelay(then) === parseDelay(today) ? undefined : then;
  }

  /** True if a table has an entry that fulfils the condition; undefined if nobody has read it. */
  someEntry(table: TableExpression, test: (key: string, value: string | undefined) => boolean): boolean | undefined {
    return this.tables.of(table)?.some(({ key, value }) => test(key, value));
  }
}

/** A name in lower case; what a template puts in is not known. */
const known = ({ value }: Text) => (value.includes(PLACEHOLDER) ? [] : [value.toLowerCase()]);

/** The tag of mail from the local socket up to 6.6 (parse.y, create_sock_listener). */
export const socketTag = "local";
