import { EmbeddedActionsParser, type IParserConfig, type TokenType } from "chevrotain";
import type * as ast from "../ast.ts";
import { OneTokenLookahead } from "../lookahead.ts";
import { type Draft, nowhere, spanOf } from "../parser-base.ts";
import { cover, type Span } from "../span.ts";
import { Arrow, Bang, Comma, Equals, Greater, LBrace, Less, NumberToken, RBrace, Text, type Token } from "../tokens.ts";
import { allTokens, keyword, withOlderKeywords } from "./tokens.ts";
import type * as tree from "./tree.ts";
import { olderForms, olderWords } from "./vocabulary.ts";

/** A statement as the grammar builds it: its place is not known yet. */
export type Bare<S extends tree.Statement = tree.Statement> = S extends unknown
  ? Omit<S, "span" | "index" | "broken">
  : never;

/** A word, or a use of it, that only releases before 6.0.3 know. */
export interface OlderUse {
  readonly span: Span;
  readonly word: string;
  /** The last release that knows it. */
  readonly until: string;
}

/** What the parser makes of a statement's tokens. */
export interface Reading {
  /** Undefined if the tokens are no statement. */
  readonly node: Bare | undefined;
  /** The number of the first token that does not fit; that of tokens if one is missing. */
  readonly misfit: number | undefined;
  readonly older: readonly OlderUse[];
}

/**
 * The grammar of one statement of the language before 6.4, a rule a
 * production, in the order of smtpd.conf(5) of 6.0.3. It takes what 5.3 to
 * 6.0.3 take, and notes what 6.0.3 does not.
 */
export class LegacyParser extends EmbeddedActionsParser {
  private older: OlderUse[] = [];
  /** A token that fits the rules, but not what they have read before. */
  private misfit: Token | undefined;

  constructor(config: IParserConfig = {}) {
    super(allTokens, { maxLookahead: 1, lookaheadStrategy: new OneTokenLookahead(), skipValidations: true, ...config });
    this.performSelfAnalysis();
  }

  /** Reads the tokens of a statement, without the end of its line. */
  read(tokens: readonly Token[]): Reading {
    const line = withOlderKeywords(tokens);
    this.older = [];
    this.misfit = undefined;
    this.input = line;
    const node = this.statement();
    const wrong = (this.misfit ?? this.errors[0]?.token) as Token | undefined;
    if (!wrong) return { node, misfit: undefined, older: this.older };
    const at = line.indexOf(wrong);
    return { node: undefined, misfit: at === -1 ? line.length : at, older: [] };
  }

  // ---- statements

  readonly statement = this.RULE(
    "statement",
    (): Bare =>
      this.OR([
        { ALT: () => this.SUBRULE(this.macroStatement) },
        { ALT: () => this.SUBRULE(this.ruleStatement) },
        { ALT: () => this.SUBRULE(this.bounceWarnStatement) },
        { ALT: () => this.SUBRULE(this.caStatement) },
        { ALT: () => this.SUBRULE(this.textStatement) },
        { ALT: () => this.SUBRULE(this.enqueuerStatement) },
        { ALT: () => this.SUBRULE(this.filterStatement) },
        { ALT: () => this.SUBRULE(this.includeStatement) },
        { ALT: () => this.SUBRULE(this.limitStatement) },
        { ALT: () => this.SUBRULE(this.listenStatement) },
        { ALT: () => this.SUBRULE(this.mapStatement) },
        { ALT: () => this.SUBRULE(this.maxMessageSizeStatement) },
        { ALT: () => this.SUBRULE(this.maxMtaDeferredStatement) },
        { ALT: () => this.SUBRULE(this.pkiStatement) },
        { ALT: () => this.SUBRULE(this.queueStatement) },
        { ALT: () => this.SUBRULE(this.tableStatement) },
      ]),
  );

  /** NAME = VALUE */
  private readonly macroStatement = this.RULE("macroStatement", (): Bare<ast.MacroDefinition> => {
    const name = this.text();
    this.CONSUME(Equals);
    return { kind: "macro", name, value: this.text(2) };
  });

