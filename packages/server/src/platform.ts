/** What the server sees of the world besides open documents. A browser may see nothing. */
export interface Platform {
  /** The text of a file, or why there is none. Never throws. */
  read(uri: string): { readonly text: string } | { readonly failure: "not-found" | "unreadable" | "not-looked-for" };
  /** The names in a folder, those of folders with a `/` at the end; none if it cannot be read. */
  list(uri: string): readonly string[];
}

/** Sees nothing. */
export const noFiles: Platform = {
  read: () => ({ failure: "not-looked-for" }),
  list: () => [],
};
