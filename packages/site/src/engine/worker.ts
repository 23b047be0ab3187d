import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import packageJson from "../../../server/package.json" with { type: "json" };
import { ClientPlatform } from "../../../server/src/client-platform.ts";
import { startServer } from "../../../server/src/server.ts";
import type { Engine } from "./engine.ts";

/** The language server, and over the same connection what the playground asks besides. */
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
for (const name of ["trace", "witnesses", "diff", "graph", "starter"] as const satisfies (keyof Engine)[]) {
  // Nobody waits for the rest of the engine before the first finding.
  connection.onRequest(`playground/${name}`, async (params) => (await import("./engine.ts")).engine[name](params));
}
connection.onRequest("playground/migrate", async (params) => (await import("./migrate.ts")).migrate(params));
startServer(connection, new ClientPlatform(connection), packageJson.version);
