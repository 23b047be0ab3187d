import type { ReadFailure } from "@smtpdlint/grammar";

/** Where a folder is in a repository. */
export interface GitPlace {
  /** The top of the working tree. */
  readonly top: string;
  /** The path from there to the folder, with a `/` at its end; empty for the top. */
  readonly prefix: string;
  readonly commit: string;
}

export type RevisionText = { readonly text: string } | { readonly failure: ReadFailure };

/** Reads repositories. It never throws, and lets others work meanwhile. */
export interface Git {
  /** The place of a folder, by its URI, and the commit of a revision; undefined outside of a repository, or without it. */
  placeOf(folder: string, revision: string): Promise<GitPlace | undefined>;
  /** The texts of files of a commit, by their paths from the top. */
  textsOf(folder: string, commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, RevisionText>>;
}
