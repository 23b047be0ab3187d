import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const folders = new Set<string>();

/** A folder that is there until the tests of the file are over, and a function that writes a file into it. */
export function temporaryFolder(name: string) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `smtpdlint-${name}-`)));
  folders.add(folder);
  const file = (path: string, content: string | Buffer): string => {
    const whole = join(folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, content);
    return whole;
  };
  return { folder, file };
}

/** Removes them, also those that a test has made while it ran. */
export function removeTemporaryFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}
