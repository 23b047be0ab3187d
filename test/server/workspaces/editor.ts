import { PassThrough } from "node:stream";
import { createConnection } from "vscode-languageserver/node";
import {
  type CallHierarchyItem,
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { ClientPlatform } from "../../../packages/server/src/client-platform.ts";
import type { PositionEncoding } from "../../../packages/server/src/position-encoding.ts";
import { startServer } from "../../../packages/server/src/server.ts";
import type { Disk } from "./disk.ts";

/** What a client can, by a number. */
export interface ClientKind {
  readonly encoding: PositionEncoding;
  readonly isPull: boolean;
  /** Reads files for the server. */
  readonly isRemote: boolean;
  readonly isConfined: boolean;
  readonly capabilities: ClientCapabilities;
}

/** So many kinds of clients there are, at least. */
export const clientKinds = 3 * 2 ** 12;

export function clientKind(number: number): ClientKind {
  const encoding = (["utf-16", "utf-8", "utf-32"] as const)[number % 3] ?? "utf-16";
  let bits = Math.floor(number / 3);
  const can = () => {
    const is = bits % 2 === 1;
    bits = Math.floor(bits / 2);
    return is;
  };
  const [isPull, isRemote, isConfined, relates, hasVersions, hasMarkdown] = [can(), can(), can(), can(), can(), can()];
  return {
    encoding,
    isPull,
    isRemote,
    isConfined,
    capabilities: {
      general: { positionEncodings: [encoding] },
      workspace: { applyEdit: can(), didChangeWatchedFiles: { dynamicRegistration: true } },
      textDocument: {
        ...(isPull && { diagnostic: { relatedDocumentSupport: relates } }),
        publishDiagnostics: {
          relatedInformation: relates,
          versionSupport: hasVersions,
          tagSupport: { valueSet: [1, 2] },
        },
        ...(hasMarkdown && { hover: { contentFormat: ["markdown"] } }),
        completion: {
          completionItem: {
            snippetSupport: can(),
            insertReplaceSupport: can(),
            ...(hasMarkdown && { documentationFormat: ["markdown"] }),
          },
        },
        ...(can() && { documentSymbol: { hierarchicalDocumentSymbolSupport: true } }),
        ...(can() && { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [""] } } } }),
        ...(can() && { definition: { linkSupport: true } }),
        rename: { prepareSupport: true },
      },
      ...(isRemote && { experimental: { smtpdlint: { readFiles: true } } }),
    },
  };
}

/** A server in this process, and the client that it serves. */
export class Editor {
  readonly published = new Map<string, readonly Diagnostic[]>();
  readonly faults: string[] = [];
  private reads = 0;

  private constructor(
    readonly client: ProtocolConnection,
    private readonly isRemote: boolean,
    readonly stop: () => void,
  ) {}

  static async start(disk: Disk, kind: ClientKind, folders: readonly string[], settings: object): Promise<Editor> {
    const [there, back] = [new PassThrough(), new PassThrough()];
    const server = createConnection(new StreamMessageReader(there), new StreamMessageWriter(back));
    startServer(server, kind.isRemote ? new ClientPlatform(server) : disk.platform, "0");
    const client = createProtocolConnection(new StreamMessageReader(back), new StreamMessageWriter(there));
    const editor = new Editor(client, kind.isRemote, () => {
      client.dispose();
      server.dispose();
      there.destroy();
      back.destroy();
    });
    client.onNotification("textDocument/publishDiagnostics", ({ uri, diagnostics }) => {
      if (diagnostics.length === 0) editor.published.delete(uri);
      else editor.published.set(uri, diagnostics);
    });
    client.onNotification("window/logMessage", ({ type, message }) => {
      if (type === 1) editor.faults.push(message);
    });
    client.onRequest("client/registerCapability", () => null);
    client.onRequest("smtpdlint/readFile", ({ uri }): object => {
      editor.reads++;
      return disk.read(uri);
    });
    client.onRequest("smtpdlint/readFolder", ({ uri }) => {
      editor.reads++;
      return disk.list(uri);
    });
    client.listen();
    await client.sendRequest("initialize", {
      processId: null,
      rootUri: null,
      workspaceFolders: folders.map((uri) => ({ uri, name: uri })),
      capabilities: kind.capabilities,
      initializationOptions: { ...settings, isConfined: kind.isConfined },
    });
    await client.sendNotification("initialized", {});
    return editor;
  }

  async open(uri: string, languageId: string, version: number, text: string): Promise<void> {
    await this.client.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId, version, text } });
  }

  /** An answer, once the server has all files that it wants for it; the message of an error in its place. */
  async ask<T>(method: string, params: object): Promise<T | { readonly error: string }> {
    return this.settled(() =>
      this.client.sendRequest<T>(method, params).catch((error: Error) => ({ error: error.message })),
    );
  }

  async settled<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      const before = this.reads;
      const answer = await ask();
      if (!this.isRemote) return answer;
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (this.reads === before) return answer;
    }
  }

  /** The items of a call hierarchy, and what comes before and after each. */
  async mailWays(place: object): Promise<unknown> {
    const items = await this.client.sendRequest<CallHierarchyItem[] | null>("textDocument/prepareCallHierarchy", place);
    const ways = (items ?? []).flatMap((item) => [
      this.client.sendRequest("callHierarchy/incomingCalls", { item }),
      this.client.sendRequest("callHierarchy/outgoingCalls", { item }),
    ]);
    return [items, await Promise.all(ways)];
  }
}
