/** Some of the choices of a dimension, by their numbers: these, or all others. */
export interface ChoiceSet {
  readonly isOthers: boolean;
  readonly numbers: ReadonlySet<number>;
}

export const everything: ChoiceSet = { isOthers: true, numbers: new Set() };

export function has({ isOthers, numbers }: ChoiceSet, number: number): boolean {
  return numbers.has(number) !== isOthers;
}

export const inverse = ({ isOthers, numbers }: ChoiceSet): ChoiceSet => ({ isOthers: !isOthers, numbers });

export function intersection(one: ChoiceSet, other: ChoiceSet): ChoiceSet {
  if (one.isOthers && other.isOthers) return { isOthers: true, numbers: new Set([...one.numbers, ...other.numbers]) };
  const [named, rest] = one.isOthers ? [other, one] : [one, other];
  return { isOthers: false, numbers: new Set([...named.numbers].filter((number) => has(rest, number))) };
}

export function union(one: ChoiceSet, other: ChoiceSet): ChoiceSet {
  return inverse(intersection(inverse(one), inverse(other)));
}

export function isSame(one: ChoiceSet, other: ChoiceSet): boolean {
  return (
    one.isOthers === other.isOthers &&
    one.numbers.size === other.numbers.size &&
    [...one.numbers].every((number) => other.numbers.has(number))
  );
}

/** Equal for equal sets; `*` for all choices. */
export const keyOf = (set: ChoiceSet | undefined) => (set ? `${set.isOthers} ${[...set.numbers].sort()}` : "*");
