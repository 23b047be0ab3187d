import { EmbeddedActionsParser, type IToken, type Rule, type TokenType } from "chevrotain";
import { type GrammarPosition, stepsAt } from "../lookahead.ts";
import { cover, type Span } from "../span.ts";
import * as tokens from "./tokens.ts";
import type * as tree from "./tree.ts";

/** What a line can be. */
export type Line =
  | tree.Setting
  | ({ readonly kind: "case" } & tree.TestCase)
  | { readonly kind: "group"; readonly name: tree.TestValue };

/**
 * The grammar of one line of a file of policy tests, a rule a production. What
 * lines may follow each other, and what words mean, is said elsewhere.
 */
export class TestLineParser extends EmbeddedActionsParser {
  constructor() {
    super(tokens.allTokens, { maxLookahead: 1, skipValidations: true });
    this.performSelfAnalysis();
  }

  /** Reads the tokens of a line without its end; undefined if they are none. Then `errors` says where it went wrong. */
  read(line: readonly IToken[]): Line | undefined {
    this.input = line as IToken[];
    const result = this.line();
    return this.errors.length === 0 ? result : undefined;
  }

  readonly line = this.RULE(
    "line",
    (): Line =>
      this.OR([
        { ALT: () => this.SUBRULE(this.listSetting) },
        { ALT: () => this.SUBRULE(this.valueSetting) },
        { ALT: () => this.SUBRULE(this.assume) },
        { ALT: () => this.SUBRULE(this.define) },
        { ALT: (): Line => ({ kind: "group", name: textOf(this.CONSUME(tokens.Quoted)) }) },
        { ALT: () => this.SUBRULE(this.testCase) },
      ]),
  );

  // ---- settings

  /** `users { alice, bob }` */
  private readonly listSetting = this.RULE("listSetting", (): tree.Setting => {
    const keyword = wordOf(this.CONSUME(tokens.ListSetting));
    const values = this.SUBRULE(this.values);
    return this.ACTION(() => settingOf(keyword, values));
  });

  /** `config smtpd.conf` */
  private readonly valueSetting = this.RULE("valueSetting", (): tree.Setting => {
    const keyword = wordOf(this.CONSUME(tokens.ValueSetting));
    const value = this.SUBRULE(this.value);
    return this.ACTION(() => settingOf(keyword, only(value)));
  });

  /** `assume filter rspamd reject "550 spam"` */
  private readonly assume = this.RULE("assume", (): tree.Setting => {
    const start = wordOf(this.CONSUME(tokens.keyword("assume")));
    this.CONSUME1(tokens.keyword("filter"));
    const filter = this.SUBRULE(this.value);
    const answer = wordOf(this.CONSUME(tokens.FilterAnswer)) as Extract<tree.Setting, { kind: "assume" }>["answer"];
    const reply = this.OPTION(() => this.SUBRULE1(this.value));
    return this.ACTION(() => {
      const span = cover(start.span, (reply ?? answer).span);
      return { kind: "assume", span, filter, answer, reply };
    });
  });

  /** `define name value`, as `smtpd -D name=value` */
  private readonly define = this.RULE("define", (): tree.Setting => {
    const start = wordOf(this.CONSUME(tokens.keyword("define")));
    const name = this.SUBRULE(this.value);
    const value = this.SUBRULE1(this.value);
    return this.ACTION(() => ({ kind: "define", span: cover(start.span, value.span), name, value }));
  });

  // ---- cases

  /** `from 203.0.113.5 to bob@example.org => local bob` */
  private readonly testCase = this.RULE("testCase", (): Line => {
    const conditions: tree.TestCondition[] = [];
    this.AT_LEAST_ONE(() => conditions.push(this.SUBRULE(this.condition)));
    const arrow = spanOf(this.CONSUME(tokens.Arrow));
    const outcome = this.OPTION(() => this.SUBRULE(this.outcome));
    return this.ACTION(() => {
      const span = cover(conditions[0]?.span ?? arrow, outcome?.span ?? arrow);
      return { kind: "case", span, conditions, arrow, outcome };
    });
  });

  private readonly condition = this.RULE("condition", (): tree.TestCondition => {
    const condition = this.OR([
      {
        ALT: () => ({
          keyword: wordOf(this.CONSUME(tokens.ListCondition)),
          values: this.SUBRULE(this.values),
        }),
      },
      {
        ALT: () => {
          const keyword = wordOf(this.CONSUME(tokens.ValueCondition));
          const value = this.SUBRULE(this.value);
          return { keyword, values: this.ACTION(() => only(value)) };
        },
      },
      { ALT: () => ({ keyword: wordOf(this.CONSUME(tokens.FlagCondition)), values: undefined }) },
    ]);
    return this.ACTION(() => {
      const { keyword, values } = condition;
      return { span: values ? cover(keyword.span, values.span) : keyword.span, keyword, values } as tree.TestCondition;
    });
  });

  // ---- outcomes

  /** `exactly local alice and relay` */
  private readonly outcome = this.RULE("outcome", (): tree.ExpectedOutcome => {
    const quantifier = this.OPTION1(() =>
      this.OR(
        (["maybe", "never", "always"] as const).map((word) => ({
          ALT: () => wordOf(this.CONSUME(tokens.keyword(word))),
        })),
      ),
    ) as tree.ExpectedOutcome["quantifier"];
    const exactly = this.OPTION2(() => wordOf(this.CONSUME(tokens.keyword("exactly"))));
    const terms = [this.SUBRULE(this.term)];
    this.MANY(() => {
      this.CONSUME(tokens.keyword("and"));
      terms.push(this.SUBRULE1(this.term));
    });
    return this.ACTION(() => {
      const [first, last] = [terms[0] as tree.ExpectedTerm, terms.at(-1) as tree.ExpectedTerm];
      return { span: cover((quantifier ?? exactly ?? first).span, last.span), quantifier, exactly, terms };
    });
  });

