import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
};

/**
 * A server of static files on this machine. Folders are named by the first part
 * of their paths, "" for all others; `texts` are files of their own, by path.
 */
export async function serve(
  folders: Readonly<Record<string, string>>,
  texts: Readonly<Record<string, string>> = {},
): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer(({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url ?? "/", "http://x").pathname)).replace(/\/$/, "/index.html");
    const send = (content: string | Buffer) =>
      response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" }).end(content);
    const [, first = "", ...rest] = path.split("/");
    const file = first in folders ? join(folders[first] ?? "", ...rest) : join(folders[""] ?? "/nowhere", path);
    if (path in texts) send(texts[path] ?? "");
    else if (existsSync(file) && statSync(file).isFile()) send(readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, origin: `http://localhost:${(server.address() as AddressInfo).port}` };
}
