/** What is on the disk is looked up again after so many milliseconds: many files are asked for with each key. */
const longestTrust = 1000;

/** What was found for each URI a moment ago. */
export class Trusted<T> {
  private readonly known = new Map<string, T>();
  private since = 0;

  constructor(private readonly find: (uri: string) => T) {}

  get(uri: string): T {
    const now = Date.now();
    if (Math.abs(now - this.since) > longestTrust) {
      this.forget();
      this.since = now;
    }
    const known = this.known.get(uri);
    if (known !== undefined) return known;
    const found = this.find(uri);
    this.known.set(uri, found);
    return found;
  }

  forget(): void {
    this.known.clear();
  }
}
