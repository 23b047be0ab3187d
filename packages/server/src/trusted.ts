/** What is on the disk is looked up again after so many milliseconds: many files are asked for with each key. */
const longestTrust = 1000;

/** What was found a moment ago, by what it is about. */
export class Trusted<T> {
  private readonly known = new Map<string, T>();
  private since = 0;

  get(key: string, find: () => T): T {
    const now = Date.now();
    if (Math.abs(now - this.since) > longestTrust) {
      this.forget();
      this.since = now;
    }
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const found = find();
    this.known.set(key, found);
    return found;
  }

  forget(): void {
    this.known.clear();
  }
}
