import { EmbeddedActionsParser, type IOrAlt, type IParserConfig, type TokenType } from "chevrotain";
import type * as ast from "./ast.ts";
import { OneTokenLookahead } from "./lookahead.ts";
import { cover, type Span } from "./span.ts";
import { allTokens, EndOfFile, keyword, Newline, NumberToken, Text, type Token } from "./tokens.ts";
import { findUse } from "./vocabulary.ts";

/** A node that is still being made. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };
export type StatementOf<K extends ast.Statement["kind"]> = Draft<Extract<ast.Statement, { kind: K }>>;
type Parts<T> = Omit<T, "kind" | "span" | "index" | "broken">;

export const nowhere: Span = { file: 0, start: 0, end: 0 };

export const spanOf = (token: Token): Span => ({ file: token.file, start: token.start, end: token.end });

/** What Chevrotain's types do not tell of its parser. */
const untyped = EmbeddedActionsParser.prototype as unknown as { enableRecording(): void };

/**
 * What the rules in `parser.ts` are made of: taking tokens, making nodes, and
 * recovery. Recovery is not Chevrotain's: a token that is missing is left out
 * of the tree (`soft`, `text`), an option that nobody knows is skipped
 * (`skipTo`), and `valid` turns false. Where and why is found by `expected.ts`
 * from the same grammar.
 */
export abstract class StatementParser extends EmbeddedActionsParser {
  /** The statement being read. */
  protected draft: Draft<ast.Statement> = { kind: "unknown", span: nowhere, index: -1, broken: false };
  /** Its list of options, conditions or limits. */
  private options: ast.Option[] = [];
  private conditions: ast.MatchCondition[] = [];
  protected limits: (ast.Limit | ast.Keyword)[] = [];
  /** The condition of a match or filter that was read last, and the `!` before the next. */
  protected condition!: Draft<ast.MatchCondition> | Draft<ast.FilterCondition>;
  protected negated: ast.Keyword | undefined;
  /** False once something was missing or skipped. */
  protected valid = true;
  /** The alternatives of `oneOf`, by its number and first word. */
  private readonly choices: Map<string, IOrAlt<ast.Keyword>[]>[] = [];

  constructor(config: IParserConfig) {
    super(allTokens, { maxLookahead: 1, lookaheadStrategy: new OneTokenLookahead(), skipValidations: true, ...config });
  }

  /**
   * For its analysis Chevrotain puts eighty methods on the parser and deletes
   * them again, and each time V8 rearranges the whole of it. Here they are put
   * on an object from which the parser inherits for so long.
   */
  enableRecording(): void {
    const recorder = Object.create(Object.getPrototypeOf(this));
    untyped.enableRecording.call(recorder);
    Object.setPrototypeOf(this, recorder);
    this.RECORDING_PHASE = true;
  }

  disableRecording(): void {
    Object.setPrototypeOf(this, Object.getPrototypeOf(Object.getPrototypeOf(this)));
    this.RECORDING_PHASE = false;
  }

  protected start(tokens: readonly Token[]): void {
    this.begin("unknown", {});
    this.valid = true;
    this.input = tokens as Token[];
  }

  // ---- tokens

  protected take(type: TokenType, number = 0): ast.Keyword {
    const token = this.consume(number, type) as Token;
    return { kind: "keyword", span: spanOf(token), word: token.image };
  }

  /** A keyword that the lookahead has seen. */
  protected word(word: string): ast.Keyword {
    return this.take(keyword(word));
  }

  /** One of several keywords; the lookahead has seen that it is one. */
  protected oneOf(number: number, ...words: string[]): ast.Keyword {
    const first = words[0] as string;
    let choices = this.choices[number]?.get(first);
    if (!choices) {
      choices = words.map((word) => ({ ALT: () => this.word(word) }));
      this.choices[number] ??= new Map();
      this.choices[number].set(first, choices);
    }
    const choice = this.or(number, choices);
    return this.RECORDING_PHASE ? { kind: "keyword", span: nowhere, word: "" } : choice;
  }
  /** The next token if it is of this type; otherwise the statement is not valid. */
  protected soft(type: TokenType, number = 0): Token | undefined {
    if (this.LA(1).tokenType === type || this.RECORDING_PHASE) return this.consume(number, type) as Token;
    this.valid = false;
    return undefined;
  }

  protected softWord(word: string, number = 0): void {
    this.soft(keyword(word), number);
  }

