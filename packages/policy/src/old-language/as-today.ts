import {
  type Action,
  type Config,
  type Keyword,
  type Listen,
  type legacy,
  lineColumn,
  lineStarts,
  type Match,
  type MatchCondition,
  type Option,
  type SingleValue,
  type SourceFile,
  type Span,
  type Statement,
  type TableExpression,
  type Text,
} from "@smtpdlint/grammar";
import { parseMailAddress } from "@smtpdlint/model";
import { parseOldRelayUrl } from "./relay-url.ts";

/** What the old language takes from the machine that it runs on. */
export interface OldMachine {
  readonly hostName: string | undefined;
}

/**
 * A configuration in the language before 6.4 as today's tree, each part with
 * its place in the old text, so that everything that asks about today's
 * configurations can be asked about it: with `oldRelease` as the target it is
 * answered as 6.0.3 would. A rule becomes a match rule and an action of its own.
 * Left out is the pki that a relay without a name of its own offered because it
 * was named like the machine (mta_session.c): few servers ask for it.
 */
export function asToday({ files, statements, macroUses }: legacy.Config, machine: OldMachine): Config {
  const reader = new Reader(statements, files, machine);
  const today = statements.flatMap((statement) => reader.read(statement));
  return { kind: "config", files, macroUses, statements: today, isEdited: false };
}

type Bare<S> = S extends Statement ? Omit<S, "index" | "broken"> : never;

class Reader {
  private count = 0;
  private readonly named = new Map<string, number>();
  /** What `expire` has set for the rules after it. */
  private expire: Text | undefined;
  private readonly pkis: ReadonlySet<string>;
  private readonly cas: ReadonlySet<string>;
  /** True if a listener has a name of its own. */
  private readonly hasNames: boolean;

  constructor(
    statements: readonly legacy.Statement[],
    private readonly files: readonly SourceFile[],
    private readonly machine: OldMachine,
  ) {
    const named = (kind: "pki" | "ca") =>
      new Set(statements.flatMap((one) => (one.kind === kind ? [one.name.value.toLowerCase()] : [])));
    this.pkis = named("pki");
    this.cas = named("ca");
    this.hasNames = statements.some(
      (one) => one.kind === "listen" && one.options.some(({ keyword }) => /^hostnames?$/.test(keyword.word)),
    );
  }

  read(statement: legacy.Statement): Statement[] {
    return this.translate(statement).map(
      (one) => ({ ...one, index: this.count++, broken: statement.broken }) as Statement,
    );
  }

  private translate(statement: legacy.Statement): Bare<Statement>[] {
    const { span } = statement;
    switch (statement.kind) {
      case "macro":
      case "include":
      case "table":
        return [statement];
      case "map": {
        const type = statement.type.value === "db" ? "db" : "file";
        const source = text(`${type}:${statement.path.value}`, statement.path.span);
        return [{ kind: "table", span, keyword: statement.keyword, name: statement.name, source, inline: undefined }];
      }
      case "rule":
        return this.rule(statement);
      case "listen":
        return this.listen(statement);
      case "pki":
        return [
          {
            kind: "pki",
            span,
            keyword: statement.keyword,
            name: lowerCase(statement.name),
            options: statement.options.map((option) => renamed(option, { certificate: "cert" })),
          },
        ];
      case "ca": {
        const { keyword, name, certificate } = statement;
        return [{ kind: "ca", span, keyword, name: lowerCase(name), cert: certificate }];
      }
      case "limits":
        return [limits(statement)];
      case "queue": {
        const { keyword, setting, key } = statement;
        return [{ kind: "queue", span, keyword, setting, value: key }];
      }
      case "setting":
        return this.setting(statement);
      default:
        return [{ kind: "unknown", span }];
    }
  }

  // ---- rules

  private rule(rule: legacy.Rule): Bare<Statement>[] {
    const { span, keyword, conditions } = rule;
    const isReject = keyword.word === "reject";
    const name = text(this.nameAt(span), keyword.span);
    const match: Bare<Match> = {
      kind: "match",
      span,
      keyword: word("match", keyword.span),
      conditions: conditions.map(condition),
      outcome: word(isReject ? "reject" : "action", keyword.span),
      action: isReject ? undefined : name,
    };
    return isReject ? [match] : [this.action(rule, name), match];
  }

  /** An action is called by the line of its rule; of a file that is read twice, the second time differently. */
  private nameAt({ file, start }: Span): string {
    const source = this.files[file];
    const { line } = lineColumn(lineStarts(source?.text ?? ""), start);
    const name = file === 0 ? `line ${line}` : `${source?.path}:${line}`;
    const count = (this.named.get(name) ?? 0) + 1;
    this.named.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  }

