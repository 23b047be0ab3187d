import type { ReadFailure } from "@smtpdlint/grammar";
import type { FileResult, Host } from "./host.ts";
import { type FileNames, locate, type Reach, withoutDots } from "./locator.ts";

/** The files of a repository as they are in a revision. Paths start at its top. */
export interface Revision {
  /** As people call it: `HEAD`. */
  readonly name: string;
  /** The configuration. */
  readonly main: string;
  /** The folder that stands for `/`; empty for the top, undefined if there is none. */
  readonly root: string | undefined;
  /** Reads a file. */
  readonly read: (path: string, purpose: Purpose) => { readonly text: string } | { readonly failure: ReadFailure };
}

type Purpose = Parameters<Host["readFile"]>[2];

/** Where the top of the repository is, among the names of files: no path of a configuration leads there by chance. */
const top = "/(repository)";

/** Reads includes and tables from a revision; their names are as git has them, `HEAD:etc/smtpd.conf`. */
export class RevisionHost implements Host {
  private readonly reach: Reach;

  constructor(private readonly revision: Revision) {
    const { root } = revision;
    this.reach = { root: root === undefined ? undefined : inside(root), workingFolder: undefined, folders: [top] };
  }

  /** The configuration itself. */
  readMain(): FileResult {
    return this.read(inside(this.revision.main), "configuration");
  }

  readFile(path: string, from: string, purpose: Purpose): FileResult {
    const found = locate(path, inside(from.slice(this.revision.name.length + 1)), this.reach, names);
    if ("failure" in found) return { path, failure: found.failure };
    const result = this.read(found.name, purpose);
    const isMissed = purpose === "configuration" || this.reach.root !== undefined;
    return "failure" in result && result.failure === "not-found" && !isMissed
      ? { path, failure: "not-looked-for" }
      : result;
  }

  private read(name: string, purpose: Purpose): FileResult {
    const { name: revision, read } = this.revision;
    // What is above the top is in no revision.
    if (!name.startsWith(`${top}/`)) return { path: name, failure: "outside-folder" };
    const path = name.slice(top.length + 1);
    return { ...read(path, purpose), path: `${revision}:${path}` };
  }
}

const inside = (path: string) => (path === "" ? top : `${top}/${path}`);

const names: FileNames = {
  folderOf: (name) => name.slice(0, name.lastIndexOf("/")) || "/",
  resolve: (folder, path) => (path.startsWith("/") ? path : withoutDots(`${folder}/${path}`)),
  // git follows symbolic links inside of the revision only.
  real: (name) => name,
};
