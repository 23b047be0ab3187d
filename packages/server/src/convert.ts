import type { Edit, Span } from "@smtpdlint/grammar";
import type { Completion } from "@smtpdlint/ide";
import type { Diagnostic, Severity } from "@smtpdlint/lint";
import type { Model } from "@smtpdlint/model";
import {
  type CompletionItem,
  CompletionItemKind,
  DiagnosticSeverity,
  DiagnosticTag,
  InsertTextFormat,
  type Location,
  type Diagnostic as LspDiagnostic,
  type MarkupContent,
  MarkupKind,
  type Position,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { ClientCapabilities } from "./client-capabilities.ts";
import { type Positions, positionsIn } from "./position-encoding.ts";

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const tags: Readonly<Record<NonNullable<Diagnostic["tag"]>, DiagnosticTag>> = {
  unnecessary: DiagnosticTag.Unnecessary,
  deprecated: DiagnosticTag.Deprecated,
};

const completionKinds: Readonly<Record<Completion["kind"], CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  name: CompletionItemKind.Reference,
  value: CompletionItemKind.Value,
  macro: CompletionItemKind.Constant,
  rule: CompletionItemKind.Event,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  snippet: CompletionItemKind.Snippet,
};

export const toMarkdown = (value: string): MarkupContent => ({ kind: MarkupKind.Markdown, value });

/** The lines of a message; each ends with a full stop if another follows, since many editors show them in one line. */
export const messageText = (lines: readonly string[]): string =>
  lines.map((line, index) => (index === lines.length - 1 || /[.:?!]$/.test(line) ? line : `${line}.`)).join("\n");

/** A completion; what documents it, in Markdown, is worked out when it is wanted. */
export interface Suggestion extends CompletionItem {
  readonly document?: () => string;
}

export const toSuggestion = (item: Completion, range: Range): Suggestion => ({
  label: item.label,
  kind: completionKinds[item.kind],
  textEdit: { range, newText: item.text },
  // Neovim before 0.11 looks at the range of an item only if there is no such text.
  ...(item.filter !== item.label && { filterText: item.filter }),
  sortText: `${item.rank.toFixed(2)} ${item.label}`,
  ...(item.kind === "snippet" && { insertTextFormat: InsertTextFormat.Snippet }),
  ...(item.detail !== undefined && { detail: item.detail }),
  ...(item.documentation && { document: item.documentation }),
});

/**
 * Turns our offsets into the lines and characters of LSP, and back. The only
 * place that knows both: LSP counts from 0 and ends a line also at a lone
 * carriage return.
 */
export class Converter {
  private readonly documents = new Map<number, Positions>();

  /** `uriOf` gives a file's URI as the client spells it. */
  constructor(
    private readonly model: Model,
    private readonly uriOf: (path: string) => string,
    private readonly client: ClientCapabilities,
  ) {}

  private document(file: number): Positions {
    let document = this.documents.get(file);
    if (!document) {
      const source = this.model.sources.files[file];
      document = positionsIn(this.uriOf(source?.path ?? ""), source?.text ?? "", this.client.positionEncoding);
      this.documents.set(file, document);
    }
    return document;
  }

  offset(file: number, position: Position): number {
    return this.document(file).offsetAt(position);
  }

  position(file: number, offset: number): Position {
    return this.document(file).positionAt(offset);
  }

  /** `position` for many offsets, of which the next one is most often on the same line. */
  positionsIn(file: number): (offset: number) => Position {
    const document = this.document(file);
    let [line, start, end] = [-1, 0, 0];
    return (offset) => {
      if (offset < start || offset >= end) {
        line = document.positionAt(offset).line;
        start = document.offsetAt({ line, character: 0 });
        end = document.offsetAt({ line: line + 1, character: 0 });
      }
      const isPlain = this.client.positionEncoding === "utf-16";
      return isPlain ? { line, character: offset - start } : document.positionAt(offset);
    };
  }

  /** `range` for many spans; quickest in the order of the text. */
  rangesIn(file: number): (span: Span) => Range {
    const positionAt = this.positionsIn(file);
    return ({ start, end }) => ({ start: positionAt(start), end: positionAt(end) });
  }

  range({ file, start, end }: Span): Range {
    return { start: this.position(file, start), end: this.position(file, end) };
  }

  /** The length of what is on one line, as the client counts it. */
  length(span: Span): number {
    if (this.client.positionEncoding === "utf-16") return span.end - span.start;
    const { start, end } = this.range(span);
    return end.character - start.character;
  }

  uri({ file }: Span): string {
    return this.document(file).uri;
  }

  location(span: Span): Location {
    return { uri: this.uri(span), range: this.range(span) };
  }

  textEdit({ span, text }: Edit): TextEdit {
    return { range: this.range(span), newText: text };
  }

  workspaceEdit(edits: readonly Edit[]): WorkspaceEdit {
    const changes: Record<string, TextEdit[]> = {};
    for (const edit of edits) {
      const uri = this.uri(edit.span);
      changes[uri] ??= [];
      changes[uri].push(this.textEdit(edit));
    }
    return { changes };
  }

  diagnostic({ rule, severity, tag, message, help, witness, span, related, url }: Diagnostic): LspDiagnostic {
    return {
      range: this.range(span),
      severity: severities[severity],
      code: rule,
      ...(this.client.linksOfCodes && { codeDescription: { href: url } }),
      source: "smtpdlint",
      message: messageText(help === undefined ? [message] : [message, `help: ${help}`]),
      ...(tag && this.client.diagnosticTags.has(tags[tag]) && { tags: [tags[tag]] }),
      ...(witness !== undefined && { data: { witness } }),
      ...(this.client.relatedPlaces && {
        relatedInformation: related.map((item) => ({ location: this.location(item.span), message: item.message })),
      }),
    };
  }
}
