import process from "node:process";
import {
  createConnection,
  ProposedFeatures,
  type RequestMessage,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { ClientPlatform } from "./client-platform.ts";
import { cancelled } from "./fault.ts";
import { LifecycleReader } from "./lifecycle.ts";
import { nodePlatform } from "./node-platform.ts";
import { startServer } from "./server.ts";
import { answersGoTo } from "./turns.ts";

/** Serves over standard input and output, and sees the disk. */
export function serveStdio(version: string): void {
  const { stdin, stdout } = process;
  if (stdin.isTTY) process.stderr.write("smtpdlint: waiting for an editor on standard input; Ctrl-C ends\n");
  const reader = new StreamMessageReader(stdin);
  const writer = new StreamMessageWriter(stdout);
  answersGoTo(stdout);
  const connection = createConnection(ProposedFeatures.all, new LifecycleReader(reader, writer), writer, {
    connectionStrategy: {
      cancelUndispatched: (message) => ({
        jsonrpc: "2.0",
        id: (message as RequestMessage).id,
        error: cancelled.toJson(),
      }),
    },
  });
  // Nobody can tell where the next message begins after a header that is wrong.
  reader.onError((error) => {
    if (/header|content-length/i.test(error.message)) end(error.message);
  });
  // The editor is gone, however it went.
  reader.onClose(() => end("standard input was closed"));
  // A client that does not answer must not end the server.
  process.on("unhandledRejection", (reason) => connection.console.error(String(reason)));
  startServer(connection, nodePlatform(new ClientPlatform(connection)), version);
}

function end(reason: string): never {
  process.stderr.write(`smtpdlint: ${reason}\n`);
  process.exit(1);
}
