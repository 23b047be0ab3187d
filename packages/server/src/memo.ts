import type { WorkspaceFiles } from "./workspace-files.ts";

/** Where files are, and who tells of their changes. */
interface Changing {
  readonly files: Pick<WorkspaceFiles, "recording" | "dependOn">;
  onChange(listener: (isAffected: (reads: ReadonlySet<string>) => boolean) => void): void;
}

/** What was worked out of files, as long as none of them changes. */
export class Memo<T> {
  private readonly kept = new Map<string, { readonly value: T; readonly reads: ReadonlySet<string> }>();

  constructor(
    private readonly workspace: Changing,
    /** The oldest beyond so many are forgotten. */
    private readonly most: number,
  ) {
    workspace.onChange((isAffected) => {
      for (const [key, { reads }] of this.kept) if (isAffected(reads)) this.kept.delete(key);
    });
  }

  /** `make` may add to `reads` what it looks for later. */
  get(key: string, make: (reads: Set<string>) => T): T {
    const known = this.kept.get(key);
    if (known) {
      this.workspace.files.dependOn(known.reads);
      return known.value;
    }
    const { value, reads } = this.workspace.files.recording(make);
    const [oldest] = this.kept.keys();
    if (this.kept.size >= this.most && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(key, { value, reads });
    return value;
  }

  /** True if a value would be given again. */
  isCurrent(key: string, value: T): boolean {
    return this.kept.get(key)?.value === value;
  }
}
