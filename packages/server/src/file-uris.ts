import type { FileNames } from "@smtpdlint/model";
import { URI, Utils } from "vscode-uri";
import type { Platform } from "./platform.ts";

/** One spelling for each URI, in which half of a character has no place. */
export const normalize = (uri: string): string => URI.parse(withWholeCharacters(uri)).toString();

/** How files are named here: by their URIs. */
export const fileNames = (platform: Platform): FileNames => ({
  folderOf: (uri) => Utils.dirname(URI.parse(uri)).toString(),
  // What follows two slashes would be the name of a host.
  resolve: (folder, path) =>
    Utils.resolvePath(URI.parse(folder), withWholeCharacters(path).replace(/^\/{2,}/, "/")).toString(),
  real: (uri) => platform.real(uri),
});

/**
 * How a command line names a file: by its path on the disk. One of a virtual
 * file system by its place in the folder of the workspace, as in a copy of that
 * on a disk; one that has not been saved has no name yet.
 */
export function commandName(uri: string, folder: string | undefined): string {
  const { scheme, authority, path } = URI.parse(uri);
  // `file:///C:/x` and `file://server/share`.
  if (scheme === "file") return authority ? `//${authority}${path}` : path.replace(/^\/(?=[A-Za-z]:\/)/, "");
  if (scheme === "untitled" && !path.startsWith("/")) return "FILE";
  const above = folder === undefined ? "" : `${URI.parse(folder).path.replace(/\/$/, "")}/`;
  return above !== "" && path.startsWith(above) ? path.slice(above.length) : path.replace(/^.*\//s, "");
}

const withWholeCharacters = (text: string): string => text.replace(/\p{Cs}/gu, "\ufffd");
