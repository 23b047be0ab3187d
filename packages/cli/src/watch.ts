import { type FSWatcher, watch } from "node:fs";
import { dirname, join } from "node:path";
import { absolute, nameOf, onDisk } from "./file-name.ts";
import type { Io } from "./io.ts";

/** Changes that come in quick succession are one: editors write a file in several steps. */
const debounceMs = 50;

/** Clears a terminal, and what was above. */
const clear = "\u001b[2J\u001b[3J\u001b[H";

/**
 * Calls `look`, and again whenever a file changes that it has read or looked
 * for; it never ends by itself. Folders are watched, not files: an editor may
 * put a new file in the place of the old one.
 */
export async function watchFiles(io: Io, look: (io: Io) => Promise<unknown>): Promise<never> {
  const watchers = new Map<string, FSWatcher>();
  // What was seen before may come back.
  const files = new Set<string>();
  let wake = () => {};
  let timer: NodeJS.Timeout | undefined;
  const changed = (folder: string, name: Buffer | null) => {
    // Some systems do not say which file it was.
    if (name !== null && !files.has(join(folder, nameOf(name)))) return;
    clearTimeout(timer);
    timer = setTimeout(() => wake(), debounceMs);
  };
  const watchFolder = (folder: string) => {
    try {
      const watcher = watch(onDisk(folder), { encoding: "buffer" }, (_, name) => changed(folder, name));
      watchers.set(folder, watcher);
      watcher.on("error", () => {
        watcher.close();
        watchers.delete(folder);
      });
    } catch {
      // A folder that is not there, or that nobody may watch.
    }
  };

  for (;;) {
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (io.stdoutIsTerminal) io.stdout(clear);
    await look({ ...io, sawFile: (path) => files.add(absolute(path)) });
    for (const folder of new Set([...files].map((path) => dirname(path)))) {
      if (!watchers.has(folder)) watchFolder(folder);
    }
    io.stderr(`${new Date().toTimeString().slice(0, 8)} watching, Ctrl-C ends\n`);
    await woken;
  }
}
