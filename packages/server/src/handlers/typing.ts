import { complete, hover, loadMigration, loadSnippets, signatureHelp } from "@smtpdlint/ide";
import {
  type CompletionItem,
  type CompletionList,
  type CompletionParams,
  type Hover,
  type HoverParams,
  InsertTextFormat,
  MarkupContent,
  MarkupKind,
  type SignatureHelp,
} from "vscode-languageserver";
import { type Suggestion, toMarkdown, toSuggestion } from "../convert.ts";
import type { Platform } from "../platform.ts";
import type { Session } from "../session.ts";
import { Suggestions } from "../suggestions.ts";
import { settingsCompletion, settingsHover } from "./settings.ts";

/**
 * True for what others follow, so that the list is to be asked for again: the name of a snippet has spaces, and behind
 * `file:`, a folder and `smtps://` there is more.
 */
const goesOn = ({ insertTextFormat, textEdit }: CompletionItem): boolean =>
  insertTextFormat === InsertTextFormat.Snippet || /(?:\w:|\/)$/.test(textEdit?.newText ?? "");

/** What helps while one types: completion, hover, signatures. */
export function serveTyping(session: Session, platform: Platform): void {
  const { connection, workspace } = session;
  const suggestions = new Suggestions(() => session.clientCapabilities);
  const completions = session.guarded<CompletionParams, Suggestion[]>([], async (params) => {
    const isUnasked = params.context?.triggerCharacter === " ";
    if (session.tests.has(params.textDocument)) return (await session.tests.features()).completion(params, isUnasked);
    if (workspace.hasSettings(params.textDocument.uri)) return settingsCompletion(workspace, params);
    const ofTable = session.ofTable(params, (tables, workspace) => tables.completion(workspace, params, isUnasked));
    if (ofTable) return ofTable;
    const snippets = session.clientCapabilities.snippets ? await loadSnippets() : [];
    return session.answerAt<Suggestion[]>(params, [], (view, offset, converter) => {
      const list = (path: string) => workspace.hosts.list(path, view);
      const { replaces } = session.clientCapabilities;
      const items = complete(view, offset, { snippets, replaces, isUnasked, list });
      return items.map((item) => toSuggestion(item, converter.range(item.span)));
    });
  });
  connection.onCompletion(async (params, token) => {
    const found = await completions(params, token);
    const arrival = platform.arrived();
    if (!arrival) return forClient(await found);
    // Perhaps of the folder whose names are wanted.
    await arrival;
    return forClient(await completions(params, token));
  });
  async function forClient(items: readonly Suggestion[]): Promise<CompletionItem[] | CompletionList> {
    const shown = await suggestions.inItsWords(items);
    const isIncomplete = shown.some(goesOn);
    return isIncomplete ? { isIncomplete, items: shown } : shown;
  }
  connection.onCompletionResolve((item, token) => session.guarded(item, () => suggestions.resolve(item))(item, token));
  connection.onHover(
    session.guarded<HoverParams, Hover | null>(null, async (params) => {
      const found = await hoverAt(params);
      if (!found || session.clientCapabilities.markdownInHover || !MarkupContent.is(found.contents)) return found;
      const { plainText } = await import("../plain-text.ts");
      return { ...found, contents: { kind: MarkupKind.PlainText, value: plainText(found.contents.value) } };
    }),
  );
  /** Where mail to the recipient goes that stands in a table, and the hover of the table. */
  async function withDelivery(
    { textDocument }: HoverParams,
    { hover, recipient }: { hover: Hover | null; recipient: string | undefined },
  ): Promise<Hover | null> {
    const here = recipient === undefined ? undefined : await session.configurationOf(textDocument);
    const delivery = here && recipient !== undefined ? (await session.mail()).delivery(here, recipient) : undefined;
    if (!hover || delivery === undefined || !MarkupContent.is(hover.contents)) return hover;
    return { ...hover, contents: toMarkdown(`${delivery}\n\n---\n\n${hover.contents.value}`) };
  }
  async function hoverAt(params: HoverParams): Promise<Hover | null> {
    if (session.tests.has(params.textDocument)) return (await session.tests.features()).hover(params);
    if (workspace.hasSettings(params.textDocument.uri)) return settingsHover(workspace, params);
    const ofTable = session.ofTable(params, (tables, workspace) => ({
      hover: tables.hover(workspace, params),
      recipient: tables.recipient(workspace, params),
    }));
    if (ofTable) return withDelivery(params, await ofTable);
    const here = session.documentAt(params.textDocument);
    if (!here) return null;
    const { view, converter } = here;
    await loadMigration(view);
    const offset = converter.offset(view.file, params.position);
    const found = [(await session.mail()).hover(here, offset), hover(view, offset)].filter((one) => one !== undefined);
    const [first] = found;
    if (!first) return null;
    const markdown = found.map((one) => one.markdown).join("\n\n---\n\n");
    return { contents: toMarkdown(markdown), range: converter.range(first.span) };
  }
  connection.onSignatureHelp(
    session.guarded(null, (params) =>
      session.answerAt<SignatureHelp | null>(params, null, (view, offset) => {
        const signatures = signatureHelp(view, offset);
        if (signatures.length === 0) return null;
        const { labelOffsets, activeParameters } = session.clientCapabilities;
        const active = signatures.at(-1)?.active;
        return {
          signatures: signatures.map(({ label, help, parts, active }) => ({
            label,
            documentation: help,
            parameters: parts.map(({ start, end }) => ({
              label: labelOffsets ? ([start, end] as [number, number]) : label.slice(start, end),
            })),
            ...(active !== undefined && activeParameters && { activeParameter: active }),
          })),
          activeSignature: signatures.length - 1,
          ...(active !== undefined && !activeParameters && { activeParameter: active }),
        };
      }),
    ),
  );
}
