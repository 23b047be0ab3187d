import { type ChildProcess, spawn } from "node:child_process";
import {
  type ClientCapabilities,
  type CompletionItemKind,
  type ContentTypeDecoder,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  type MessageConnection,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type SymbolKind,
} from "vscode-languageserver-protocol/node";

/** Looks at what was pushed so many times, a tenth of a second apart or as something arrives. */
const mostTurns = 600;

/** What most editors announce; a test may have its own for a request. */
const ordinary: ClientCapabilities["textDocument"] = {
  publishDiagnostics: {
    relatedInformation: true,
    tagSupport: { valueSet: [1, 2] },
    codeDescriptionSupport: true,
    versionSupport: true,
  },
  hover: { contentFormat: ["markdown", "plaintext"] },
  completion: {
    completionItem: { documentationFormat: ["markdown", "plaintext"] },
    completionItemKind: { valueSet: Array.from({ length: 25 }, (_, index) => (index + 1) as CompletionItemKind) },
  },
  signatureHelp: {
    signatureInformation: { parameterInformation: { labelOffsetSupport: true }, activeParameterSupport: true },
  },
  documentSymbol: {
    hierarchicalDocumentSymbolSupport: true,
    symbolKind: { valueSet: Array.from({ length: 26 }, (_, index) => (index + 1) as SymbolKind) },
  },
  codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [""] } }, isPreferredSupport: true },
  rename: { prepareSupport: true },
};

/** An editor as the server sees it: a process of its own, spoken to over standard input and output. */
export class Client {
  readonly errors: string[] = [];
  /** All that was pushed, as it came. */
  readonly published: PublishDiagnosticsParams[] = [];
  readonly capabilities: InitializeResult["capabilities"];
  private readonly diagnostics = new Map<string, Diagnostic[]>();
  /** The versions of open documents. */
  private readonly versions = new Map<string, number>();
  private waiting: (() => void)[] = [];
  private version = 1;

  private constructor(
    private readonly process: ChildProcess,
    readonly connection: ProtocolConnection & MessageConnection,
    { capabilities }: InitializeResult,
  ) {
    this.capabilities = capabilities;
    connection.onNotification(PublishDiagnosticsNotification.type, (published) => {
      this.published.push(published);
      const { uri, version, diagnostics } = published;
      // What is said of an earlier text, or of a document before it was opened again, is stale.
      if (version !== undefined && version !== this.versions.get(uri)) return;
      this.diagnostics.set(uri, diagnostics);
      for (const wake of this.waiting.splice(0)) wake();
    });
    connection.onNotification(LogMessageNotification.type, ({ type, message }) => {
      if (type === 1) this.errors.push(message);
    });
  }

  /** The process of the server. */
  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Starts `node ARGV` and introduces itself. */
  static async start(
    argv: readonly string[],
    options: {
      readonly folder?: string;
      /** Beside those that most editors have. */
      readonly capabilities?: ClientCapabilities;
      /** Has those of `capabilities` alone. */
      readonly isBare?: boolean;
      readonly settings?: object;
      /** Says what the client answers, before the server can ask. */
      readonly prepare?: (connection: ProtocolConnection) => void;
      /** Is called when a message has come, before it is read. */
      readonly arrived?: (server: { readonly pid?: number | undefined }) => void;
    } = {},
  ): Promise<Client> {
    const child = spawn(process.execPath, [...argv], { stdio: ["pipe", "pipe", "inherit"] });
    const { folder, arrived = () => {} } = options;
    const contentTypeDecoder: ContentTypeDecoder = {
      name: "application/json",
      decode(buffer) {
        arrived(child);
        return Promise.resolve(JSON.parse(Buffer.from(buffer).toString()));
      },
    };
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout, { contentTypeDecoder }),
      new StreamMessageWriter(child.stdin),
    );
    options.prepare?.(connection);
    connection.listen();
    const result = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: folder ?? null,
      workspaceFolders: folder ? [{ uri: folder, name: "test" }] : null,
      capabilities: {
        ...options.capabilities,
        ...(!options.isBare && { textDocument: { ...ordinary, ...options.capabilities?.textDocument } }),
      },
      initializationOptions: options.settings,
    });
    await connection.sendNotification(InitializedNotification.type, {});
    return new Client(child, connection as ProtocolConnection & MessageConnection, result);
  }

  async open(uri: string, text: string, languageId = "smtpd-conf"): Promise<void> {
    const textDocument = { uri, languageId, version: this.nextVersion(uri), text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  private nextVersion(uri: string): number {
    this.versions.set(uri, this.version);
    return this.version++;
  }

  /** Replaces a part, or all, of a document. */
  async change(uri: string, text: string, range?: Range): Promise<void> {
    const contentChanges = [range ? { range, text } : { text }];
    const textDocument = { uri, version: this.nextVersion(uri) };
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument, contentChanges });
  }

  /** Changes parts of a document, each as it is after the change before. */
  async edit(uri: string, contentChanges: readonly { readonly range: Range; readonly text: string }[]): Promise<void> {
    const textDocument = { uri, version: this.nextVersion(uri) };
    const changes = [...contentChanges];
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument,
      contentChanges: changes,
    });
  }

  async save(uri: string): Promise<void> {
    await this.connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri } });
  }

  async close(uri: string): Promise<void> {
    this.diagnostics.delete(uri);
    this.versions.delete(uri);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  /** The diagnostics that were pushed for a document, as soon as they fulfil a condition; looks at them so many times. */
  async pushed(
    uri: string,
    holds: (diagnostics: readonly Diagnostic[]) => boolean,
    turns = mostTurns,
  ): Promise<readonly Diagnostic[]> {
    for (let turn = 0; turn < turns; turn++) {
      const found = this.diagnostics.get(uri);
      if (found && holds(found)) return found;
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        setTimeout(resolve, 100);
      });
    }
    throw new Error(`no such diagnostics: ${JSON.stringify(this.diagnostics.get(uri))}`);
  }

  /** Ends the server; its exit code. */
  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.process.on("exit", resolve));
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const code = await ended;
    this.connection.dispose();
    return code;
  }
}