  private action({ span, keyword, lookups, action, options }: legacy.Rule, name: Text): Bare<Action> {
    const own = options.find((option) => option.keyword.word === "expire")?.value ?? this.expire;
    const ttl = own ? [option("ttl", span, own)] : [];
    const isForward = options.some((option) => option.keyword.word === "forward-only");
    const common = { kind: "action", span, keyword: word("action", keyword.span), name, modifier: undefined } as const;
    if (action?.kind === "relay") {
      const relayed = [...this.relayOptions(action), ...ttl];
      return { ...common, method: word("relay", action.span), argument: undefined, options: relayed };
    }
    const user = action?.user ? [option("user", action.user.span, action.user)] : [];
    return {
      ...common,
      method: action?.method ?? word(isForward ? "forward-only" : "expand-only", keyword.span),
      argument: action?.argument,
      modifier: action?.rcptTo,
      options: [...lookups.map((lookup) => ({ ...lookup })), ...user, ...ttl],
    };
  }

  private relayOptions({ span, url, options }: legacy.Relay): Option[] {
    const relay = url && parseOldRelayUrl(url.value);
    const given = new Map(options.map((one) => [one.keyword.word, one]));
    const found: Option[] = [];
    if (relay?.isBackup) found.push(option("backup", url?.span ?? span, text(relay.host, span), "mx"));
    else if (url && relay) found.push(option("host", url.span, single({ ...url, value: relay.host })));
    const backup = given.get("backup");
    if (backup) {
      // Without a name it is the machine's, whatever a listener is called; today it is the listener's.
      const { hostName } = this.machine;
      const usual = this.hasNames && hostName !== undefined ? text(hostName, backup.span) : undefined;
      const name = backup.value ?? usual;
      found.push(option("backup", backup.span, name, name ? "mx" : undefined));
    }
    const verifies = given.has("verify") || given.get("tls")?.modifier !== undefined;
    // Today such a relay verifies unless it is told not to.
    if (relay?.isEncrypted || given.has("tls")) {
      found.push(
        option(
          "tls",
          (given.get("tls") ?? given.get("verify"))?.span ?? span,
          undefined,
          verifies ? undefined : "no-verify",
        ),
      );
    }
    // Of an option that stands twice the last one counts.
    for (const { keyword, span: place, value } of given.values()) {
      const today = relayWords[keyword.word];
      if (!today || value === undefined) continue;
      if (today === "mail-from" && value.kind === "text") found.push(option(today, place, this.sender(value)));
      else found.push(option(today, place, today === "pki" || today === "ca" ? lowerCase(value as Text) : value));
    }
    const helo = given.get("hostname")?.value;
    const name = helo?.kind === "text" ? helo.value : undefined;
    const mayEncrypt = !relay || relay.isEncrypted || relay.isBackup || relay.scheme === "smtp://";
    if (name !== undefined && mayEncrypt && !given.has("pki")) found.push(...namedLike(name, "pki", this.pkis, span));
    if (verifies && !given.has("ca")) found.push(...namedLike(name ?? this.machine.hostName, "ca", this.cas, span));
    return found;
  }

  /** Without a domain the sender got that of the machine (parse.y, `AS`). */
  private sender(value: Text): Text {
    const address = parseMailAddress(value.value) ?? { user: value.value, domain: "" };
    const domain = address.domain || (this.machine.hostName ?? "<hostname>");
    return address.user === "" || address.domain !== "" ? value : { ...value, value: `${address.user}@${domain}` };
  }

  // ---- listeners

  private listen({ span, keyword, interface: name, socket, options }: legacy.Listen): Bare<Listen>[] {
    const common = { kind: "listen", span, keyword, interface: name, socket } as const;
    const all = options.flatMap((one) => this.listenOption(one));
    const isSecure = options.some((one) => one.keyword.word === "secure");
    const variants = isSecure ? ["smtps", "tls"] : [undefined];
    return variants.map((variant): Bare<Listen> => {
      const tls = variant ? [option(variant, span, undefined)] : [];
      const own = [...all, ...tls];
      return { ...common, options: [...own, ...(socket ? [] : this.pkiOf(own, span))] };
    });
  }

  private listenOption(one: legacy.Option): Option[] {
    const { keyword, value } = one;
    if (keyword.word === "secure" || keyword.word === "filter") return [];
    if (keyword.word === "tag" && value?.kind === "text") return [{ ...one, value: withCase(value) }];
    if (keyword.word === "pki" || keyword.word === "ca" || keyword.word === "certificate") {
      return value?.kind === "text" ? [{ ...renamed(one, { certificate: "pki" }), value: lowerCase(value) }] : [];
    }
    return [renamed(one, { "mask-source": "mask-src" })];
  }