  /** accept|reject CONDITION … LOOKUP … ACTION expire|forward-only … */
  private readonly ruleStatement = this.RULE("ruleStatement", (): Bare<tree.Rule> => {
    const conditions: tree.Condition[] = [];
    const lookups: tree.Option[] = [];
    const options: tree.Option[] = [];
    let action: tree.Rule["action"];
    const word = this.OR([
      {
        ALT: () => {
          const accept = this.word("accept");
          this.MANY(() => conditions.push(this.SUBRULE(this.condition)));
          this.MANY2(() => lookups.push(this.SUBRULE(this.lookup)));
          this.OPTION(() => {
            action = this.OR2([
              { ALT: () => this.SUBRULE(this.deliverAction) },
              { ALT: () => this.SUBRULE(this.relayAction) },
            ]);
          });
          this.MANY3(() => options.push(this.SUBRULE(this.lastOption)));
          return accept;
        },
      },
      {
        ALT: () => {
          const reject = this.word("reject");
          this.MANY4(() => conditions.push(this.SUBRULE2(this.condition)));
          return reject;
        },
      },
    ]);
    return { kind: "rule", keyword: word, conditions, lookups, action, options };
  });

  /** from|for [!] SUBJECT [TABLE] | sender|recipient [!] TABLE | tagged [!] TAG | [!] authenticated */
  private readonly condition = this.RULE("condition", (): tree.Condition => {
    const parts: Draft<Pick<tree.Condition, "negation" | "subject" | "table" | "tag">> = {
      negation: undefined,
      subject: undefined,
      table: undefined,
      tag: undefined,
    };
    const first = this.LA(1) as Token;
    const word = this.OR([
      {
        ALT: () => {
          const from = this.word("from");
          parts.negation = this.negation(1);
          this.SUBRULE(this.origin, { ARGS: [parts] });
          return from;
        },
      },
      {
        ALT: () => {
          const forWord = this.word("for");
          parts.negation = this.negation(2);
          this.SUBRULE(this.destination, { ARGS: [parts] });
          return forWord;
        },
      },
      {
        ALT: () => {
          const who = this.oneOf(2, "sender", "recipient");
          parts.negation = this.negation(3);
          parts.table = this.SUBRULE(this.tableExpression);
          return who;
        },
      },
      {
        ALT: () => {
          const tagged = this.word("tagged");
          parts.negation = this.negation(4);
          parts.tag = this.text();
          return tagged;
        },
      },
      {
        ALT: () => {
          parts.negation = this.negation(5);
          return this.word("authenticated");
        },
      },
    ]);
    return { kind: "condition", span: this.since(first), keyword: word, ...parts };
  });

  private readonly origin = this.RULE(
    "origin",
    (parts: Draft<Pick<tree.Condition, "negation" | "subject" | "table" | "tag">>) => {
      this.OR([
        {
          ALT: () => {
            const subject = this.oneOf(2, "any", "local");
            this.ACTION(() => Object.assign(parts, { subject }));
          },
        },
        {
          ALT: () => {
            const subject = this.word("source");
            const table = this.SUBRULE(this.tableExpression);
            this.ACTION(() => Object.assign(parts, { subject, table }));
          },
        },
        {
          ALT: () => {
            const subject = this.olderWord("all");
            this.ACTION(() => Object.assign(parts, { subject }));
          },
        },
        {
          ALT: () => {
            const first = this.LA(1) as Token;
            const table = this.SUBRULE2(this.tableExpression);
            this.form(first, "from", "from without source");
            this.ACTION(() => Object.assign(parts, { table }));
          },
        },
      ]);
    },
  );

  private readonly destination = this.RULE(
    "destination",
    (parts: Draft<Pick<tree.Condition, "negation" | "subject" | "table" | "tag">>) => {
      this.OR([
        {
          ALT: () => {
            const subject = this.oneOf(2, "any", "local");
            this.ACTION(() => Object.assign(parts, { subject }));
          },
        },
        {
          ALT: () => {
            const subject = this.word("domain");
            const table = this.SUBRULE(this.tableExpression);
            this.ACTION(() => Object.assign(parts, { subject, table }));
          },
        },
        {
          ALT: () => {
            const subject = this.olderWord("all");
            this.ACTION(() => Object.assign(parts, { subject }));
          },
        },
      ]);
    },
  );

