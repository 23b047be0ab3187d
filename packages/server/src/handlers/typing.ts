import { complete, hover, loadMigration, signatureHelp } from "@smtpdlint/ide";
import type { CompletionItem, CompletionParams, Hover, HoverParams, SignatureHelp } from "vscode-languageserver";
import { toCompletionItem, toMarkdown } from "../convert.ts";
import type { Platform } from "../platform.ts";
import type { Session } from "../session.ts";

/** What helps while one types: completion, hover, signatures. */
export function serveTyping(session: Session, platform: Platform): void {
  const { connection, workspace } = session;
  const completions = session.guarded<CompletionParams, CompletionItem[]>([], async (params) => {
    if (session.tests.has(params.textDocument)) return (await session.tests.features()).completion(params);
    return session.answerAt<CompletionItem[]>(params, [], (view, offset, converter) => {
      const list = (path: string) => workspace.list(path, view);
      const items = complete(view, offset, { snippets: session.clientCapabilities.snippets, list });
      return items.map((item) => toCompletionItem(item, converter.range(item.span)));
    });
  });
  connection.onCompletion(async (params, token) => {
    const found = await completions(params, token);
    const arrival = platform.arrived();
    if (!arrival) return found;
    // Perhaps of the folder whose names are wanted.
    await arrival;
    return completions(params, token);
  });
  connection.onHover(
    session.guarded<HoverParams, Hover | null>(null, async (params) => {
      if (session.tests.has(params.textDocument)) return (await session.tests.features()).hover(params);
      const here = session.documentAt(params.textDocument);
      if (!here) return null;
      const { view, converter } = here;
      await loadMigration(view);
      const offset = converter.offset(view.file, params.position);
      const found = [(await session.mail()).hover(here, offset), hover(view, offset)].filter(
        (one) => one !== undefined,
      );
      const [first] = found;
      if (!first) return null;
      const markdown = found.map((one) => one.markdown).join("\n\n---\n\n");
      return { contents: toMarkdown(markdown), range: converter.range(first.span) };
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
