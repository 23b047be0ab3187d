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

const withWholeCharacters = (text: string): string => text.replace(/\p{Cs}/gu, "\ufffd");
