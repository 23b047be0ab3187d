import { spawnSync } from "node:child_process";
import { basename, dirname, posix } from "node:path";
import { type FileNames, type FileResult, type Host, locate, type Reach } from "@smtpdlint/model";
import { decode, limits, type Purpose, textOf } from "../node-host.ts";
import { UsageError } from "../usage-error.ts";

/** Where the top of the repository is, among the names of files: no path of a configuration leads there by chance. */
const top = "/(repository)";

/** The files of a repository as they are in a revision, read from git's objects. */
export class GitHost implements Host {
  private readonly folder: string;
  private readonly commit: string;
  private readonly reach: Reach;
  private readonly main: string;

  /** `main` is a file in the working tree, which need not be there any more. */
  constructor(
    main: string,
    private readonly revision: string,
    root: string | undefined,
  ) {
    this.folder = dirname(main);
    // Nothing that a revision is called becomes an option.
    this.commit = git(this.folder, [
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${revision}^{commit}`,
    ]).trim();
    if (this.commit === "") throw new UsageError(`--git: no revision ${revision}`);
    this.main = posix.join(top, prefixOf(this.folder), basename(main));
    this.reach = {
      root: root === undefined ? undefined : this.placeOf(root),
      workingFolder: undefined,
      folders: [top],
    };
  }

  /** A folder of the same repository. */
  private placeOf(folder: string): string {
    const topOf = (at: string) => git(at, ["rev-parse", "--show-toplevel"]).trimEnd();
    if (topOf(folder) !== topOf(this.folder)) throw new UsageError(`--git: ${folder} is in another repository`);
    return posix.join(top, prefixOf(folder)).replace(/\/$/, "");
  }

  /** The configuration itself. */
  readMain(): FileResult {
    return this.read(this.main, "configuration");
  }

  readFile(path: string, from: string, purpose: Purpose): FileResult {
    const found = locate(path, this.internalName(from), this.reach, names);
    if ("failure" in found) return { path, failure: found.failure };
    const result = this.read(found.name, purpose);
    const isMissed = purpose === "configuration" || this.reach.root !== undefined;
    return "failure" in result && result.failure === "not-found" && !isMissed
      ? { path, failure: "not-looked-for" }
      : result;
  }

  /** As git calls it: `main:etc/smtpd.conf`. */
  private shownName(name: string): string {
    return `${this.revision}:${posix.relative(top, name)}`;
  }

  private internalName(shown: string): string {
    return posix.join(top, shown.slice(this.revision.length + 1));
  }

  private read(name: string, purpose: Purpose): FileResult {
    const path = this.shownName(name);
    const inside = posix.relative(top, name);
    // git reads one name a line.
    if (inside.includes("\n") || inside.startsWith("..")) return { path, failure: "not-found" };
    const output = gitBytes(this.folder, ["cat-file", "--batch", "--follow-symlinks"], `${this.commit}:${inside}\n`);
    const end = output.indexOf(10);
    const [, type, size] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(output.toString("utf8", 0, end)) ?? [];
    if (type === "tree") return { path, failure: "directory" };
    if (type !== "blob") return { path, failure: "not-found" };
    if (Number(size) > limits[purpose]) return { path, failure: "too-large" };
    const bytes = output.subarray(end + 1, end + 1 + Number(size));
    return purpose === "configuration" ? textOf(path, bytes) : { path, text: decode(bytes) };
  }
}

const names: FileNames = {
  folderOf: posix.dirname,
  resolve: (folder, path) => (path.startsWith("/") ? path : posix.join(folder, path)),
  // git follows symbolic links inside of the revision only.
  real: (name) => name,
};

const prefixOf = (folder: string) => git(folder, ["rev-parse", "--show-prefix"]).trimEnd();

const git = (folder: string, args: readonly string[]) => gitBytes(folder, args).toString("utf8");

/** Runs git without a shell. */
function gitBytes(folder: string, args: readonly string[], input = ""): Buffer {
  const maxBuffer = 2 * limits.table;
  const { error, status, stdout, stderr } = spawnSync("git", ["-C", folder, ...args], { input, maxBuffer });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") {
    throw new UsageError("--git needs git, which was not found");
  }
  // rev-parse says nothing about a revision that is not there.
  if (status === 1 && args.includes("--quiet")) return Buffer.alloc(0);
  if (error || status !== 0) throw new UsageError(`--git: ${stderr?.toString().split("\n", 1)[0] || "git failed"}`);
  return stdout;
}