  /** alias|virtual|userbase TABLE */
  private readonly lookup = this.RULE("lookup", (): tree.Option => {
    const word = this.oneOf(1, "alias", "virtual", "userbase");
    return this.optionOf(word, undefined, this.SUBRULE(this.tableExpression));
  });

  /** deliver to mbox | maildir [PATH] | mda COMMAND [as USER] | lmtp DESTINATION [rcpt-to] [as USER] */
  private readonly deliverAction = this.RULE("deliverAction", (): tree.Delivery => {
    const first = this.LA(1) as Token;
    const parts: Draft<Pick<tree.Delivery, "argument" | "rcptTo" | "user">> = {
      argument: undefined,
      rcptTo: undefined,
      user: undefined,
    };
    this.word("deliver");
    this.word("to");
    const method = this.OR([
      { ALT: () => this.word("mbox") },
      {
        ALT: () => {
          const maildir = this.word("maildir");
          this.OPTION(() => {
            parts.argument = this.text();
          });
          return maildir;
        },
      },
      {
        ALT: () => {
          const mda = this.word("mda");
          parts.argument = this.text(2);
          this.OPTION2(() => {
            this.CONSUME1(keyword("as"));
            parts.user = this.text(3);
          });
          return mda;
        },
      },
      {
        ALT: () => {
          const lmtp = this.word("lmtp");
          parts.argument = this.text(4);
          this.OPTION3(() => {
            parts.rcptTo = this.word("rcpt-to");
          });
          this.OPTION4(() => {
            this.CONSUME2(keyword("as"));
            parts.user = this.text(5);
          });
          return lmtp;
        },
      },
    ]);
    return { kind: "delivery", span: this.since(first), method, ...parts };
  });

  /** relay OPTION … | relay via URL OPTION … */
  private readonly relayAction = this.RULE("relayAction", (): tree.Relay => {
    const first = this.LA(1) as Token;
    const options: tree.Option[] = [];
    let url: ast.Text | undefined;
    this.word("relay");
    this.OPTION(() =>
      this.OR([
        {
          ALT: () => {
            this.word("via");
            url = this.text();
            this.MANY(() =>
              options.push(
                this.OR2([
                  { ALT: () => this.SUBRULE(this.commonRelayOption) },
                  { ALT: () => this.SUBRULE(this.viaOption) },
                ]),
              ),
            );
          },
        },
        {
          ALT: () => {
            this.AT_LEAST_ONE(() =>
              options.push(
                this.OR3([
                  { ALT: () => this.SUBRULE2(this.commonRelayOption) },
                  { ALT: () => this.SUBRULE(this.relayOption) },
                ]),
              ),
            );
          },
        },
      ]),
    );
    return { kind: "relay", span: this.since(first), url, options };
  });

  /** as SENDER | source|hostnames TABLE | hostname|pki|ca NAME */
  private readonly commonRelayOption = this.RULE(
    "commonRelayOption",
    (): tree.Option =>
      this.OR([
        { ALT: () => this.optionOf(this.oneOf(2, "as", "hostname", "pki", "ca"), undefined, this.text()) },
        {
          ALT: () => this.optionOf(this.oneOf(3, "source", "hostnames"), undefined, this.SUBRULE(this.tableExpression)),
        },
        { ALT: () => this.optionOf(this.olderWord("helo"), undefined, this.SUBRULE2(this.tableExpression)) },
      ]),
  );

  /** backup [NAME] | tls [verify] */
  private readonly relayOption = this.RULE(
    "relayOption",
    (): tree.Option =>
      this.OR([
        {
          ALT: () => {
            const backup = this.word("backup");
            const name = this.OPTION(() => this.text());
            return this.optionOf(backup, undefined, name);
          },
        },
        {
          ALT: () => {
            const tls = this.word("tls");
            const verify = this.OPTION2(() => this.word("verify"));
            return this.optionOf(tls, verify, undefined);
          },
        },
      ]),
  );

