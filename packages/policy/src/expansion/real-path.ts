import type { FileEntry, Permissions } from "@smtpdlint/model";
import type { Environment } from "../environment.ts";

/**
 * What a path leads to, symbolic links followed: `missing` if there is nothing
 * (ENOENT), `blocked` if it goes through what is no folder or round in circles
 * (ENOTDIR, ELOOP).
 */
export type RealPath =
  | { readonly path: string; readonly entry: Exclude<FileEntry, { kind: "link" | "missing" }> }
  | "missing"
  | "blocked";

/** Follows an absolute path as realpath(3) does. Undefined if something on the way is not known; `passes` is told of each folder that is gone through. */
export function realPath(
  { entry }: Pick<Environment, "entry">,
  path: string,
  passes?: (folder: Permissions) => void,
): RealPath | undefined {
  if (path === "") return "missing";
  const rest = namesOf(path);
  let at = "/";
  let links = 0;
  for (;;) {
    const here = entry(at);
    if (!here) return undefined;
    if (here.kind === "missing") return "missing";
    if (here.kind === "link") {
      if (++links > mostLinks) return "blocked";
      rest.unshift(...namesOf(here.target));
      at = here.target.startsWith("/") ? "/" : parentOf(at);
      continue;
    }
    const name = rest.shift();
    if (name === undefined) return { path: at, entry: here };
    if (here.kind !== "folder") return "blocked";
    passes?.(here);
    if (name === "..") at = parentOf(at);
    else if (name !== ".") at = join(at, name);
  }
}

/** The path of what a folder has under a name. */
export const join = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`);

const parentOf = (path: string) => path.slice(0, path.lastIndexOf("/")) || "/";
const namesOf = (path: string) => path.split("/").filter(Boolean);
/** MAXSYMLINKS of Linux. */
const mostLinks = 40;
