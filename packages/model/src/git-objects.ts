/** Arguments of git(1), which is run in the folder of a file. */
export const gitArguments = {
  /** Prints the commit; nothing that a revision is called becomes an option. */
  commit: (revision: string) => ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`],
  /** Prints the top of the working tree. */
  top: ["rev-parse", "--show-toplevel"],
  /** Prints the path of the folder from the top. */
  prefix: ["rev-parse", "--show-prefix"],
  /** Prints what `objectNames` asks for, for `readObjects`. */
  objects: ["cat-file", "--batch", "--follow-symlinks"],
} as const;

/** What is at a path of a commit. */
export type GitObject =
  | { readonly kind: "file"; readonly bytes: Uint8Array }
  | { readonly kind: "folder" | "missing" }
  /** A symbolic link out of the repository. */
  | { readonly kind: "outside" };

/** True for a path that git can be asked for: it reads one a line. */
export const isAskable = (path: string): boolean => !path.includes("\n");

/** The lines that ask for files of a commit. */
export const objectNames = (commit: string, paths: readonly string[]): string =>
  paths.map((path) => `${commit}:${path}\n`).join("");

/** What git has printed of so many objects (git-cat-file(1), batch output); fewer if it has ended before. */
export function readObjects(output: Uint8Array, count: number): GitObject[] {
  const found: GitObject[] = [];
  let at = 0;
  while (found.length < count && at < output.length) {
    const end = output.indexOf(newline, at);
    if (end === -1) break;
    const head = String.fromCharCode(...output.subarray(at, end));
    at = end + 1;
    const [, type, size] = /(?:^|\s)(\w+) (\d+)$/.exec(head) ?? [];
    if (size === undefined || /\smissing$/.test(head)) {
      found.push({ kind: "missing" });
      continue;
    }
    const bytes = output.subarray(at, at + Number(size));
    at += Number(size) + 1;
    if (type === "blob") found.push({ kind: "file", bytes });
    else if (type === "tree") found.push({ kind: "folder" });
    else found.push({ kind: type === "symlink" ? "outside" : "missing" });
  }
  return found;
}

const newline = 10;
