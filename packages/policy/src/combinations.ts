/** All combinations of one of each list, those with the fewest that are not the first of their list at the start. */
export function* combinations<T>(lists: readonly (readonly T[])[]): Generator<T[]> {
  const pick = function* (index: number, others: number): Generator<T[]> {
    const list = lists[index];
    if (!list) {
      if (others === 0) yield [];
      return;
    }
    for (const [at, item] of list.entries()) {
      if (at > 0 && others === 0) return;
      for (const rest of pick(index + 1, at > 0 ? others - 1 : others)) yield [item, ...rest];
    }
  };
  if (lists.some((list) => list.length === 0)) return;
  for (let others = 0; others <= lists.length; others++) yield* pick(0, others);
}
