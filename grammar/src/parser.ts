import type { IOrAlt, IParserConfig } from "chevrotain";
import type * as ast from "./ast.ts";
import { type Draft, nowhere, push, type StatementOf, StatementParser, spanOf } from "./parser-base.ts";
import { cover, type Span } from "./span.ts";
import {
  Arrow,
  Bang,
  Comma,
  Equals,
  Greater,
  keyword,
  LBrace,
  Less,
  Newline,
  NumberToken,
  RBrace,
  Text,
  type Token,
} from "./tokens.ts";

/**
 * The grammar of one statement, a rule a production, to be read side by side
 * with smtpd.conf(5). It takes what any release takes: which release knows a
 * word or a form is said in the vocabulary and judged in `analysis`. The
 * vocabulary also says which rule takes a keyword (`Use.rule`).
 *
 * Embedded actions instead of a CST and a builder: the tree of a hundred
 * thousand rules is built in less than half the time, and a statement that is
 * not finished keeps what is there.
 */
export class SmtpdParser extends StatementParser {
  // Alternatives that every rule set comes to many times are made once.
  private statements: IOrAlt<unknown>[] | undefined;
  private matchOptions: IOrAlt<unknown>[] | undefined;
  private origins: IOrAlt<unknown>[] | undefined;
  private destinations: IOrAlt<unknown>[] | undefined;
  private outcomes: IOrAlt<unknown>[] | undefined;
  private tables: IOrAlt<ast.TableExpression>[] | undefined;

  constructor(config: IParserConfig = {}) {
    super(config);
    this.performSelfAnalysis();
  }

  /**
   * Reads one statement from `tokens`, whose last is the end of its line.
   * Returns what could be read, with `span`, `index` and `broken` still to be
   * set, and whether all of it was in order.
   */
  read(tokens: readonly Token[]): { node: Draft<ast.Statement>; valid: boolean } {
    this.start(tokens);
    this.statement();
    // A list that has grown holds room for more, which a hundred thousand rules would keep.
    if (this.draft.kind === "match") this.draft.conditions = this.draft.conditions.slice();
    return { node: this.draft, valid: this.valid && this.errors.length === 0 };
  }

  // ---- statements, in the order of smtpd.conf(5)

  readonly statement = this.RULE("statement", () => {
    this.statements ??= [
      { ALT: () => this.SUBRULE(this.macroStatement) },
      { ALT: () => this.SUBRULE(this.actionStatement) },
      { ALT: () => this.SUBRULE(this.admdStatement) },
      { ALT: () => this.SUBRULE(this.bounceStatement) },
      { ALT: () => this.SUBRULE(this.caStatement) },
      { ALT: () => this.SUBRULE(this.filterStatement) },
      { ALT: () => this.SUBRULE(this.includeStatement) },
      { ALT: () => this.SUBRULE(this.listenStatement) },
      { ALT: () => this.SUBRULE(this.matchStatement) },
      { ALT: () => this.SUBRULE(this.mdaStatement) },
      { ALT: () => this.SUBRULE(this.mtaStatement) },
      { ALT: () => this.SUBRULE(this.pkiStatement) },
      { ALT: () => this.SUBRULE(this.procStatement) },
      { ALT: () => this.SUBRULE(this.queueStatement) },
      { ALT: () => this.SUBRULE(this.schedulerStatement) },
      { ALT: () => this.SUBRULE(this.smtpStatement) },
      { ALT: () => this.SUBRULE(this.srsStatement) },
      { ALT: () => this.SUBRULE(this.tableStatement) },
    ];
    this.OR(this.statements);
    this.soft(Newline);
  });

  /** NAME = VALUE */
  readonly macroStatement = this.RULE("macroStatement", () => {
    const node = this.begin("macro", { name: this.text() as ast.Text, value: undefined });
    this.soft(Equals);
    node.value = this.text(2);
  });

  /** action NAME METHOD [OPTION …] */
  readonly actionStatement = this.RULE("actionStatement", () => {
    const node = this.begin("action", {
      keyword: this.word("action"),
      name: undefined,
      method: undefined,
      argument: undefined,
      modifier: undefined,
      options: [],
    });
    node.name = this.text();
    if (this.isMissing("localMethod", "actionStatement")) return this.looseOptions();
    this.OR([
      {
        ALT: () => {
          this.SUBRULE(this.localMethod);
          this.optionList(1, "localOption", this.localOption, this.ttlOption);
        },
      },
      {
        ALT: () => {
          node.method = this.word("relay");
          this.optionList(2, "relayOption", this.relayOption, this.ttlOption);
        },
      },
    ]);
  });

