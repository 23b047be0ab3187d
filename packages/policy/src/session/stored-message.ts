import { byteLength } from "@smtpdlint/grammar";
import { type AddressEdits, editAddresses } from "./header-addresses.ts";

/** What smtpd has for a message that it stores. */
export interface Incoming {
  /** As the client sent them, without what hides a dot at their start. */
  readonly lines: readonly string[];
  /** The lines that smtpd puts before them: X-Spam and Received. */
  readonly ownLines: readonly string[];
  /** With filters, smtpd also parses its own lines, since they come back from the filters (smtp_filter_printf). */
  readonly isFiltered: boolean;
  /** smtp max-message-size */
  readonly mostBytes: number;
  readonly edits: Omit<AddressEdits, "replacement"> & { readonly fromReplacement: string | undefined };
  /** Headers that are added at the end where they are missing. */
  readonly date: string | undefined;
  readonly messageId: string | undefined;
}

export type Stored = { readonly text: string } | { readonly problem: "too big" | "loop" | "malformed" };

/** Stores a message, with the headers that smtpd adds and changes (smtp_session.c, smtp_tx_dataline; rfc5322.c). */
export function store(incoming: Incoming): Stored {
  const { lines, ownLines, isFiltered, mostBytes } = incoming;
  const size = lines.reduce((sum, line) => sum + byteLength(line) + (line.startsWith(".") ? 2 : 1), 0);
  if (size > mostBytes) return { problem: "too big" };
  const parser = new MessageParser(incoming, isFiltered ? [] : ownLines);
  for (const line of isFiltered ? [...ownLines, ...lines] : lines) parser.push(line);
  parser.push(undefined);
  return parser.problem ? { problem: parser.problem } : { text: `${parser.output.join("\n")}\n` };
}

/** MAX_HOPS_COUNT */
const mostHops = 100;
/** The room for a header's name (rfc5322_parser_new). */
const mostOfName = 1024;

class MessageParser {
  readonly output: string[];
  problem: "loop" | "malformed" | undefined;
  private state: "headers" | "end of headers" | "body" = "headers";
  private header: { readonly name: string; value: string | undefined } | undefined;
  private hops = 0;
  private readonly seen = new Set<string>();

  constructor(
    private readonly incoming: Incoming,
    before: readonly string[],
  ) {
    this.output = [...before];
  }

  /** A line, or undefined at the end of the message. */
  push(line: string | undefined): void {
    if (this.problem) return;
    if (this.state === "headers") {
      if (this.header && line !== undefined && /^[ \t]/.test(line)) {
        this.continueHeader(line);
        return;
      }
      this.endHeader();
      if (line !== undefined && /^[^ \t:][^:]*:|^:/.test(line)) {
        this.startHeader(line);
        return;
      }
      this.completeHeaders();
      this.state = "end of headers";
    }
    if (line === undefined) return;
    if (this.state === "end of headers") {
      if (line !== "") this.problem = "malformed";
      this.state = "body";
    }
    this.output.push(line);
  }

  private startHeader(line: string): void {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    if (byteLength(name) + 1 >= mostOfName) {
      this.problem = "malformed";
      return;
    }
    const key = name.toLowerCase();
    this.header = { name, value: isEdited(key) ? line.slice(colon + 1) : undefined };
    if (key === "bcc" || isEdited(key)) return;
    if (key === "received" && ++this.hops >= mostHops) this.problem = "loop";
    this.seen.add(key);
    this.output.push(line);
  }

  private continueHeader(line: string): void {
    if (!this.header) return;
    if (this.header.value !== undefined) this.header.value += `\n${line}`;
    else if (this.header.name.toLowerCase() !== "bcc") this.output.push(line);
  }

  private endHeader(): void {
    if (this.header?.value !== undefined) {
      const { name, value } = this.header;
      const { fromReplacement, ...edits } = this.incoming.edits;
      const replacement = name.toLowerCase() === "from" ? fromReplacement : undefined;
      this.output.push(`${name}:${editAddresses(value, { ...edits, replacement })}`);
    }
    this.header = undefined;
  }

  private completeHeaders(): void {
    const { date, messageId } = this.incoming;
    if (date !== undefined && !this.seen.has("date")) this.output.push(`Date: ${date}`);
    if (messageId !== undefined && !this.seen.has("message-id")) this.output.push(`Message-ID: ${messageId}`);
  }
}

const isEdited = (name: string) => name === "to" || name === "cc" || name === "from";