  /** auth TABLE | verify; older: certificate NAME | ssl | enable auth */
  private readonly viaOption = this.RULE(
    "viaOption",
    (): tree.Option =>
      this.OR([
        { ALT: () => this.optionOf(this.word("auth"), undefined, this.SUBRULE(this.tableExpression)) },
        { ALT: () => this.optionOf(this.word("verify"), undefined, undefined) },
        {
          ALT: () => {
            const certificate = this.word("certificate");
            const name = this.text();
            this.form(certificate, "certificate", "certificate of a relay");
            return this.optionOf(certificate, undefined, name);
          },
        },
        { ALT: () => this.optionOf(this.olderWord("ssl"), undefined, undefined) },
        {
          ALT: () => {
            const enable = this.olderWord("enable");
            return this.optionOf(enable, this.take(keyword("auth"), 2), undefined);
          },
        },
      ]),
  );

  /** expire DELAY | forward-only */
  private readonly lastOption = this.RULE(
    "lastOption",
    (): tree.Option =>
      this.OR([
        { ALT: () => this.optionOf(this.word("expire"), undefined, this.text()) },
        { ALT: () => this.optionOf(this.word("forward-only"), undefined, undefined) },
      ]),
  );

  /** bounce-warn DELAY[, DELAY …] */
  private readonly bounceWarnStatement = this.RULE("bounceWarnStatement", (): Bare<tree.Setting> => {
    const word = this.word("bounce-warn");
    const values: ast.Text[] = [];
    this.OPTION(() => {
      values.push(this.text());
      this.MANY(() => {
        this.CONSUME(Comma);
        values.push(this.text(2));
      });
    });
    return { kind: "setting", keyword: word, values };
  });

  /** ca NAME certificate FILE */
  private readonly caStatement = this.RULE("caStatement", (): Bare<tree.Ca> => {
    const word = this.word("ca");
    const name = this.text();
    this.word("certificate");
    return { kind: "ca", keyword: word, name, certificate: this.text(2) };
  });

  /** ciphers LIST | expire DELAY | subaddressing-delimiter CHARACTER; older: curve NAME */
  private readonly textStatement = this.RULE("textStatement", (): Bare<tree.Setting> => {
    const word = this.OR([
      { ALT: () => this.word("ciphers") },
      { ALT: () => this.word("expire") },
      { ALT: () => this.word("subaddressing-delimiter") },
      { ALT: () => this.olderWord("curve") },
    ]);
    return { kind: "setting", keyword: word, values: [this.text()] };
  });

  /** enqueuer filter NAME */
  private readonly enqueuerStatement = this.RULE("enqueuerStatement", (): Bare<tree.Enqueuer> => {
    const word = this.olderWord("enqueuer");
    this.word("filter");
    return { kind: "enqueuer", keyword: word, filter: this.text() };
  });

  /** filter NAME [BACKEND [ARGUMENT …]] */
  private readonly filterStatement = this.RULE("filterStatement", (): Bare<tree.Filter> => {
    const word = this.word("filter");
    const name = this.text();
    const rest: ast.Text[] = [];
    this.form(word, "filter", "filter statement");
    this.MANY(() => rest.push(this.text(2)));
    return { kind: "filter", keyword: word, name, backend: rest[0], arguments: rest.slice(1) };
  });

  /** include FILE */
  private readonly includeStatement = this.RULE("includeStatement", (): Bare<ast.Include> => {
    const word = this.word("include");
    return { kind: "include", keyword: word, path: this.text(), file: undefined };
  });

  /** limit session|mda|scheduler NAME NUMBER … | mta [for domain DOMAIN] NAME NUMBER|inet4|inet6 … */
  private readonly limitStatement = this.RULE("limitStatement", (): Bare<tree.Limits> => {
    const word = this.word("limit");
    const limits: (ast.Limit | ast.Keyword)[] = [];
    let domain: ast.Text | undefined;
    const subject = this.OR([
      {
        ALT: () => {
          const part = this.oneOf(2, "session", "mda", "scheduler");
          this.MANY(() => limits.push(this.SUBRULE(this.limitEntry)));
          return part;
        },
      },
      {
        ALT: () => {
          const mta = this.word("mta");
          this.OPTION(() => {
            this.word("for");
            this.word("domain");
            domain = this.text();
          });
          this.MANY2(() =>
            limits.push(
              this.OR3([
                { ALT: () => this.SUBRULE2(this.limitEntry) },
                { ALT: () => this.word("inet4") },
                { ALT: () => this.word("inet6") },
              ]),
            ),
          );
          return mta;
        },
      },
    ]);
    return { kind: "limits", keyword: word, subject, domain, limits };
  });

