import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Platform } from "./platform.ts";

/** A larger file is no configuration, and no table that an editor should wait for. */
const mostBytes = 20e6;

/** The disk. */
export const nodePlatform: Platform = {
  read(uri) {
    if (!uri.startsWith("file:")) return { failure: "not-looked-for" };
    try {
      const path = fileURLToPath(uri);
      const status = statSync(path);
      if (!status.isFile() || status.size > mostBytes) return { failure: "unreadable" };
      const bytes = readFileSync(path);
      return { text: bytes.toString(isUtf8(bytes) ? "utf8" : "latin1") };
    } catch (error) {
      return { failure: (error as NodeJS.ErrnoException).code === "ENOENT" ? "not-found" : "unreadable" };
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
};
