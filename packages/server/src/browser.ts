import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import packageJson from "../package.json" with { type: "json" };
import { ClientPlatform } from "./client-platform.ts";
import { startServer } from "./server.ts";

/** Serves from a web worker. It sees what the client has open, and the files that the client reads for it. */
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
startServer(connection, new ClientPlatform(connection), packageJson.version);
