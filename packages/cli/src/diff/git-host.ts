import { spawnSync } from "node:child_process";
import { basename, dirname, posix } from "node:path";
import { gitArguments, isAskable, objectNames, type Revision, RevisionHost, readObjects } from "@smtpdlint/model";
import { realName } from "../file-name.ts";
import { decode, limits, textOf } from "../node-host.ts";
import { InputError } from "../usage-error.ts";

/**
 * The files of a repository as they are in a revision, read from git's objects.
 * `main` is a file in the working tree, which need not be there any more; it may
 * be a symbolic link into the repository, and may have had another name.
 */
export function gitHost(main: string, revision: string, root: string | undefined): RevisionHost {
  const names = [main, ...realNames(main)];
  const tried = names.map((name) => hostFor(name, revision, root));
  const found = tried.find((one) => one instanceof RevisionHost && "text" in one.readMain());
  const [first] = tried;
  const usable = found ?? tried.find((one) => one instanceof RevisionHost) ?? first;
  if (!(usable instanceof RevisionHost)) throw new InputError(`--git: ${usable}`);
  return usable;
}

/** Where a symbolic link leads. */
function realNames(main: string): string[] {
  try {
    const real = realName(main);
    return real === main ? [] : [real];
  } catch {
    return [];
  }
}

/** A message where there is no repository. */
function hostFor(main: string, revision: string, root: string | undefined): RevisionHost | string {
  const folder = dirname(main);
  const place = run(folder, gitArguments.prefix);
  if (place.status !== 0) return place.message;
  const commit = commitOf(folder, revision);
  const path = posix.join(lineOf(place), basename(main));
  const options: Omit<Revision, "main"> = {
    name: revision,
    root: root === undefined ? undefined : placeOf(root, folder),
    read: (path, purpose) => {
      if (!isAskable(path)) return { failure: "not-found" };
      const [object] = readObjects(required(folder, gitArguments.objects, objectNames(commit, [path])), 1);
      switch (object?.kind) {
        case "file": {
          const bytes = Buffer.from(object.bytes);
          if (bytes.length > limits[purpose]) return { failure: "too-large" };
          return purpose === "configuration" ? textOf(path, bytes) : { text: decode(bytes) };
        }
        case "folder":
          return { failure: "directory" };
        case "outside":
          return { failure: "outside-folder" };
        default:
          return { failure: "not-found" };
      }
    },
  };
  const host = new RevisionHost({ ...options, main: path });
  if ("text" in host.readMain()) return host;
  const before = nameBefore(folder, commit, path);
  return before === undefined ? host : new RevisionHost({ ...options, main: before });
}

function commitOf(folder: string, revision: string): string {
  const commit = lineOf(run(folder, gitArguments.commit(revision)));
  if (commit !== "") return commit;
  const isShallow = lineOf(run(folder, ["rev-parse", "--is-shallow-repository"])) === "true";
  throw new InputError(
    `--git: no revision ${revision}${isShallow ? " in this shallow clone; fetch it, or more of the history" : ""}`,
  );
}

/** A folder of the same repository, from its top. */
function placeOf(folder: string, other: string): string {
  const top = (at: string) => lineOf({ stdout: required(at, gitArguments.top) });
  if (top(folder) !== top(other)) throw new InputError(`--git: ${folder} is in another repository`);
  return lineOf({ stdout: required(folder, gitArguments.prefix) }).replace(/\/$/, "");
}

/** What a file was called that has been renamed since then, by what is committed or staged. */
function nameBefore(folder: string, commit: string, path: string): string | undefined {
  const options = ["--cached", "--find-renames", "--diff-filter=R", "--name-status", "-z"];
  const { status, stdout } = run(folder, ["diff-index", ...options, commit, "--"]);
  if (status !== 0) return undefined;
  const words = stdout.toString().split("\0");
  for (let at = 0; at + 2 < words.length; at += 3) if (words[at + 2] === path) return words[at + 1];
  return undefined;
}

const lineOf = ({ stdout }: { stdout: Buffer }): string => stdout.toString().replace(/\n$/, "");

/** What git prints; a message if it fails. */
function required(folder: string, args: readonly string[], input = ""): Buffer {
  const { status, stdout, message } = run(folder, args, input);
  if (status !== 0) throw new InputError(`--git: ${message}`);
  return stdout;
}

/** Runs git without a shell. */
function run(folder: string, args: readonly string[], input = "") {
  const { error, status, stdout, stderr } = spawnSync("git", ["-C", folder, ...args], {
    input,
    maxBuffer: 2 * limits.table,
    env: ownEnvironment(),
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") {
    throw new InputError("--git needs git, which was not found");
  }
  return { status, stdout: stdout ?? Buffer.alloc(0), message: stderr?.toString().split("\n", 1)[0] || "git failed" };
}

/** In a hook git names its folder, but not the working tree, which would then start anywhere. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { GIT_DIR, ...others } = process.env;
  return GIT_DIR !== undefined && others.GIT_WORK_TREE !== undefined ? { ...others, GIT_DIR } : others;
}
