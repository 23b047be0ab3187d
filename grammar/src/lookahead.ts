import {
  Alternation,
  type Alternative,
  type BaseParser,
  type ILookaheadStrategy,
  type IProduction,
  LLkLookaheadStrategy,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  type Rule,
  Terminal,
} from "chevrotain";

/**
 * A place in the grammar: in `items` before number `index`, in rule `rule`;
 * `outer` is where it goes on after the last item.
 */
export interface GrammarPosition {
  readonly items: readonly IProduction[];
  readonly index: number;
  readonly rule: string;
  readonly outer: GrammarPosition | undefined;
}

/** A token that may come next at a place, the grammar rule that takes it, and the place after it. */
export interface Step {
  /** The name of the token's type, and Chevrotain's number for it. */
  readonly token: string;
  readonly tokenTypeIdx: number;
  readonly rule: string;
  readonly next: GrammarPosition;
}

/** A list of thousands of entries leads to the same places again and again. */
const known = new WeakMap<GrammarPosition, readonly Step[]>();

/** All tokens that may come next at `place`. */
export function stepsAt(place: GrammarPosition): readonly Step[] {
  let steps = known.get(place);
  if (!steps) {
    const found: Step[] = [];
    collectSteps(place, found);
    known.set(place, found);
    steps = found;
  }
  return steps;
}

function collectSteps(place: GrammarPosition, steps: Step[]): void {
  const item = place.items[place.index];
  if (!item) {
    if (place.outer) steps.push(...stepsAt(place.outer));
    return;
  }
  const after = { ...place, index: place.index + 1 };
  const inside = (items: readonly IProduction[], outer: GrammarPosition, rule = place.rule) =>
    collectSteps({ items, index: 0, rule, outer }, steps);
  if (item instanceof Terminal) {
    const { name: token, tokenTypeIdx = 0 } = item.terminalType;
    steps.push({ token, tokenTypeIdx, rule: place.rule, next: after });
  } else if (item instanceof NonTerminal) {
    inside(item.referencedRule.definition, after, item.referencedRule.name);
  } else if (item instanceof Alternation) {
    for (const alternative of item.definition as Alternative[]) inside(alternative.definition, after);
  } else if (item instanceof Option) {
    inside(item.definition, after);
    collectSteps(after, steps);
  } else if (item instanceof Repetition) {
    inside(item.definition, place);
    collectSteps(after, steps);
  } else if (item instanceof RepetitionMandatory) {
    const more = new Repetition({ definition: item.definition, idx: item.idx });
    inside(item.definition, { ...place, items: [more, ...place.items.slice(place.index + 1)], index: 0 });
  } else {
    throw new Error(`the grammar uses ${item.constructor.name}, which the walk does not know`);
  }
}

const kinds = { Alternation, Option, Repetition, RepetitionMandatory };
type Choice = IProduction & { readonly definition: IProduction[]; readonly idx: number };

type ForAlternation = ILookaheadStrategy["buildLookaheadForAlternation"];
type ForOptional = ILookaheadStrategy["buildLookaheadForOptional"];

/**
 * Lookahead of one token, which is all that the grammar needs (the
 * validation, which a test calls, says so). Unlike that one
 * it is worked out for a place of the grammar when the parser first comes
 * there: most files use few of the statements, and to work out all takes
 * longer than to read a usual file.
 */
export class OneTokenLookahead extends LLkLookaheadStrategy {
  constructor() {
    super({ maxLookahead: 1 });
  }

  override buildLookaheadForAlternation({
    rule,
    prodOccurrence,
  }: Parameters<ForAlternation>[0]): ReturnType<ForAlternation> {
    let byToken: (number | undefined)[] | undefined;
    const build = () => {
      const numbers: (number | undefined)[] = [];
      for (const [number, alternative] of choiceIn(rule, "Alternation", prodOccurrence).definition.entries()) {
        for (const token of firstTokens(alternative as Choice, rule)) numbers[token] ??= number;
      }
      return numbers;
    };
    return function (this: BaseParser) {
      byToken ??= build();
      return byToken[this.LA(1).tokenTypeIdx];
    };
  }

  override buildLookaheadForOptional({
    rule,
    prodOccurrence,
    prodType,
  }: Parameters<ForOptional>[0]): ReturnType<ForOptional> {
    let first: ReadonlySet<number> | undefined;
    return function (this: BaseParser) {
      first ??= firstTokens(choiceIn(rule, prodType, prodOccurrence), rule);
      return first.has(this.LA(1).tokenTypeIdx);
    };
  }
}

/** The tokens with which the inside of a choice can begin. */
function firstTokens({ definition }: Choice, { name }: Rule): ReadonlySet<number> {
  const steps = stepsAt({ items: definition, index: 0, rule: name, outer: undefined });
  return new Set(steps.map(({ tokenTypeIdx }) => tokenTypeIdx));
}

/** The choice of a kind and number in a rule. */
function choiceIn(rule: Rule, kind: string, number: number): Choice {
  const Kind = kinds[kind as keyof typeof kinds];
  const search = (items: readonly IProduction[]): Choice | undefined => {
    for (const item of items) {
      if (item instanceof Terminal || item instanceof NonTerminal) continue;
      const choice = item as Choice;
      const found = item instanceof Kind && choice.idx === number ? choice : search(choice.definition);
      if (found) return found;
    }
    return undefined;
  };
  const found = search(rule.definition);
  if (!found) throw new Error(`the rule ${rule.name} has no ${kind} ${number}`);
  return found;
}
