import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, sep } from "node:path";
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

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** A server of static files, as any host has one. */
export async function serve(folder: string): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer(({ url }, response) => {
    const path = decodeURIComponent(new URL(url ?? "", "http://localhost").pathname).replace(/\/$/, "/index.html");
    const file = join(folder, path);
    if (file.startsWith(folder + sep) && existsSync(file) && statSync(file).isFile()) {
      response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
      response.end(readFileSync(file));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, origin: `http://localhost:${(server.address() as AddressInfo).port}` };
}
