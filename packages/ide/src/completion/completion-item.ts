import type { Span } from "@smtpdlint/grammar";
import type { CursorContext } from "../cursor.ts";
import type { View } from "../view.ts";

/** Something that may stand at a place. */
export interface Completion {
  readonly label: string;
  readonly kind: "keyword" | "name" | "value" | "macro" | "rule" | "file" | "folder" | "snippet";
  /** What it replaces: on one line, and around the place. */
  readonly span: Span;
  /** What it puts there; for a snippet, in LSP's language for them. */
  readonly text: string;
  /** What the client compares with the text that it replaces. */
  readonly filter: string;
  /** One line. */
  readonly detail?: string | undefined;
  /** Markdown; worked out when somebody looks at the item. */
  readonly documentation?: (() => string) | undefined;
  /** The smallest comes first. */
  readonly rank: number;
}

/** A whole statement with places to fill in, as LSP writes them: `${1:default}`. */
export interface Snippet {
  readonly label: string;
  readonly help: string;
  readonly body: string;
  /** What else people would look for it by: words of the trade, with spaces between them. */
  readonly words: string;
}

export interface CompletionOptions {
  /** Those of `loadSnippets`; none for a client that does not know snippets. */
  readonly snippets: readonly Snippet[];
  /** True if the client replaces what is behind the cursor; some only insert. */
  readonly replaces: boolean;
  /** True if nobody has asked: the client did at a space, where a list is of use only if the line cannot end yet. */
  readonly isUnasked?: boolean;
  /** The names in a folder, written as in the configuration; those of folders with a `/` at the end. */
  readonly list: (folder: string) => readonly string[];
}

/** What is being typed at a place. */
export interface Typing {
  readonly view: View;
  /** What stands before it. */
  readonly before: CursorContext;
  /** Where it starts, the quote included. */
  readonly start: number;
  /** Up to the place, without a quote. */
  readonly typed: string;
  readonly quote: string;
  /** What a completion replaces: not the quotes. */
  readonly span: Span;
  /** The same with the closing quote, if it is there and can be replaced: a text that is whole leads out of the quotes. */
  readonly whole: Span;
  /** The closing quote if it is missing, or is replaced. */
  readonly closing: string;
  /** True if nobody has asked: what comes next will be typed as likely as chosen. */
  readonly isUnasked: boolean;
  /** True if brackets behind the place can be replaced too. */
  readonly replaces: boolean;
}