  protected text(number = 0): ast.Text | undefined {
    const token = this.soft(Text, number);
    if (!token) return undefined;
    return {
      kind: "text",
      span: spanOf(token),
      value: token.image,
      quoted: token.quote !== "",
      macro: token.macro,
      faulty: token.faulty,
    };
  }

  protected number(): ast.NumberLiteral | undefined {
    const token = this.soft(NumberToken);
    if (!token) return undefined;
    return {
      kind: "number",
      span: spanOf(token),
      value: Number(token.image),
      text: token.image,
      macro: token.macro,
    };
  }

  /** From `start` to the last token read. */
  protected since(start: Span): Span {
    return this.RECORDING_PHASE ? nowhere : cover(start, this.LA(0) as Token);
  }

  // ---- recovery inside a statement

  /** True if one of the types comes next, as it must; otherwise the statement is not valid. */
  protected isNext(...types: TokenType[]): boolean {
    if (this.RECORDING_PHASE || types.includes(this.LA(1).tokenType)) return true;
    this.valid = false;
    return false;
  }

  protected isAtEnd(): boolean {
    return this.RECORDING_PHASE || this.LA(1).tokenType === Newline || this.LA(1).tokenType === EndOfFile;
  }

  protected isWordOf(rules: readonly string[]): boolean {
    const { name } = this.LA(1).tokenType;
    return rules.some((rule) => findUse(rule, name) !== undefined);
  }

  /** True if none of the rules' keywords comes next. */
  protected isMissing(...rules: string[]): boolean {
    return !this.RECORDING_PHASE && !this.isWordOf(rules);
  }

  /** Skips the next token, and on to the next keyword of the rules; false if the statement ends before. */
  protected skipTo(...rules: string[]): boolean {
    this.valid = false;
    while (!this.isAtEnd()) {
      this.SKIP_TOKEN();
      if (this.isWordOf(rules)) return true;
    }
    return false;
  }

  // ---- nodes

  protected begin<K extends ast.Statement["kind"]>(kind: K, parts: Parts<StatementOf<K>>): StatementOf<K> {
    const node = { kind, span: nowhere, index: -1, broken: false, ...parts } as unknown as StatementOf<K>;
    this.draft = node;
    if ("options" in node) this.options = node.options as ast.Option[];
    if ("conditions" in node) this.conditions = node.conditions as ast.MatchCondition[];
    if ("limits" in node) this.limits = node.limits as (ast.Limit | ast.Keyword)[];
    return node;
  }

  protected addOption(name: ast.Keyword, value?: () => ast.Option["value"]): Draft<ast.Option> {
    const option: Draft<ast.Option> = {
      kind: "option",
      span: name.span,
      keyword: name,
      modifier: undefined,
      value: undefined,
    };
    this.options.push(option);
    if (value) this.finish(option, value());
    return option;
  }

  protected finish(option: Draft<ast.Option>, value: ast.Option["value"]): void {
    option.value = value;
    option.span = this.since(option.span);
  }

  protected modify(option: Draft<ast.Option>, word: string): void {
    option.modifier = this.word(word);
    option.span = this.since(option.span);
  }

  protected addCondition(name: ast.Keyword): void {
    const negation = this.negated;
    const condition: Draft<ast.MatchCondition> = {
      kind: "match-condition",
      span: negation ? cover(negation.span, name.span) : name.span,
      negation,
      keyword: name,
      subject: undefined,
      regex: undefined,
      table: undefined,
    };
    this.conditions.push(condition);
    this.condition = condition;
  }

  protected subject(word: ast.Keyword): void {
    const condition = this.condition as Draft<ast.MatchCondition>;
    condition.subject = word;
    condition.span = this.since(condition.span);
  }

  protected test(word: string): void {
    const name = this.word(word);
    const negation = this.negated;
    const condition: Draft<ast.FilterCondition> = {
      kind: "filter-condition",
      span: negation ? cover(negation.span, name.span) : name.span,
      negation,
      keyword: name,
      regex: undefined,
      table: undefined,
    };
    (this.draft as StatementOf<"filter">).condition = condition;
    this.condition = condition;
  }

  protected addFilterAction(name: ast.Keyword): Draft<ast.FilterAction> {
    const action: Draft<ast.FilterAction> = { kind: "filter-action", span: name.span, keyword: name, text: undefined };
    (this.draft as StatementOf<"filter">).action = action;
    return action;
  }
}

export function push<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}
