import type { Git } from "./policy-diff/git.ts";

/** What the server sees of the world besides open documents. A browser may see nothing. */
export interface Platform {
  /** The text of a file, or why there is none. Never throws. */
  read(uri: string): { readonly text: string } | { readonly failure: "not-found" | "unreadable" | "not-looked-for" };
  /** The names in a folder, those of folders with a `/` at the end; none if it cannot be read. */
  list(uri: string): readonly string[];
  /** What is there; of a symbolic link the link itself. Undefined if nobody can tell. */
  entry(uri: string): FileKind | undefined;
  /** The URI of what is really read, behind symbolic links. */
  real(uri: string): string;
  /** Has something called each time that a file arrives which could not be read at once. */
  onArrival(listener: () => void): void;
  /** Settles when all such files are there; undefined if none is awaited. */
  arrived(): Promise<unknown> | undefined;
  /** These files have changed. */
  forget(uris: readonly string[]): void;
  /** Whether the client reads files for the server, as it has said. */
  serveFiles?(does: boolean): void;
  /** Reads what is committed; undefined where there is no git. */
  readonly git?: Git;
  /** Gives back the memory of what is gone, where nobody does that in an idle moment. */
  reclaim?(): void;
}

export type FileKind =
  | { readonly kind: "file" | "folder" | "special" | "missing" }
  | { readonly kind: "link"; readonly target: string };

/** Sees nothing. */
export const noFiles: Platform = {
  read: () => ({ failure: "not-looked-for" }),
  list: () => [],
  entry: () => undefined,
  real: (uri) => uri,
  onArrival: () => {},
  arrived: () => undefined,
  forget: () => {},
};
