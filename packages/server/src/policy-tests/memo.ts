import type { Workspace } from "../workspace.ts";

interface Kept<T> {
  readonly value: T;
  readonly reads: ReadonlySet<string>;
  isStale: boolean;
}

/** So many are kept; a longer list holds what nobody asks for any more. */
const mostKept = 20;

/** What was worked out of files, as long as none of them changes. */
export class Memo<T> {
  private readonly kept = new Map<string, Kept<T>>();

  constructor(private readonly workspace: Workspace) {
    workspace.onChange((isAffected) => {
      for (const kept of this.kept.values()) if (isAffected(kept.reads)) kept.isStale = true;
    });
  }

  /** `make` may add to `reads` what it looks for later. */
  get(key: string, make: (reads: Set<string>) => T): T {
    const known = this.kept.get(key);
    if (known && !known.isStale) {
      // What is made of it depends on the same files.
      this.workspace.recording((reads) => {
        for (const uri of known.reads) reads.add(uri);
      });
      return known.value;
    }
    const { value, reads } = this.workspace.recording(make);
    this.kept.delete(key);
    const [oldest] = this.kept.keys();
    if (this.kept.size >= mostKept && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(key, { value, reads, isStale: false });
    return value;
  }

  /** True if a value would be given again. */
  isCurrent(key: string, value: T): boolean {
    const known = this.kept.get(key);
    return known?.value === value && !known.isStale;
  }
}
