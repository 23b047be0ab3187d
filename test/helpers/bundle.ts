import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The command line as it is published. */
export const bundle = fileURLToPath(new URL("../../packages/cli/dist/smtpdlint.cjs", import.meta.url));

export interface StartOptions {
  readonly cwd?: string;
  readonly input?: string | Buffer;
  /** A command for sh(1) that ends in `exec "$0" "$@"`, or the like. */
  readonly through?: string;
  readonly node?: readonly string[];
  /** Another user runs a copy, in a folder that all may see. */
  readonly asNobodyIn?: string;
}

/** Copies what is needed to lint, and nothing else, into a folder. */
export function copyBundle(folder: string): string {
  for (const name of ["smtpdlint.cjs", "program.js"]) copyFileSync(join(bundle, "..", name), join(folder, name));
  return join(folder, "smtpdlint.cjs");
}

/** Runs the bundle as a process; one that does not end has the status null. */
export function startBundle(argv: readonly string[], options: StartOptions = {}) {
  const { asNobodyIn, through = 'exec "$0" "$@"', node = [], ...others } = options;
  const isRoot = process.getuid?.() === 0;
  let program = bundle;
  if (asNobodyIn !== undefined) {
    program = copyBundle(asNobodyIn);
    chmodSync(asNobodyIn, 0o755);
  }
  return spawnSync("sh", ["-c", through, process.execPath, ...node, program, ...argv], {
    ...others,
    ...(asNobodyIn !== undefined && isRoot && { uid: 65534, gid: 65534 }),
    encoding: "utf8",
    timeout: 200_000,
    maxBuffer: 100e6,
  });
}