  private readonly limitEntry = this.RULE("limitEntry", (): ast.Limit => {
    const name = this.text();
    const value = this.number();
    return { kind: "limit", span: cover(name.span, value.span), name, value };
  });

  /** listen on socket OPTION … | INTERFACE OPTION … */
  private readonly listenStatement = this.RULE("listenStatement", (): Bare<tree.Listen> => {
    const word = this.word("listen");
    const options: tree.Option[] = [];
    let socket: ast.Keyword | undefined;
    let name: ast.Text | undefined;
    this.word("on");
    this.OR([
      {
        ALT: () => {
          socket = this.word("socket");
          this.MANY(() => options.push(this.SUBRULE(this.socketOption)));
        },
      },
      {
        ALT: () => {
          name = this.text();
          this.MANY2(() =>
            options.push(
              this.OR2([
                { ALT: () => this.SUBRULE2(this.socketOption) },
                { ALT: () => this.SUBRULE(this.listenOption) },
                { ALT: () => this.SUBRULE(this.olderListenOption) },
              ]),
            ),
          );
        },
      },
    ]);
    return { kind: "listen", keyword: word, interface: name, socket, options };
  });

  /** filter NAME | mask-source */
  private readonly socketOption = this.RULE(
    "socketOption",
    (): tree.Option =>
      this.OR([
        { ALT: () => this.optionOf(this.word("filter"), undefined, this.text()) },
        { ALT: () => this.optionOf(this.word("mask-source"), undefined, undefined) },
      ]),
  );

  private readonly listenOption = this.RULE(
    "listenOption",
    (): tree.Option =>
      this.OR([
        {
          ALT: () =>
            this.optionOf(this.oneOf(2, "inet4", "inet6", "tls", "received-auth", "no-dsn"), undefined, undefined),
        },
        {
          ALT: () => {
            const word = this.oneOf(3, "smtps", "tls-require");
            return this.optionOf(
              word,
              this.OPTION(() => this.word("verify")),
              undefined,
            );
          },
        },
        {
          ALT: () => {
            const port = this.word("port");
            const value = this.OR4([{ ALT: () => this.text(2) }, { ALT: () => this.number() }]);
            return this.optionOf(port, undefined, value);
          },
        },
        { ALT: () => this.optionOf(this.oneOf(5, "pki", "ca", "tag", "hostname"), undefined, this.text()) },
        {
          ALT: () => {
            const auth = this.oneOf(6, "auth", "auth-optional");
            const table = this.OPTION2(() => this.SUBRULE(this.tableExpression));
            return this.optionOf(auth, undefined, table);
          },
        },
        { ALT: () => this.optionOf(this.word("hostnames"), undefined, this.SUBRULE2(this.tableExpression)) },
        {
          ALT: () => {
            const senders = this.word("senders");
            const table = this.SUBRULE3(this.tableExpression);
            const masquerade = this.OPTION3(() => this.word("masquerade"));
            return this.optionOf(senders, masquerade, table);
          },
        },
      ]),
  );

  /** secure | ssl | certificate NAME | enable auth | dsn-ret headers | dsn-notify disable */
  private readonly olderListenOption = this.RULE(
    "olderListenOption",
    (): tree.Option =>
      this.OR([
        { ALT: () => this.optionOf(this.olderWord("secure"), undefined, undefined) },
        { ALT: () => this.optionOf(this.olderWord("ssl"), undefined, undefined) },
        {
          ALT: () => {
            const certificate = this.word("certificate");
            const name = this.text();
            this.form(certificate, "certificate", "certificate of a listener");
            return this.optionOf(certificate, undefined, name);
          },
        },
        {
          ALT: () => {
            const enable = this.olderWord("enable");
            return this.optionOf(enable, this.word("auth"), undefined);
          },
        },
        {
          ALT: () => {
            const ret = this.olderWord("dsn-ret");
            return this.optionOf(ret, this.word("headers"), undefined);
          },
        },
        {
          ALT: () => {
            const notify = this.olderWord("dsn-notify");
            return this.optionOf(notify, this.word("disable"), undefined);
          },
        },
      ]),
  );

