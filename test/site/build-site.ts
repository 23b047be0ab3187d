import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The folder of the site. */
export const dist = here("../../packages/site/dist");

/** Builds the site as `npm run site` does; the command line is there already. */
export function buildSite(): void {
  const tsx = here("../../node_modules/tsx/dist/cli.mjs");
  const env = { ...process.env, SMTPDLINT_SITE_BASE: "/" };
  const { status, stderr } = spawnSync(process.execPath, [tsx, here("../../packages/site/build.mts")], { env });
  if (status !== 0) throw new Error(stderr.toString());
}
