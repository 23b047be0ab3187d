import { type GrammarPosition, type Step, stepsAt } from "./lookahead.ts";
import { sharedParser } from "./parser.ts";
import { isAlive, newestRelease, type Release } from "./release.ts";
import type { Token } from "./tokens.ts";
import { findUse } from "./vocabulary.ts";

/** A token that may stand somewhere, and the grammar rule that would take it. */
export interface Expectation {
  /** The name of the token's type: of a keyword, the word itself. */
  readonly token: string;
  readonly rule: string;
}

/**
 * Walks the grammar along the tokens of one statement, all alternatives at
 * once. Unlike the parser it knows at each token everything that could have
 * stood there, and the first one that fits nowhere: the one that yacc's LALR
 * parser names, whatever the lookahead of ours.
 */
export class GrammarWalk {
  private steps: readonly Step[];

  /** Knows the words as `target` does. */
  constructor(private readonly target: Release = newestRelease) {
    this.steps = this.stepsFrom([startOfStatement()]);
  }

  /** What may come next, in the order of the grammar. */
  expected(): readonly Expectation[] {
    return this.steps;
  }

  /** Goes over a token of this type; false (and no step) if none may stand here. */
  accept(token: string): boolean {
    const places = this.steps.filter((step) => step.token === token).map((step) => step.next);
    if (places.length === 0) return false;
    this.steps = this.stepsFrom(places);
    return true;
  }

  /** Goes over tokens as far as they fit; returns how many did. */
  acceptAll(tokens: readonly Token[]): number {
    const misfit = tokens.findIndex((token) => !this.accept(token.tokenType.name));
    return misfit === -1 ? tokens.length : misfit;
  }

  private stepsFrom(places: readonly GrammarPosition[]): readonly Step[] {
    const [first] = places;
    if (first && places.length === 1) return aliveStepsAt(first, this.target);
    return places.flatMap((place) => aliveStepsAt(place, this.target));
  }
}

let start: GrammarPosition | undefined;

function startOfStatement(): GrammarPosition {
  if (!start) {
    const rule = sharedParser().getGAstProductions().statement;
    if (!rule) throw new Error("the grammar has no rule named statement");
    start = { items: rule.definition, index: 0, rule: rule.name, outer: undefined };
  }
  return start;
}

const alive = new Map<Release, WeakMap<GrammarPosition, readonly Step[]>>();

/** The tokens that may come next at a place, as `target` knows them. */
function aliveStepsAt(place: GrammarPosition, target: Release): readonly Step[] {
  let ofTarget = alive.get(target);
  if (!ofTarget) {
    ofTarget = new WeakMap();
    alive.set(target, ofTarget);
  }
  let steps = ofTarget.get(place);
  if (!steps) {
    steps = stepsAt(place).filter(({ rule, token }) => isAlive(findUse(rule, token) ?? {}, target));
    ofTarget.set(place, steps);
  }
  return steps;
}