  /** map NAME source TYPE PATH | map NAME { source TYPE PATH } */
  private readonly mapStatement = this.RULE("mapStatement", (): Bare<tree.TableMap> => {
    const word = this.olderWord("map");
    const name = this.text();
    const source = this.OR([
      { ALT: () => this.SUBRULE(this.mapSource) },
      {
        ALT: () => {
          this.CONSUME(LBrace);
          const inner = this.SUBRULE2(this.mapSource);
          this.CONSUME(RBrace);
          return inner;
        },
      },
    ]);
    return { kind: "map", keyword: word, name, ...source };
  });

  private readonly mapSource = this.RULE("mapSource", (): Pick<tree.TableMap, "type" | "path"> => {
    this.word("source");
    return { type: this.text(), path: this.text(2) };
  });

  /** max-message-size SIZE */
  private readonly maxMessageSizeStatement = this.RULE("maxMessageSizeStatement", (): Bare<tree.Setting> => {
    const word = this.word("max-message-size");
    const size = this.OR([{ ALT: () => this.text() }, { ALT: () => this.number() }]);
    return { kind: "setting", keyword: word, values: [size] };
  });

  /** max-mta-deferred NUMBER */
  private readonly maxMtaDeferredStatement = this.RULE("maxMtaDeferredStatement", (): Bare<tree.Setting> => {
    const word = this.word("max-mta-deferred");
    return { kind: "setting", keyword: word, values: [this.number()] };
  });

  /** pki NAME certificate|key|dhe VALUE …; older: dhparams|ca FILE */
  private readonly pkiStatement = this.RULE("pkiStatement", (): Bare<tree.Pki> => {
    const word = this.word("pki");
    const name = this.text();
    const options: tree.Option[] = [];
    this.MANY(() => options.push(this.SUBRULE(this.pkiOption)));
    return { kind: "pki", keyword: word, name, options };
  });

  private readonly pkiOption = this.RULE(
    "pkiOption",
    (): tree.Option =>
      this.OR([
        { ALT: () => this.optionOf(this.oneOf(2, "certificate", "key", "dhe"), undefined, this.text()) },
        { ALT: () => this.optionOf(this.olderWord("dhparams"), undefined, this.text(2)) },
        {
          ALT: () => {
            const ca = this.word("ca");
            this.form(ca, "ca", "ca of a pki");
            return this.optionOf(ca, undefined, this.text(3));
          },
        },
      ]),
  );

  /** queue compression | encryption [key KEY] */
  private readonly queueStatement = this.RULE("queueStatement", (): Bare<tree.Queue> => {
    const word = this.word("queue");
    let key: ast.Text | undefined;
    const setting = this.OR([
      { ALT: () => this.word("compression") },
      {
        ALT: () => {
          const encryption = this.word("encryption");
          this.OPTION(() => {
            this.word("key");
            key = this.text();
          });
          return encryption;
        },
      },
    ]);
    return { kind: "queue", keyword: word, setting, key };
  });

  /** table NAME [TYPE:]PATH | { VALUE … } */
  private readonly tableStatement = this.RULE("tableStatement", (): Bare<ast.Table> => {
    const word = this.word("table");
    const name = this.text();
    let source: ast.Text | undefined;
    let inline: ast.InlineTable | undefined;
    this.OR([
      {
        ALT: () => {
          source = this.text(2);
        },
      },
      {
        ALT: () => {
          inline = this.SUBRULE(this.inlineTable);
        },
      },
    ]);
    return { kind: "table", keyword: word, name, source, inline };
  });

  // ---- parts that several statements share

  /** <NAME> | { ENTRY … } | VALUE */
  private readonly tableExpression = this.RULE(
    "tableExpression",
    (): ast.TableExpression =>
      this.OR([
        {
          ALT: () => {
            const first = this.CONSUME(Less) as Token;
            const name = this.text();
            this.CONSUME(Greater);
            return { kind: "table-reference" as const, span: this.since(first), name };
          },
        },
        { ALT: () => this.SUBRULE(this.inlineTable) },
        {
          ALT: () => {
            const text = this.text(2);
            return { kind: "single-value" as const, span: text.span, text };
          },
        },
      ]),
  );

