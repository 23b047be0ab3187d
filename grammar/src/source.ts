import type { FileId, Span } from "./span.ts";
import type { Template } from "./template.ts";

/** A file that was read: the configuration itself or an included one. */
export interface SourceFile {
  readonly id: FileId;
  /** As the caller or the `include` names it; the identity of the file. */
  readonly path: string;
  readonly text: string;
  /** Set for a file that a template engine is to read first. */
  readonly template?: Template | undefined;
  /** The path in the `include` that brought the file in; undefined for the main file. */
  readonly includedAt: Span | undefined;
  /** Comments from their `#` up to the end of the line, continuation lines included. */
  readonly comments: Span[];
}
