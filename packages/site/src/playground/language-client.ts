import { LSPClient, LSPPlugin, type Transport, Workspace, type WorkspaceFile } from "@codemirror/lsp-client";
import type { TransactionSpec } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { folder, nameOfUri } from "./files.ts";
import { sanitized } from "./sanitize.ts";

/** A position and a range as LSP has them: both count from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A finding as the server sends it. */
export interface ServerDiagnostic {
  readonly range: Range;
  readonly severity?: 1 | 2 | 3 | 4;
  readonly code?: string;
  readonly codeDescription?: { readonly href: string };
  readonly message: string;
  /** A message that shows it, in the words of a policy test. */
  readonly data?: { readonly witness: string };
  readonly relatedInformation?: readonly {
    readonly message: string;
    readonly location: { readonly uri: string; readonly range: Range };
  }[];
}

/** What the page does for the server. */
export interface ServerNeeds {
  /** The text of a tab; undefined if there is none. */
  textOf(name: string): string | undefined;
  /** The names of all tabs. */
  names(): readonly string[];
  /** The findings of a file have changed. */
  onDiagnostics(name: string, diagnostics: readonly ServerDiagnostic[]): void;
  /** Shows a tab; its editor, if it is there. */
  show(name: string): EditorView | null;
}

/** What the page can do that CodeMirror's client does not announce. */
const capabilities = {
  textDocument: {
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, versionSupport: true },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } },
  },
  experimental: { smtpdlint: { readFiles: true } },
};

/** The language server in its worker, and the client of CodeMirror for it. */
export function connectServer(worker: Worker, needs: ServerNeeds): LSPClient {
  const client = new LSPClient({
    rootUri: `file://${folder.replace(/\/$/, "")}`,
    // A file with many findings takes a moment on a phone.
    timeout: 60_000,
    sanitizeHTML: sanitized,
    extensions: [{ clientCapabilities: capabilities }],
    workspace: (owner) => new TabWorkspace(owner, needs),
    notificationHandlers: {
      "textDocument/publishDiagnostics": (_, { uri, version, diagnostics }) => {
        const file = client.workspace.getFile(uri);
        // What is about an older text is followed by what is about this one.
        if (!file || version === undefined || version === file.version)
          needs.onDiagnostics(nameOfUri(uri), diagnostics);
        return true;
      },
    },
    unhandledNotification: () => {},
  });
  return client.connect(transportTo(worker, needs));
}

/** Messages go to the worker as they are; what the server asks is answered here, which the client does not do. */
function transportTo(worker: Worker, needs: ServerNeeds): Transport {
  const handlers = new Map<(message: string) => void, (event: MessageEvent) => void>();
  return {
    send(text) {
      const message = JSON.parse(text);
      // The client says that it asks for diagnostics, and never does: the server would wait for that.
      if (message.method === "initialize") delete message.params.capabilities.textDocument.diagnostic;
      worker.postMessage(message);
    },
    subscribe(handler) {
      const listener = ({ data }: MessageEvent) => {
        if (data.method !== undefined && data.id !== undefined) {
          worker.postMessage({ jsonrpc: "2.0", id: data.id, result: answerTo(data, needs) });
        } else handler(JSON.stringify(data));
      };
      handlers.set(handler, listener);
      worker.addEventListener("message", listener);
    },
    unsubscribe(handler) {
      const listener = handlers.get(handler);
      if (listener) worker.removeEventListener("message", listener);
    },
  };
}

function answerTo({ method, params }: { method: string; params?: { uri?: string } }, needs: ServerNeeds): unknown {
  if (method === "smtpdlint/readFile") {
    const text = needs.textOf(nameOfUri(params?.uri ?? ""));
    // Where a file has no tab nobody has looked: the mail host may have it.
    return text === undefined ? { failure: "not-looked-for" } : { text };
  }
  if (method === "smtpdlint/readFolder") {
    const start = nameOfUri(`${params?.uri ?? ""}/`);
    return needs.names().flatMap((name) => {
      if (!name.startsWith(start)) return [];
      const [first = "", ...rest] = name.slice(start.length).split("/");
      return [rest.length > 0 ? `${first}/` : first];
    });
  }
  return null;
}

class TabFile implements WorkspaceFile {
  version = 0;

  constructor(
    readonly uri: string,
    readonly languageId: string,
    public doc: EditorView["state"]["doc"],
    readonly view: EditorView,
  ) {}

  getView(): EditorView {
    return this.view;
  }
}

/** The files that have an editor. */
class TabWorkspace extends Workspace {
  files: TabFile[] = [];
  /** A file that is opened again has a version of its own. */
  private readonly versions = new Map<string, number>();

  constructor(
    client: LSPClient,
    private readonly needs: ServerNeeds,
  ) {
    super(client);
  }

  syncFiles() {
    return this.files.flatMap((file) => {
      const plugin = LSPPlugin.get(file.view);
      if (!plugin || plugin.unsyncedChanges.empty) return [];
      const update = { changes: plugin.unsyncedChanges, file, prevDoc: file.doc };
      file.doc = file.view.state.doc;
      file.version = this.next(file.uri);
      plugin.clear();
      return [update];
    });
  }

  openFile(uri: string, languageId: string, view: EditorView): void {
    const file = new TabFile(uri, languageId, view.state.doc, view);
    file.version = this.next(uri);
    this.files.push(file);
    this.client.didOpen(file);
  }

  closeFile(uri: string): void {
    this.files = this.files.filter((file) => file.uri !== uri);
    this.client.didClose(uri);
  }

  override updateFile(uri: string, update: TransactionSpec): void {
    this.files.find((file) => file.uri === uri)?.view.dispatch(update);
  }

  override async displayFile(uri: string): Promise<EditorView | null> {
    return this.needs.show(nameOfUri(uri));
  }

  private next(uri: string): number {
    const version = (this.versions.get(uri) ?? 0) + 1;
    this.versions.set(uri, version);
    return version;
  }
}