  readonly localMethod = this.RULE("localMethod", () => {
    const node = this.draft as StatementOf<"action">;
    this.OR([
      {
        ALT: () => {
          node.method = this.oneOf(2, "mbox", "forward-only", "expand-only");
        },
      },
      {
        ALT: () => {
          node.method = this.word("maildir");
          this.OPTION(() => {
            node.argument = this.text();
          });
          this.OPTION2(() => {
            node.modifier = this.word("junk");
          });
        },
      },
      {
        ALT: () => {
          node.method = this.word("lmtp");
          node.argument = this.text(2);
          this.OPTION3(() => {
            node.modifier = this.word("rcpt-to");
          });
        },
      },
      {
        ALT: () => {
          node.method = this.word("mda");
          node.argument = this.text(3);
        },
      },
    ]);
  });

  readonly localOption = this.RULE("localOption", () => {
    this.OR([
      { ALT: () => this.addOption(this.oneOf(2, "user", "wrapper"), () => this.text()) },
      {
        ALT: () =>
          this.addOption(this.oneOf(3, "alias", "virtual", "userbase"), () =>
            this.isTable() ? this.SUBRULE(this.tableExpression) : undefined,
          ),
      },
    ]);
  });

  readonly relayOption = this.RULE("relayOption", () => {
    this.OR([
      {
        ALT: () =>
          this.addOption(this.oneOf(2, "helo", "pki", "ca", "ciphers", "protocols", "mail-from"), () => this.text()),
      },
      {
        ALT: () =>
          this.addOption(this.oneOf(3, "helo-src", "src", "host", "domain", "auth"), () =>
            this.SUBRULE(this.tableExpression),
          ),
      },
      {
        ALT: () => {
          const option = this.addOption(this.word("backup"));
          this.OPTION(() => {
            option.modifier = this.word("mx");
            this.finish(option, this.text(2));
          });
        },
      },
      {
        ALT: () => {
          const option = this.addOption(this.word("tls"));
          this.OPTION2(() => this.modify(option, "no-verify"));
        },
      },
      {
        ALT: () =>
          this.addOption(this.word("filter"), () =>
            this.isNext(Text, LBrace) ? this.SUBRULE(this.filterExpression) : undefined,
          ),
      },
      { ALT: () => this.addOption(this.word("srs")) },
    ]);
  });

  /** smtpd wants it after all other options; `misplaced-ttl` judges that. */
  readonly ttlOption = this.RULE("ttlOption", () => {
    this.addOption(this.word("ttl"), () => this.text());
  });

  /** admd AUTHSERVID */
  readonly admdStatement = this.RULE("admdStatement", () => {
    const node = this.begin("admd", { keyword: this.word("admd"), value: undefined });
    node.value = this.text();
  });

  /** bounce warn-interval DELAY[, DELAY …] */
  readonly bounceStatement = this.RULE("bounceStatement", () => {
    const node = this.begin("bounce", { keyword: this.word("bounce"), delays: [] });
    this.softWord("warn-interval");
    push(node.delays, this.text());
    this.MANY(() => {
      this.CONSUME(Comma);
      push(node.delays, this.text(2));
    });
  });

  /** ca NAME cert FILE */
  readonly caStatement = this.RULE("caStatement", () => {
    const node = this.begin("ca", { keyword: this.word("ca"), name: undefined, cert: undefined });
    node.name = this.text();
    this.softWord("cert");
    node.cert = this.text(2);
  });

  /** filter NAME proc PROC | proc-exec COMMAND [OPTION …] | phase … | chain { NAME[, NAME …] } */
  readonly filterStatement = this.RULE("filterStatement", () => {
    const node = this.begin("filter", {
      keyword: this.word("filter"),
      name: undefined,
      form: undefined,
      proc: undefined,
      command: undefined,
      options: [],
      phase: undefined,
      condition: undefined,
      action: undefined,
      chain: undefined,
    });
    node.name = this.text();
    this.OR([
      {
        ALT: () => {
          node.form = this.word("proc");
          node.proc = this.text(2);
        },
      },
      {
        ALT: () => {
          node.form = this.word("proc-exec");
          node.command = this.text(3);
          this.optionList(1, "procOption", this.procOption);
        },
      },
      {
        ALT: () => {
          node.form = this.word("phase");
          this.SUBRULE(this.filterPhase);
        },
      },
      {
        ALT: () => {
          node.form = this.word("chain");
          node.chain = this.isNext(LBrace) ? this.SUBRULE(this.filterChain) : undefined;
        },
      },
    ]);
  });

