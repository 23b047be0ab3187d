// Chevrotain 13 validates with a function that Node has from 21 on.
Object.groupBy ??= ((items: Iterable<unknown>, keyOf: (item: unknown, index: number) => PropertyKey) => {
  const groups: Record<PropertyKey, unknown[]> = {};
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    groups[key] = [...(groups[key] ?? []), item];
  }
  return groups;
}) as typeof Object.groupBy;
