import process from "node:process";
import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { ClientPlatform } from "./client-platform.ts";
import { nodePlatform } from "./node-platform.ts";
import { startServer } from "./server.ts";

/** Serves over standard input and output, and sees the disk. */
export function serveStdio(version: string): void {
  const { stdin, stdout } = process;
  const connection = createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(stdin),
    new StreamMessageWriter(stdout),
  );
  // A client that does not answer must not end the server.
  process.on("unhandledRejection", (reason) => connection.console.error(String(reason)));
  startServer(connection, nodePlatform(new ClientPlatform(connection)), version);
}
