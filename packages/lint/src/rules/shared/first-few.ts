/** Enough to see what is wrong with a table. */
const mostOfOne = 10;

/** Lets the first few findings of each table through: more tell nothing new. */
export class FirstFew {
  private readonly counts = new Map<unknown, number>();

  /** True if a further finding of a table is worth a report. */
  admits(table: unknown): boolean {
    const count = (this.counts.get(table) ?? 0) + 1;
    this.counts.set(table, count);
    return count <= mostOfOne;
  }
}