  /** PHASE match [!] CONDITION ACTION; a phase can look at what the client has said by then. */
  readonly filterPhase = this.RULE("filterPhase", () => {
    this.OR([
      { ALT: () => this.phase(1, this.connectTest, this.earlyFilterAction, "connect") },
      { ALT: () => this.phase(2, this.greetingTest, this.earlyFilterAction, "helo", "ehlo") },
      { ALT: () => this.phase(3, this.loginTest, this.earlyFilterAction, "auth") },
      { ALT: () => this.phase(4, this.senderTest, this.earlyFilterAction, "mail-from", "data") },
      { ALT: () => this.phase(5, this.recipientTest, this.earlyFilterAction, "rcpt-to") },
      { ALT: () => this.phase(6, this.senderTest, this.filterAction, "commit") },
    ]);
  });

  private phase(number: number, test: () => void, action: () => void, ...words: string[]): void {
    (this.draft as StatementOf<"filter">).phase = this.oneOf(10 + number, ...words);
    this.softWord("match", number);
    this.negation(number);
    this.subrule(number, test);
    this.subrule(number, action);
  }

  readonly connectTest = this.RULE("connectTest", () => {
    this.SUBRULE(this.globalTest);
  });

  readonly greetingTest = this.RULE("greetingTest", () => {
    this.OR([{ ALT: () => this.SUBRULE(this.heloTest) }, { ALT: () => this.SUBRULE(this.globalTest) }]);
  });

