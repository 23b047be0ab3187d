import { distance } from "fastest-levenshtein";

/**
 * The candidate that `word` is most likely a slip of; undefined if none is
 * near or several are equally near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  let tied = false;
  for (const candidate of new Set(candidates)) {
    if (candidate === word || Math.abs(candidate.length - word.length) > limit) continue;
    const other = candidate.toLowerCase();
    // Swapped letters are one slip, not the two edits of Levenshtein's count.
    const steps = sortLetters(wanted) === sortLetters(other) ? 0.5 : distance(wanted, other);
    if (steps < bestDistance) {
      best = candidate;
      bestDistance = steps;
      tied = false;
    } else if (steps === bestDistance) tied = true;
  }
  return tied ? undefined : best;
}

const sortLetters = (text: string) => [...text].sort().join("");
