import { isUtf8 } from "node:buffer";
import { spawn } from "node:child_process";
import { env } from "node:process";
import { fileURLToPath } from "node:url";
import { type GitObject, gitArguments, isAskable, objectNames, readObjects } from "@smtpdlint/model";
import type { Git, RevisionText } from "./git.ts";

/** What git prints beyond this is not read, and after this time, in milliseconds, git is ended. */
const mostBytes = 25e6;
const patience = 10_000;

/**
 * Reads a repository with git(1), which runs nothing that the repository names:
 * only objects are read, none is fetched, and no file of the working tree.
 */
export const nodeGit: Git = {
  async placeOf(folder, revision) {
    const [top, prefix, commit] = await Promise.all(
      [gitArguments.top, gitArguments.prefix, gitArguments.commit(revision)].map((args) => run(folder, args)),
    );
    if (!top || !prefix || !commit) return undefined;
    return { top: lineOf(top), prefix: lineOf(prefix), commit: lineOf(commit) };
  },

  async textsOf(folder, commit, paths) {
    const asked = paths.filter(isAskable);
    const output = await run(folder, gitArguments.objects, objectNames(commit, asked));
    const objects = output ? readObjects(output, asked.length) : [];
    return new Map(paths.map((path): [string, RevisionText] => [path, textOf(objects[asked.indexOf(path)])]));
  },
};

function textOf(object: GitObject | undefined): RevisionText {
  switch (object?.kind) {
    case "file": {
      const bytes = Buffer.from(object.bytes);
      return { text: bytes.toString(isUtf8(bytes) ? "utf8" : "latin1") };
    }
    case "folder":
      return { failure: "directory" };
    case "outside":
      return { failure: "outside-folder" };
    default:
      return { failure: "not-found" };
  }
}

const lineOf = (output: Buffer): string => output.toString().replace(/\n$/, "");

/** What git prints, run without a shell; undefined if it fails, is not there, or takes too long. */
function run(folder: string, args: readonly string[], input = ""): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const git = spawn("git", ["-C", fileURLToPath(folder), ...args], {
      stdio: ["pipe", "pipe", "ignore"],
      timeout: patience,
      windowsHide: true,
      env: ownEnvironment(),
    });
    const chunks: Buffer[] = [];
    let length = 0;
    git.stdout.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > mostBytes) git.kill();
    });
    git.on("error", () => resolve(undefined));
    git.on("close", (status) => resolve(status === 0 ? Buffer.concat(chunks) : undefined));
    git.stdin.on("error", () => {});
    git.stdin.end(input);
  });
}

/** Of a partial clone nothing is fetched, by which a repository could have something run; nobody is asked. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { GIT_DIR: _folder, GIT_WORK_TREE: _tree, ...others } = env;
  const harmless = {
    GIT_ALLOW_PROTOCOL: "none",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
  };
  return { ...others, ...harmless };
}
