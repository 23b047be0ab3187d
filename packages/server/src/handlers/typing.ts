import { complete, hover, loadMigration, loadSnippets, signatureHelp } from "@smtpdlint/ide";
import type { CompletionItem, CompletionParams, Hover, HoverParams, SignatureHelp } from "vscode-languageserver";
import { toCompletionItem, toMarkdown } from "../convert.ts";
import type { Platform } from "../platform.ts";
import type { Session } from "../session.ts";

/** What helps while one types: completion, hover, signatures. */
export function serveTyping(session: Session, platform: Platform): void {
  const { connection, workspace } = session;
  const completions = session.guarded<CompletionParams, CompletionItem[]>([], async (params) => {
    if (session.tests.has(params.textDocument)) return session.tests.completion(params);
    const snippets = session.clientCapabilities.snippets ? await loadSnippets() : [];
    return session.answerAt<CompletionItem[]>(params, [], (view, offset, converter) => {
      const list = (path: string) => workspace.list(path, view);
      const items = complete(view, offset, { snippets, list });
      return items.map((item) => toCompletionItem(item, converter.range(item.span)));
    });
  });
  connection.onCompletion(async (params, token) => {
    const found = completions(params, token);
    const arrival = platform.arrived();
    if (!arrival) return found;
    // Perhaps of the folder whose names are wanted.
    await arrival;
    return completions(params, token);
  });
  connection.onHover(
    session.guarded<HoverParams, Hover | null>(null, async (params) => {
      if (session.tests.has(params.textDocument)) return session.tests.hover(params);
      const here = session.documentAt(params.textDocument);
      if (!here) return null;
      const { view, converter } = here;
      await loadMigration(view);
      const found = hover(view, converter.offset(view.file, params.position));
      return found ? { contents: toMarkdown(found.markdown), range: converter.range(found.span) } : null;
    }),
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
