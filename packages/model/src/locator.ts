import type { ReadFailure } from "@smtpdlint/grammar";

/** How files are named: by the paths of a disk, or by URIs. */
export interface FileNames {
  /** The folder that holds a file. */
  folderOf(name: string): string;
  /** What a path names, seen from a folder, with its `.` and `..` worked out. */
  resolve(folder: string, path: string): string;
  /**
   * The name behind symbolic links, with slashes between its parts. Of a file
   * that does not exist, what is known of the folders above it.
   */
  real(name: string): string;
}

/** What may be read for one configuration. */
export interface Reach {
  /** Stands for `/`; nothing outside is read. */
  readonly root: string | undefined;
  /** Where symbolic links may lead out of the root: to what several hosts have in common. */
  readonly shared?: string | undefined;
  /** Set if paths are this machine's own: relative ones start here, as in smtpd, and all may be read. */
  readonly workingFolder: string | undefined;
  /** Without either: the folder of the configuration, and the repository or workspace that it is in. */
  readonly folders: readonly string[];
}

/** The name of a file, or why it is not looked for. */
export type Location = { readonly name: string } | { readonly failure: ReadFailure };

/**
 * Where a path leads that stands in the file `from`, and whether it may be
 * read: the one answer for command line and editors. Without a root and a
 * machine an absolute path means some mail host, not this machine.
 */
export function locate(path: string, from: string, reach: Reach, names: FileNames): Location {
  const { root, shared, workingFolder, folders } = reach;
  const isAbsolute = path.startsWith("/");
  if (root !== undefined) {
    // The root is its own parent, as that of the mail host is.
    const name = isAbsolute ? names.resolve(root, `.${withoutDots(path)}`) : names.resolve(names.folderOf(from), path);
    if (isWithin(name, root, names)) return { name };
    const isLink = name.startsWith(root.endsWith("/") ? root : `${root}/`);
    return isLink && shared !== undefined && isWithin(name, shared, names) ? { name } : { failure: "outside" };
  }
  if (workingFolder !== undefined) return { name: names.resolve(workingFolder, path) };
  const name = names.resolve(names.folderOf(from), path);
  if (folders.some((folder) => isWithin(name, folder, names))) return { name };
  return { failure: isAbsolute ? "not-looked-for" : "outside-folder" };
}

/** True if a file, behind symbolic links, lies in a folder or is it. */
export function isWithin(name: string, folder: string, names: FileNames): boolean {
  const [file, outer] = [names.real(name), names.real(folder)];
  return file === outer || file.startsWith(outer.endsWith("/") ? outer : `${outer}/`);
}

/** An absolute path without `.`, `..` and doubled slashes. */
export function withoutDots(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
