import { collectSteps, type GrammarPosition, type Step } from "./lookahead.ts";
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
    const rule = sharedParser().getGAstProductions().statement;
    if (!rule) throw new Error("the grammar has no rule named statement");
    this.steps = this.stepsFrom([{ items: rule.definition, index: 0, rule: rule.name, outer: undefined }]);
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
    const steps: Step[] = [];
    for (const place of places) collectSteps(place, steps);
    return steps.filter(({ rule, token }) => isAlive(findUse(rule, token) ?? {}, this.target));
  }
}
