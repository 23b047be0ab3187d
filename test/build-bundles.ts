import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Builds, once before all tests, the bundles that some of them run as processes. */
export default function buildBundles(): void {
  for (const part of ["cli", "server", "vscode"]) {
    const script = fileURLToPath(new URL(`../packages/${part}/build.mjs`, import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script]);
    if (status !== 0) throw new Error(stderr.toString());
  }
}
