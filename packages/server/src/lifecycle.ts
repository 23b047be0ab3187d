import {
  type Disposable,
  ErrorCodes,
  type Message,
  type MessageReader,
  type MessageWriter,
} from "vscode-languageserver";

/** What a message can have, whoever has written it. */
interface AnyMessage {
  readonly id?: string | number | null;
  readonly method?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/**
 * Lets through what may be said at the time, and answers the rest with an error
 * (LSP, "Server lifecycle"): requests before `initialize` and after `shutdown`,
 * a second `initialize`, JSON that is no message, and text that is no JSON.
 */
export class LifecycleReader implements MessageReader {
  private state: "new" | "running" | "shut down" = "new";
  readonly onError: MessageReader["onError"];
  readonly onClose: MessageReader["onClose"];
  readonly onPartialMessage: MessageReader["onPartialMessage"];

  constructor(
    private readonly reader: MessageReader,
    private readonly writer: MessageWriter,
  ) {
    this.onError = reader.onError;
    this.onClose = reader.onClose;
    this.onPartialMessage = reader.onPartialMessage;
    reader.onError((error) => {
      if (error instanceof SyntaxError) this.refuse(null, ErrorCodes.ParseError, `not JSON: ${error.message}`);
    });
  }

  listen(callback: (message: Message) => void): Disposable {
    return this.reader.listen((message) => {
      if (this.mayPass(message as unknown)) callback(message);
    });
  }

  dispose(): void {
    this.reader.dispose();
  }

  private mayPass(message: unknown): boolean {
    const isMessage = typeof message === "object" && message !== null && !Array.isArray(message);
    const { id, method, result, error }: AnyMessage = isMessage ? message : {};
    if (typeof method === "string") return id === undefined ? this.mayTell(method) : this.mayAsk(method, id);
    if (method === undefined && id !== undefined && (result !== undefined || error !== undefined)) return true;
    this.refuse(id ?? null, ErrorCodes.InvalidRequest, "neither a request nor a notification nor a response");
    return false;
  }

  private mayTell(method: string): boolean {
    return this.state === "running" || method === "exit";
  }

  private mayAsk(method: string, id: string | number | null): boolean {
    const isFirst = method === "initialize";
    if (this.state === "running" && !isFirst) {
      if (method === "shutdown") this.state = "shut down";
      return true;
    }
    if (this.state === "new" && isFirst) {
      this.state = "running";
      return true;
    }
    if (this.state === "new") this.refuse(id, ErrorCodes.ServerNotInitialized, "the first request must be initialize");
    else if (this.state === "running") this.refuse(id, ErrorCodes.InvalidRequest, "the server is initialized already");
    else this.refuse(id, ErrorCodes.InvalidRequest, "the server has been shut down");
    return false;
  }

  private refuse(id: string | number | null, code: number, message: string): void {
    const response = { jsonrpc: "2.0", id, error: { code, message } };
    this.writer.write(response).catch(() => {});
  }
}
