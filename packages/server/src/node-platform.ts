import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ClientPlatform } from "./client-platform.ts";
import { normalize } from "./file-uris.ts";
import type { Platform } from "./platform.ts";
import { nodeGit } from "./policy-diff/node-git.ts";
import { Trusted } from "./trusted.ts";

/** A larger file is no configuration, and no table that an editor should wait for. */
const mostBytes = 20e6;

/** Where symbolic links lead. */
const links = new Trusted<string>();

const disk: Pick<Platform, "read" | "list" | "entry" | "real"> = {
  read(uri) {
    try {
      const path = fileURLToPath(uri);
      // Most tables of a mail host are not here, and an exception takes its time.
      const status = statSync(path, { throwIfNoEntry: false });
      if (!status) return { failure: "not-found" };
      if (!status.isFile() || status.size > mostBytes) return { failure: "unreadable" };
      const bytes = readFileSync(path);
      return { text: bytes.toString(isUtf8(bytes) ? "utf8" : "latin1") };
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      // The URI of another host names no path here.
      const isNowhere = code === "ENOENT" || code.startsWith("ERR_INVALID_FILE_URL");
      return { failure: isNowhere ? "not-found" : "unreadable" };
    }
  },
  list(uri) {
    try {
      const entries = readdirSync(fileURLToPath(uri), { withFileTypes: true });
      return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
    } catch {
      return [];
    }
  },
  entry(uri) {
    try {
      const path = fileURLToPath(uri);
      const status = lstatSync(path);
      if (status.isSymbolicLink()) return { kind: "link", target: readlinkSync(path) };
      return { kind: status.isDirectory() ? "folder" : status.isFile() ? "file" : "special" };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === "ENOENT" || code === "ENOTDIR" ? { kind: "missing" } : undefined;
    }
  },
  real: (uri) => links.get(uri, () => behindLinks(uri)),
};

function behindLinks(uri: string): string {
  const [, folder, name = ""] = /^(file:\/\/\/?.+)\/([^/]*)$/.exec(uri) ?? [];
  try {
    const path = fileURLToPath(uri);
    // Most tables of a mail host are not here, and an exception takes its time.
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
      return normalize(pathToFileURL(realpathSync(path)).toString());
    }
  } catch {
    // It leads to nothing, or is nothing that is on a disk.
  }
  // The folder may be a symbolic link, also that of a file which does not exist.
  if (folder === undefined) return uri;
  return name === "" ? disk.real(folder) : `${disk.real(folder)}/${name}`;
}

/** The disk, and `elsewhere` for what is on none: an editor may show files of a server or an archive. */
export function nodePlatform(elsewhere: ClientPlatform): Platform {
  const holderOf = (uri: string) => (uri.startsWith("file:") ? disk : elsewhere);
  return {
    read: (uri) => holderOf(uri).read(uri),
    list: (uri) => holderOf(uri).list(uri),
    entry: (uri) => holderOf(uri).entry(uri),
    real: (uri) => holderOf(uri).real(uri),
    onArrival: (listener) => elsewhere.onArrival(listener),
    arrived: () => elsewhere.arrived(),
    forget: (uris) => {
      links.forget();
      elsewhere.forget(uris);
    },
    serveFiles: (does) => elsewhere.serveFiles(does),
    git: nodeGit,
    reclaim() {
      // Node itself waits until it needs more, which in an idle server is never.
      setFlagsFromString("--expose-gc");
      (runInNewContext("gc") as () => void)();
    },
  };
}