  private readonly term = this.RULE("term", (): tree.ExpectedTerm => {
    const not = this.OPTION1(() => wordOf(this.CONSUME(tokens.keyword("not"))));
    const values: tree.TestValue[] = [];
    const verdict = this.OR([
      { ALT: () => wordOf(this.CONSUME(tokens.PlainVerdict)) },
      {
        ALT: () => {
          const word = wordOf(this.CONSUME(tokens.DestinationVerdict));
          this.OPTION2({ GATE: () => this.isValue(), DEF: () => values.push(this.SUBRULE(this.value)) });
          return word;
        },
      },
      {
        ALT: () => {
          const word = wordOf(this.CONSUME(tokens.RefusalVerdict));
          this.MANY1({ GATE: () => this.isValue(), DEF: () => values.push(this.SUBRULE1(this.value)) });
          return word;
        },
      },
    ]) as tree.ExpectedTerm["verdict"];
    const modifiers: tree.ExpectedModifier[] = [];
    this.MANY2(() => {
      const keyword = wordOf(this.CONSUME(tokens.Modifier)) as tree.ExpectedModifier["keyword"];
      const value = this.SUBRULE2(this.value);
      this.ACTION(() => modifiers.push({ span: cover(keyword.span, value.span), keyword, value }));
    });
    return this.ACTION(() => {
      const end = (modifiers.at(-1) ?? values.at(-1) ?? verdict).span;
      return { span: cover((not ?? verdict).span, end), not, verdict, values, modifiers };
    });
  });

  /** A keyword that may follow a value is none, unless it stands in quotes. */
  private isValue(): boolean {
    return !tokens.isOf(this.LA(1), tokens.Modifier, tokens.keyword("and"));
  }

  // ---- values

  private readonly value = this.RULE(
    "value",
    (): tree.TestValue =>
      this.OR([{ ALT: () => textOf(this.CONSUME(tokens.Text)) }, { ALT: () => textOf(this.CONSUME(tokens.Quoted)) }]),
  );

  /** Values and lists without blanks between them stand for all combinations. */
  private readonly values = this.RULE("values", (): tree.TestValues => {
    let values = this.SUBRULE(this.piece);
    this.MANY({
      GATE: () => this.LA(1).startOffset === values.span.end,
      DEF: () => {
        const next = this.SUBRULE1(this.piece);
        this.ACTION(() => {
          values = combined(values, next);
        });
      },
    });
    return values;
  });

  private readonly piece = this.RULE(
    "piece",
    (): tree.TestValues =>
      this.OR([
        {
          ALT: () => {
            const value = this.SUBRULE(this.value);
            return this.ACTION(() => only(value));
          },
        },
        { ALT: () => this.SUBRULE(this.list) },
      ]),
  );

  private readonly list = this.RULE("list", (): tree.TestValues => {
    const start = spanOf(this.CONSUME(tokens.LBrace));
    const values = [this.SUBRULE(this.value)];
    this.MANY(() => {
      this.OPTION(() => this.CONSUME(tokens.Comma));
      values.push(this.SUBRULE1(this.value));
    });
    const end = spanOf(this.CONSUME(tokens.RBrace));
    return { span: cover(start, end), values };
  });

  /** What may stand behind the first tokens of a line. */
  expectedAfter(line: readonly IToken[]): TokenType[] {
    const { definition } = this.getGAstProductions().line as Rule;
    let steps = stepsFrom([{ items: definition, index: 0, rule: "line", outer: undefined }]);
    for (const token of line) {
      const taken = steps.filter(({ type }) => tokens.isOf(token, type));
      // What can be a keyword is one.
      const asKeyword = taken.filter(({ type }) => tokens.wordsOf(type).length > 0);
      steps = stepsFrom((asKeyword.length > 0 ? asKeyword : taken).map(({ next }) => next));
    }
    return [...new Set(steps.map(({ type }) => type))];
  }
}

/** What may come next at one of several places of the grammar. */
function stepsFrom(places: readonly GrammarPosition[]) {
  return places.flatMap(stepsAt).map(({ token, next }) => ({ type: typesByName.get(token) as TokenType, next }));
}

const typesByName = new Map(tokens.allTokens.map((type) => [type.name, type]));

const only = (value: tree.TestValue): tree.TestValues => ({ span: value.span, values: [value] });

/** Each of one with each of the other behind it. */
const combined = (one: tree.TestValues, other: tree.TestValues): tree.TestValues => ({
  span: cover(one.span, other.span),
  values: one.values.flatMap((before) =>
    other.values.map((after) => ({ span: cover(before.span, after.span), text: before.text + after.text })),
  ),
});

const settingOf = (keyword: tree.TestWord, values: tree.TestValues) =>
  ({ kind: "values", span: cover(keyword.span, values.span), keyword, values }) as tree.Setting;

const spanOf = ({ startOffset, image }: IToken): Span => ({
  file: 0,
  start: startOffset,
  end: startOffset + image.length,
});

const wordOf = (token: IToken): tree.TestWord => ({ span: spanOf(token), word: token.image });

function textOf(token: IToken): tree.TestValue {
  const { image } = token;
  const text = image.startsWith('"') ? image.replace(/^"|"$/g, "").replace(/\\(.)/g, "$1") : image;
  return { span: spanOf(token), text };
}
