/** A longest selection of what stands in both lists in the same order; nothing stands in one of them twice. */
export function longestCommon<T>(one: readonly T[], other: readonly T[]): ReadonlySet<T> {
  const places = new Map(other.map((item, place) => [item, place]));
  const common = one.flatMap((item) => {
    const place = places.get(item);
    return place === undefined ? [] : [{ item, place }];
  });
  // The longest rising sequence of places: `ends[n]` is the last of the best one with n + 1 of them.
  const ends: number[] = [];
  const before: number[] = [];
  for (const [index, { place }] of common.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((common[ends[middle] as number]?.place ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    before.push(low > 0 ? (ends[low - 1] as number) : -1);
    ends[low] = index;
  }
  const found = new Set<T>();
  for (let at = ends.at(-1) ?? -1; at !== -1; at = before[at] as number) found.add((common[at] as { item: T }).item);
  return found;
}
