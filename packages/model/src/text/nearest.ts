import { distance } from "fastest-levenshtein";
import { groupBy } from "../group-by.ts";

/**
 * The candidate that `word` is most likely a slip of; undefined if none is
 * near or several are equally near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  return new Candidates(candidates).nearest(word);
}

/** Comparisons of letters after which there are no more suggestions: where so many names are wrong they are no slips. */
const patience = 10_000_000;

/** Names of which others may be slips; prepared once for many questions. */
export class Candidates {
  private readonly byLength: ReadonlyMap<number, Candidate[]>;
  private patience = patience;

  constructor(names: Iterable<string>) {
    const candidates = [...new Set(names)].map((name) => ({ name, lower: name.toLowerCase(), letters: undefined }));
    this.byLength = groupBy<number, Candidate>(candidates, ({ name }) => name.length);
  }

  /** As the function `nearest`. */
  nearest(word: string): string | undefined {
    const wanted = word.toLowerCase();
    let letters: string | undefined;
    const limit = Math.max(1, Math.floor(word.length / 3));
    let best: string | undefined;
    let bestDistance = limit + 1;
    let tied = false;
    for (let length = word.length - limit; length <= word.length + limit; length++) {
      const candidates = this.byLength.get(length) ?? [];
      this.patience -= candidates.length * word.length * length;
      if (this.patience < 0) return undefined;
      for (const candidate of candidates) {
        if (candidate.name === word) continue;
        letters ??= sortLetters(wanted);
        const steps = stepsBetween(wanted, letters, candidate);
        if (steps < bestDistance) {
          best = candidate.name;
          bestDistance = steps;
          tied = false;
        } else if (steps === bestDistance) tied = true;
      }
    }
    return tied ? undefined : best;
  }
}

interface Candidate {
  readonly name: string;
  readonly lower: string;
  letters: string | undefined;
}

/** Swapped letters are one slip, not the two edits of Levenshtein's count. */
function stepsBetween(wanted: string, letters: string, candidate: Candidate): number {
  candidate.letters ??= sortLetters(candidate.lower);
  return letters === candidate.letters ? 0.5 : distance(wanted, candidate.lower);
}

const sortLetters = (text: string) => [...text].sort().join("");
