import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import packageJson from "../../../server/package.json" with { type: "json" };
import { ClientPlatform } from "../../../server/src/client-platform.ts";
import { startServer } from "../../../server/src/server.ts";
import { diff, graph, trace, witnesses } from "./engine.ts";

/** The language server, and over the same connection what the playground asks besides. */
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
connection.onRequest("playground/trace", trace);
connection.onRequest("playground/witnesses", witnesses);
connection.onRequest("playground/diff", diff);
connection.onRequest("playground/graph", graph);
startServer(connection, new ClientPlatform(connection), packageJson.version);
