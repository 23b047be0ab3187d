import { type Completion, complete, hover, signatureHelp } from "@smtpdlint/ide";
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionParams,
  type Hover,
  InsertTextFormat,
  MarkupKind,
  type SignatureHelp,
} from "vscode-languageserver";
import type { Platform } from "../platform.ts";
import type { Session } from "../session.ts";

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

const toMarkdown = (value: string) => ({ kind: MarkupKind.Markdown, value });

/** What helps while one types: completion, hover, signatures. */
export function serveTyping(session: Session, platform: Platform): void {
  const { connection, workspace } = session;
  const completions = session.guarded<CompletionParams, CompletionItem[]>([], (params) =>
    session.answerAt<CompletionItem[]>(params, [], (view, offset, converter) => {
      const list = (path: string) => workspace.list(path, view);
      return complete(view, offset, { snippets: session.clientCapabilities.snippets, list }).map((item) => ({
        label: item.label,
        kind: completionKinds[item.kind],
        textEdit: { range: converter.range(item.span), newText: item.text },
        filterText: item.filter,
        sortText: `${item.rank}${item.label}`,
        insertTextFormat: item.kind === "snippet" ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
        ...(item.detail !== undefined && { detail: item.detail }),
        ...(item.documentation !== undefined && { documentation: toMarkdown(item.documentation) }),
      }));
    }),
  );
  connection.onCompletion(async (params) => {
    const found = completions(params);
    const arrival = platform.arrived();
    if (!arrival) return found;
    // Perhaps of the folder whose names are wanted.
    await arrival;
    return completions(params);
  });
  connection.onHover(
    session.guarded(null, (params) =>
      session.answerAt<Hover | null>(params, null, (view, offset, converter) => {
        const found = hover(view, offset);
        return found ? { contents: toMarkdown(found.markdown), range: converter.range(found.span) } : null;
      }),
    ),
  );
  connection.onSignatureHelp(
    session.guarded(null, (params) =>
      session.answerAt<SignatureHelp | null>(params, null, (view, offset) => {
        const signatures = signatureHelp(view, offset);
        if (signatures.length === 0) return null;
        return {
          signatures: signatures.map(({ label, help, parts, active }) => ({
            label,
            documentation: help,
            parameters: parts.map(({ start, end }) => ({ label: [start, end] as [number, number] })),
            ...(active !== undefined && { activeParameter: active }),
          })),
          activeSignature: signatures.length - 1,
        };
      }),
    ),
  );
}
