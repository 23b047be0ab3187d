/** Longer names are cut off in smtpd's queue (struct envelope). */
const longest = 60;

/** The names of the new file's actions: equal ones share one. */
export class ActionNames {
  private readonly names = new Map<string, string>();
  private readonly taken: Set<string>;

  /** `taken` are names that the file has already. */
  constructor(taken: readonly string[]) {
    this.taken = new Set(taken);
  }

  /**
   * The name of the action that does what `text` says, made from `hint` where
   * there is none yet: then `isNew`, and it must be defined.
   */
  name(text: string, hint: string): { readonly name: string; readonly isNew: boolean } {
    const known = this.names.get(text);
    if (known) return { name: known, isNew: false };
    const base = hint.replace(/[^A-Za-z0-9._:@-]+/g, "_").slice(0, longest);
    let name = base;
    for (let number = 2; this.taken.has(name); number++) name = `${base}_${number}`;
    this.taken.add(name);
    this.names.set(text, name);
    return { name, isNew: true };
  }
}