  /** With TLS and without one of its own a listener takes the pki and the ca that are named like it, or `*` (smtp_session.c). */
  private pkiOf(options: readonly Option[], span: Span): Option[] {
    const given = (name: string) => options.find((one) => one.keyword.word === name)?.value;
    const hasTls = options.some((one) => ["tls", "tls-require", "smtps"].includes(one.keyword.word));
    if (!hasTls || given("pki")) return [];
    const hostName = given("hostname");
    const name = hostName?.kind === "text" ? hostName.value : this.machine.hostName;
    return namedLike(name, "pki", this.pkis, span);
  }

  // ---- settings

  private setting({ span, keyword, values }: legacy.Setting): Bare<Statement>[] {
    const [first] = values;
    const texts = values.filter((value) => value.kind === "text");
    const smtp = (name: string): Bare<Statement>[] => [
      { kind: "smtp", span, keyword, setting: word(name, keyword.span), value: first, limits: [] },
    ];
    switch (keyword.word) {
      case "expire":
        this.expire = texts[0];
        return [];
      case "bounce-warn":
        return [{ kind: "bounce", span, keyword, delays: texts.slice(0, 4) }];
      case "max-message-size":
        return smtp("max-message-size");
      case "subaddressing-delimiter":
        return smtp("sub-addr-delim");
      case "ciphers":
        return smtp("ciphers");
      case "max-mta-deferred": {
        const value = first?.kind === "number" ? first : undefined;
        return [
          {
            kind: "mta",
            span,
            keyword,
            setting: word("max-deferred", keyword.span),
            value,
            domain: undefined,
            limits: [],
          },
        ];
      }
      default:
        return [{ kind: "unknown", span }];
    }
  }
}

/** The pki or ca that 6.0.3 takes because it is named like a host, or `*` (lka.c). */
function namedLike(name: string | undefined, kind: "pki" | "ca", names: ReadonlySet<string>, span: Span): Option[] {
  const found = [name?.toLowerCase(), "*"].find((one) => one !== undefined && names.has(one));
  return found === undefined ? [] : [option(kind, span, text(found, span))];
}

/** The options of relays that have another name today. */
const relayWords: Readonly<Record<string, string>> = {
  auth: "auth",
  as: "mail-from",
  source: "src",
  hostname: "helo",
  helo: "helo",
  hostnames: "helo-src",
  pki: "pki",
  certificate: "pki",
  ca: "ca",
};

const conditionWords: Readonly<Record<string, string>> = {
  sender: "mail-from",
  recipient: "rcpt-to",
  tagged: "tag",
  authenticated: "auth",
};

const subjectWords: Readonly<Record<string, string>> = { source: "src", all: "any" };

function condition({ span, keyword, negation, subject, table, tag }: legacy.Condition): MatchCondition {
  return {
    kind: "match-condition",
    span,
    negation,
    keyword: word(conditionWords[keyword.word] ?? keyword.word, keyword.span),
    subject: subject ? word(subjectWords[subject.word] ?? subject.word, subject.span) : undefined,
    regex: undefined,
    table: tag ? single(withCase(tag)) : table,
  };
}

function limits({ span, keyword, subject, domain, limits: all }: legacy.Limits): Bare<Statement> {
  const named = all.filter((one) => one.kind === "limit");
  const setting = word("limit", subject.span);
  switch (subject.word) {
    case "mta":
      return { kind: "mta", span, keyword, setting, value: undefined, domain, limits: all };
    case "mda":
      return { kind: "mda", span, keyword, setting, limits: named, name: undefined, command: undefined };
    case "scheduler":
      return { kind: "scheduler", span, keyword, limits: named };
    default:
      return { kind: "smtp", span, keyword, setting, value: undefined, limits: named };
  }
}

// ---- nodes

const word = (name: string, span: Span): Keyword => ({ kind: "keyword", span, word: name });

const text = (value: string, span: Span): Text => ({
  kind: "text",
  span,
  value,
  quoted: true,
  macro: undefined,
  faulty: false,
});

const withCase = (value: Text): Text => ({ ...value, value: oldTag(value.value) });

/** A tag that is told from others by its capitals too, as before 6.4: today tags are compared without. */
export const oldTag = (tag: string) => tag.replace(/[A-Z^]/g, (capital) => `^${capital}`);

const single = (value: Text): SingleValue => ({ kind: "single-value", span: value.span, text: value });

const lowerCase = (value: Text): Text => ({ ...value, value: value.value.toLowerCase() });

const option = (name: string, span: Span, value: Option["value"] | TableExpression, modifier?: string): Option => ({
  kind: "option",
  span,
  keyword: word(name, span),
  modifier: modifier === undefined ? undefined : word(modifier, span),
  value,
});

const renamed = (one: legacy.Option, names: Readonly<Record<string, string>>): Option => ({
  ...one,
  keyword: word(names[one.keyword.word] ?? one.keyword.word, one.keyword.span),
});