  readonly loginTest = this.RULE("loginTest", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.heloTest) },
      { ALT: () => this.SUBRULE(this.authTest) },
      { ALT: () => this.SUBRULE(this.globalTest) },
    ]);
  });

  readonly senderTest = this.RULE("senderTest", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.heloTest) },
      { ALT: () => this.SUBRULE(this.authTest) },
      { ALT: () => this.SUBRULE(this.mailFromTest) },
      { ALT: () => this.SUBRULE(this.globalTest) },
    ]);
  });

  readonly recipientTest = this.RULE("recipientTest", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.heloTest) },
      { ALT: () => this.SUBRULE(this.authTest) },
      { ALT: () => this.SUBRULE(this.mailFromTest) },
      { ALT: () => this.SUBRULE(this.rcptToTest) },
      { ALT: () => this.SUBRULE(this.globalTest) },
    ]);
  });

  readonly globalTest = this.RULE("globalTest", () => {
    this.OR([
      { ALT: () => this.test("fcrdns") },
      {
        ALT: () => {
          this.test("rdns");
          this.OPTION(() => this.operand(1));
        },
      },
      {
        ALT: () => {
          this.test("src");
          this.operand(2);
        },
      },
    ]);
  });

  readonly heloTest = this.RULE("heloTest", () => {
    this.test("helo");
    this.operand(1);
  });

  readonly authTest = this.RULE("authTest", () => {
    this.test("auth");
    this.OPTION(() => this.operand(1));
  });

  readonly mailFromTest = this.RULE("mailFromTest", () => {
    this.test("mail-from");
    this.operand(1);
  });

  readonly rcptToTest = this.RULE("rcptToTest", () => {
    this.test("rcpt-to");
    this.operand(1);
  });

  /** What may happen before the message is complete. */
  readonly earlyFilterAction = this.RULE("earlyFilterAction", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.filterAction) },
      {
        ALT: () => {
          this.addFilterAction(this.oneOf(2, "junk", "bypass"));
        },
      },
    ]);
  });

  readonly filterAction = this.RULE("filterAction", () => {
    const action = this.addFilterAction(this.oneOf(1, "reject", "disconnect", "rewrite", "report"));
    action.text = this.text();
    action.span = this.since(action.span);
  });

  /** include "FILE" */
  readonly includeStatement = this.RULE("includeStatement", () => {
    const node = this.begin("include", { keyword: this.word("include"), path: undefined, file: undefined });
    node.path = this.text();
  });

  /** listen on INTERFACE|socket [OPTION …] */
  readonly listenStatement = this.RULE("listenStatement", () => {
    const node = this.begin("listen", {
      keyword: this.word("listen"),
      interface: undefined,
      socket: undefined,
      options: [],
    });
    this.softWord("on");
    this.OR([
      {
        ALT: () => {
          node.socket = this.word("socket");
          this.optionList(1, "socketOption", this.socketOption);
        },
      },
      {
        ALT: () => {
          node.interface = this.text();
          this.optionList(2, "listenOption", this.listenOption);
        },
      },
    ]);
  });

  readonly socketOption = this.RULE("socketOption", () => {
    this.OR([
      {
        ALT: () =>
          this.addOption(this.word("filter"), () =>
            this.isNext(Text, LBrace) ? this.SUBRULE(this.filterExpression) : undefined,
          ),
      },
      { ALT: () => this.addOption(this.word("tag"), () => this.text()) },
      { ALT: () => this.addOption(this.oneOf(2, "mask-src", "no-dsn")) },
    ]);
  });

  readonly listenOption = this.RULE("listenOption", () => {
    this.OR([
      {
        ALT: () => this.addOption(this.word("port"), () => (this.isPort() ? this.SUBRULE(this.portNumber) : undefined)),
      },
      {
        ALT: () => {
          const option = this.addOption(this.oneOf(2, "smtps", "tls-require"));
          this.OPTION(() => this.modify(option, "verify"));
        },
      },
      {
        ALT: () => {
          const option = this.addOption(this.oneOf(3, "auth", "auth-optional"));
          this.OPTION2(() => this.finish(option, this.SUBRULE(this.tableExpression)));
        },
      },
      {
        ALT: () => {
          const option = this.addOption(this.word("senders"), () =>
            this.isTable() ? this.SUBRULE2(this.tableExpression) : undefined,
          );
          this.OPTION3(() => this.modify(option, "masquerade"));
        },
      },
      {
        ALT: () =>
          this.addOption(this.word("hostnames"), () =>
            this.isTable() ? this.SUBRULE3(this.tableExpression) : undefined,
          ),
      },
      {
        ALT: () =>
          this.addOption(this.word("filter"), () =>
            this.isNext(Text, LBrace) ? this.SUBRULE(this.filterExpression) : undefined,
          ),
      },
      {
        ALT: () =>
          this.addOption(this.oneOf(4, "pki", "ca", "tag", "hostname", "ciphers", "protocols"), () => this.text()),
      },
      {
        ALT: () =>
          this.addOption(this.oneOf(5, "inet4", "inet6", "tls", "mask-src", "received-auth", "no-dsn", "proxy-v2")),
      },
    ]);
  });

  readonly portNumber = this.RULE("portNumber", () =>
    this.OR([
      { ALT: (): ast.Option["value"] => this.text() },
      { ALT: () => this.number() },
      { ALT: () => this.oneOf(2, "smtp", "smtps") },
    ]),
  );

  /** match [CONDITION …] action NAME | reject */
  readonly matchStatement = this.RULE("matchStatement", () => {
    this.begin("match", {
      keyword: this.word("match"),
      conditions: [],
      outcome: undefined,
      action: undefined,
    });
    do this.MANY(() => this.SUBRULE(this.matchOption));
    while (this.isMissing("outcome") && this.skipTo("matchOption", "outcome"));
    this.SUBRULE(this.outcome);
  });

  readonly outcome = this.RULE("outcome", () => {
    this.outcomes ??= [
      {
        ALT: () => {
          (this.draft as StatementOf<"match">).outcome = this.word("reject");
        },
      },
      {
        ALT: () => {
          const node = this.draft as StatementOf<"match">;
          node.outcome = this.word("action");
          node.action = this.text();
        },
      },
    ];
    this.OR(this.outcomes);
  });

  readonly matchOption = this.RULE("matchOption", () => {
    this.negation(1);
    this.matchOptions ??= [
      {
        ALT: () => {
          this.addCondition(this.oneOf(2, "tag", "helo", "mail-from", "rcpt-to"));
          this.operand(1);
        },
      },
      {
        ALT: () => {
          this.addCondition(this.word("auth"));
          this.OPTION2(() => this.operand(2));
        },
      },
      { ALT: () => this.addCondition(this.word("tls")) },
      {
        ALT: () => {
          this.addCondition(this.word("from"));
          this.SUBRULE(this.matchFrom);
        },
      },
      {
        ALT: () => {
          this.addCondition(this.word("for"));
          this.SUBRULE(this.matchFor);
        },
      },
    ];
    this.OR(this.matchOptions);
  });

  readonly matchFrom = this.RULE("matchFrom", () => {
    this.origins ??= [
      { ALT: () => this.subject(this.oneOf(2, "socket", "local", "any")) },
      {
        ALT: () => {
          this.subject(this.oneOf(3, "src", "mail-from"));
          this.operand(1);
        },
      },
      {
        ALT: () => {
          this.subject(this.oneOf(4, "rdns", "auth"));
          this.OPTION(() => this.operand(2));
        },
      },
    ];
    this.OR(this.origins);
  });

  readonly matchFor = this.RULE("matchFor", () => {
    this.destinations ??= [
      { ALT: () => this.subject(this.oneOf(2, "local", "any")) },
      {
        ALT: () => {
          this.subject(this.oneOf(3, "domain", "rcpt-to"));
          this.operand(1);
        },
      },
    ];
    this.OR(this.destinations);
  });

  /** mda limit NAME NUMBER … | wrapper NAME COMMAND */
  readonly mdaStatement = this.RULE("mdaStatement", () => {
    const node = this.begin("mda", {
      keyword: this.word("mda"),
      setting: undefined,
      limits: [],
      name: undefined,
      command: undefined,
    });
    this.OR([
      {
        ALT: () => {
          node.setting = this.word("limit");
          this.MANY(() => this.SUBRULE(this.mdaLimit));
        },
      },
      {
        ALT: () => {
          node.setting = this.word("wrapper");
          node.name = this.text();
          node.command = this.text(2);
        },
      },
    ]);
  });

  readonly mdaLimit = this.RULE("mdaLimit", () => this.limit());

  /** mta max-deferred NUMBER | limit [for domain DOMAIN] NAME NUMBER … */
  readonly mtaStatement = this.RULE("mtaStatement", () => {
    const node = this.begin("mta", {
      keyword: this.word("mta"),
      setting: undefined,
      value: undefined,
      domain: undefined,
      limits: [],
    });
    this.OR([
      {
        ALT: () => {
          node.setting = this.word("max-deferred");
          node.value = this.number();
        },
      },
      {
        ALT: () => {
          node.setting = this.word("limit");
          this.OPTION(() => {
            this.word("for");
            this.softWord("domain");
            node.domain = this.text();
          });
          this.MANY(() => this.SUBRULE(this.mtaLimit));
        },
      },
    ]);
  });

  readonly mtaLimit = this.RULE("mtaLimit", () => {
    this.OR([{ ALT: () => this.limit() }, { ALT: () => push(this.limits, this.oneOf(2, "inet4", "inet6")) }]);
  });

  /** pki NAME cert|key FILE | dhe PARAMETERS */
  readonly pkiStatement = this.RULE("pkiStatement", () => {
    const node = this.begin("pki", { keyword: this.word("pki"), name: undefined, options: [] });
    node.name = this.text();
    this.optionList(1, "pkiOption", this.pkiOption);
  });

  readonly pkiOption = this.RULE("pkiOption", () => {
    this.addOption(this.oneOf(1, "cert", "key", "dhe"), () => this.text());
  });

  /** proc NAME COMMAND [OPTION …] */
  readonly procStatement = this.RULE("procStatement", () => {
    const node = this.begin("proc", { keyword: this.word("proc"), name: undefined, command: undefined, options: [] });
    node.name = this.text();
    node.command = this.text(2);
    this.optionList(1, "procOption", this.procOption);
  });

  readonly procOption = this.RULE("procOption", () => {
    this.addOption(this.oneOf(1, "user", "group", "chroot"), () => this.text());
  });

  /** queue compression | encryption [KEY] | ttl DELAY */
  readonly queueStatement = this.RULE("queueStatement", () => {
    const node = this.begin("queue", { keyword: this.word("queue"), setting: undefined, value: undefined });
    this.OR([
      {
        ALT: () => {
          node.setting = this.word("compression");
        },
      },
      {
        ALT: () => {
          node.setting = this.word("encryption");
          this.OPTION(() => {
            node.value = this.text();
          });
        },
      },
      {
        ALT: () => {
          node.setting = this.word("ttl");
          node.value = this.text(2);
        },
      },
    ]);
  });

  /** scheduler limit NAME NUMBER … */
  readonly schedulerStatement = this.RULE("schedulerStatement", () => {
    this.begin("scheduler", { keyword: this.word("scheduler"), limits: [] });
    this.softWord("limit");
    this.MANY(() => this.SUBRULE(this.schedulerLimit));
  });

  readonly schedulerLimit = this.RULE("schedulerLimit", () => this.limit());

  /** smtp ciphers STRING | limit NAME NUMBER … | max-message-size SIZE | sub-addr-delim CHARACTER */
  readonly smtpStatement = this.RULE("smtpStatement", () => {
    const node = this.begin("smtp", { keyword: this.word("smtp"), setting: undefined, value: undefined, limits: [] });
    this.OR([
      {
        ALT: () => {
          node.setting = this.word("limit");
          this.MANY(() => this.SUBRULE(this.smtpLimit));
        },
      },
      {
        ALT: () => {
          node.setting = this.oneOf(2, "ciphers", "sub-addr-delim");
          node.value = this.text();
        },
      },
      {
        ALT: () => {
          node.setting = this.word("max-message-size");
          node.value = this.isNext(Text, NumberToken) ? this.SUBRULE(this.size) : undefined;
        },
      },
    ]);
  });

  readonly smtpLimit = this.RULE("smtpLimit", () => this.limit());

  readonly size = this.RULE("size", () =>
    this.OR([{ ALT: (): ast.Smtp["value"] => this.text() }, { ALT: () => this.number() }]),
  );

  /** srs key [backup] SECRET | ttl DELAY */
  readonly srsStatement = this.RULE("srsStatement", () => {
    const node = this.begin("srs", {
      keyword: this.word("srs"),
      setting: undefined,
      backup: undefined,
      value: undefined,
    });
    this.OR([
      {
        ALT: () => {
          node.setting = this.word("key");
          this.OPTION(() => {
            node.backup = this.word("backup");
          });
          node.value = this.text();
        },
      },
      {
        ALT: () => {
          node.setting = this.word("ttl");
          node.value = this.text(2);
        },
      },
    ]);
  });

  /** table NAME [TYPE:]PATH | { VALUE … } */
  readonly tableStatement = this.RULE("tableStatement", () => {
    const node = this.begin("table", {
      keyword: this.word("table"),
      name: undefined,
      source: undefined,
      inline: undefined,
    });
    node.name = this.text();
    this.OR([
      {
        ALT: () => {
          node.source = this.text(2);
        },
      },
      {
        ALT: () => {
          node.inline = this.SUBRULE(this.inlineTable);
        },
      },
    ]);
  });

  // ---- parts that several statements share

  /** <NAME> | { ENTRY … } | VALUE */
  readonly tableExpression = this.RULE(
    "tableExpression",
    (): ast.TableExpression | undefined => {
      this.tables ??= [
        { ALT: () => this.SUBRULE(this.tableReference) },
        { ALT: () => this.SUBRULE(this.inlineTable) },
        {
          ALT: () => {
            const text = this.text() as ast.Text;
            return { kind: "single-value" as const, span: text.span, text };
          },
        },
      ];
      return this.OR(this.tables);
    },
    { recoveryValueFunc: () => undefined },
  );

  readonly tableReference = this.RULE("tableReference", (): ast.TableReference => {
    const start = spanOf(this.CONSUME(Less) as Token);
    const name = this.text();
    this.soft(Greater);
    return { kind: "table-reference", span: this.since(start), name };
  });

  readonly inlineTable = this.RULE("inlineTable", (): ast.InlineTable => {
    const entries: ast.TableEntry[] = [];
    const { span, lineBreaks } = this.braces(this.tableEntry, (entry) => entries.push(entry));
    return { kind: "inline-table", span, mapping: entries[0]?.assignment !== undefined, entries, lineBreaks };
  });

  readonly tableEntry = this.RULE("tableEntry", (): ast.TableEntry => {
    const key = this.text() as ast.Text;
    let assignment: Span | undefined;
    let value: ast.Text | undefined;
    this.OPTION(() => {
      assignment = spanOf(
        this.OR([{ ALT: () => this.CONSUME(Equals) as Token }, { ALT: () => this.CONSUME(Arrow) as Token }]),
      );
      value = this.text(2);
    });
    return { kind: "table-entry", span: value ? cover(key.span, value.span) : key.span, key, assignment, value };
  });

  /** NAME | { NAME[, NAME …] } */
  readonly filterExpression = this.RULE("filterExpression", () =>
    this.OR([
      { ALT: (): ast.Text | ast.Chain | undefined => this.text() },
      { ALT: () => this.SUBRULE(this.filterChain) },
    ]),
  );

  readonly filterChain = this.RULE("filterChain", (): ast.Chain => {
    const filters: ast.Text[] = [];
    const { span, lineBreaks } = this.braces(this.chainEntry, (name) => filters.push(name));
    return { kind: "chain", span, filters, lineBreaks };
  });

  readonly chainEntry = this.RULE("chainEntry", () => this.text() as ast.Text);

  /**
   * { ITEM, ITEM … }: a comma, line breaks or nothing between items; no comma
   * at the end or after a line break. Before 7.5 a line break could only stand
   * in place of a comma.
   */
  private braces<T>(item: () => T, add: (item: T) => void): { span: Span; lineBreaks: Span[] } {
    const lineBreaks: Span[] = [];
    const start = this.soft(LBrace);
    this.MANY(() => lineBreaks.push(spanOf(this.CONSUME(Newline) as Token)));
    if (this.isNext(Text)) this.group(1, item, add, lineBreaks);
    let broken = false;
    this.MANY3(() => {
      broken = true;
      this.consume(3, Newline);
      this.OPTION(() => {
        broken = false;
        this.group(2, item, add, lineBreaks);
      });
    });
    const end = this.soft(RBrace);
    if (broken && end) lineBreaks.push(spanOf(end));
    return { span: this.since(start ? spanOf(start) : nowhere), lineBreaks };
  }

  private group<T>(number: number, item: () => T, add: (item: T) => void, lineBreaks: Span[]): void {
    add(this.subrule(number * 10, item));
    const alternatives = [
      {
        ALT: () => {
          this.consume(number * 10, Comma);
          this.many(number * 10 + 1, () => push(lineBreaks, spanOf(this.consume(number * 10, Newline) as Token)));
          if (this.isNext(Text)) add(this.subrule(number * 10 + 1, item));
        },
      },
      { ALT: () => add(this.subrule(number * 10 + 2, item)) },
    ];
    this.many(number * 10, () => this.or(number * 10, alternatives));
  }

  private isTable(): boolean {
    return this.isNext(Less, LBrace, Text);
  }

  private isPort(): boolean {
    return this.isNext(Text, NumberToken, keyword("smtp"), keyword("smtps"));
  }

  /** [regex] TABLE, of the condition that was read last. */
  private operand(number: number): void {
    const { condition } = this;
    this.option(number * 10, () => {
      condition.regex = this.take(keyword("regex"), number);
    });
    condition.table = this.isTable() ? this.subrule(number * 10, this.tableExpression) : undefined;
    condition.span = this.since(condition.span);
  }

  private negation(number: number): void {
    this.negated = undefined;
    this.option(number, () => {
      this.negated = this.take(Bang, number);
    });
  }

  private limit(): void {
    const name = this.text() as ast.Text;
    const value = this.number();
    push(this.limits, { kind: "limit", span: this.since(name.span), name, value } as ast.Limit);
  }

  private optionList(number: number, name: string, rule: () => void, ttl?: () => void): void {
    const names = ttl ? [name, "ttlOption"] : [name];
    do {
      this.many(number, () => {
        if (!ttl) this.subrule(number, rule);
        else
          this.or(20 + number, [{ ALT: () => this.subrule(number, rule) }, { ALT: () => this.subrule(number, ttl) }]);
      });
    } while (!this.isAtEnd() && this.skipTo(...names));
  }

  /** Options of an action without a method that anybody knows. */
  private looseOptions(): void {
    do {
      if (this.isWordOf(["localOption"])) this.subrule(9, this.localOption);
      else if (this.isWordOf(["relayOption"])) this.subrule(9, this.relayOption);
      else if (this.isWordOf(["ttlOption"])) this.subrule(9, this.ttlOption);
    } while (
      this.isWordOf(["localOption", "relayOption", "ttlOption"]) ||
      this.skipTo("localOption", "relayOption", "ttlOption")
    );
    this.valid = false;
  }
}

let parser: SmtpdParser | undefined;

/** The one parser of the process: its set-up costs more than parsing a usual file. */
export function sharedParser(): SmtpdParser {
  parser ??= new SmtpdParser();
  return parser;
}