  /** { ENTRY, ENTRY … }, the commas as you like; the first entry says whether all are values or pairs. */
  private readonly inlineTable = this.RULE("inlineTable", (): ast.InlineTable => {
    const first = this.CONSUME(LBrace) as Token;
    const entries = [this.SUBRULE(this.entry)];
    const mapping = entries[0]?.assignment !== undefined;
    this.MANY(() => {
      this.OPTION(() => this.CONSUME(Comma));
      const start = this.LA(1) as Token;
      const entry = this.SUBRULE2(this.entry);
      this.ACTION(() => {
        entries.push(entry);
        if (mapping === (entry.assignment !== undefined)) return;
        // 6.0.3 stops at the `=` that it does not want, or at what stands in its place.
        const at = this.input.indexOf(start) + 1;
        this.misfit ??= (this.input[at] ?? this.LA(1)) as Token;
      });
    });
    this.CONSUME(RBrace);
    return { kind: "inline-table", span: this.since(first), mapping, entries, lineBreaks: [] };
  });

  private readonly entry = this.RULE("entry", (): ast.TableEntry => {
    const key = this.text();
    let assignment: Span | undefined;
    let value: ast.Text | undefined;
    this.OPTION(() => {
      assignment = spanOf(this.OR([{ ALT: () => this.CONSUME(Equals) }, { ALT: () => this.CONSUME(Arrow) }]) as Token);
      value = this.text(2);
    });
    return { kind: "table-entry", span: value ? cover(key.span, value.span) : key.span, key, assignment, value };
  });

  // ---- tokens and nodes

  private take(type: TokenType, number = 0): ast.Keyword {
    const token = this.consume(number, type) as Token;
    return { kind: "keyword", span: spanOf(token), word: token.image };
  }

  private word(word: string): ast.Keyword {
    return this.take(keyword(word));
  }

  /** A word that 6.0.3 does not reserve. */
  private olderWord(word: string): ast.Keyword {
    const node = this.word(word);
    const until = olderWords.find((entry) => entry.word === word)?.until ?? "";
    this.ACTION(() => this.older.push({ span: node.span, word, until }));
    return node;
  }

  /** Notes that a word stands where 6.0.3 does not take it. */
  private form(at: ast.Keyword | Token, word: string, form: keyof typeof olderForms): void {
    this.ACTION(() => this.older.push({ span: "span" in at ? at.span : spanOf(at), word, until: olderForms[form] }));
  }

  /** One of several keywords; the number is that of the `or`. */
  private oneOf(number: number, ...words: string[]): ast.Keyword {
    return this.or(
      number,
      words.map((word) => ({ ALT: () => this.take(keyword(word), number) })),
    ) as ast.Keyword;
  }

  private negation(number: number): ast.Keyword | undefined {
    return this.option(number, () => this.take(Bang, number));
  }

  private text(number = 0): ast.Text {
    const token = this.consume(number, Text) as Token;
    const { image: value, quote, macro, faulty } = token;
    return { kind: "text", span: spanOf(token), value, quoted: quote !== "", macro, faulty };
  }

  private number(): ast.NumberLiteral {
    const token = this.CONSUME(NumberToken) as Token;
    return {
      kind: "number",
      span: spanOf(token),
      value: Number(token.image),
      text: token.image,
      macro: token.macro,
    };
  }

  private optionOf(word: ast.Keyword, modifier: tree.Option["modifier"], value: tree.Option["value"]): tree.Option {
    return { kind: "option", span: this.since(word.span), keyword: word, modifier, value };
  }

  /** From `first` to the last token read. */
  private since(first: Token | Span): Span {
    return this.RECORDING_PHASE ? nowhere : cover(first, this.LA(0) as Token);
  }
}

let parser: LegacyParser | undefined;

/** The one parser of the process, made when it is needed first: most runs read no old file. */
export function sharedLegacyParser(): LegacyParser {
  parser ??= new LegacyParser();
  return parser;
}
