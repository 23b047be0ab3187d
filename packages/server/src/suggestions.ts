import { type CompletionItem, CompletionItemKind, type MarkupContent } from "vscode-languageserver";
import type { ClientCapabilities } from "./client-capabilities.ts";
import { type Suggestion, toMarkdown } from "./convert.ts";

/** What stands in for the kinds of completions that came later than the first. */
const olderKinds: Readonly<Partial<Record<CompletionItemKind, CompletionItemKind>>> = {
  [CompletionItemKind.Constant]: CompletionItemKind.Variable,
  [CompletionItemKind.Event]: CompletionItemKind.Reference,
  [CompletionItemKind.Folder]: CompletionItemKind.File,
};

const knownKind = (kind: CompletionItemKind | undefined, known: ReadonlySet<number>): CompletionItemKind =>
  [kind, kind && olderKinds[kind]].find((one) => one !== undefined && known.has(one)) ?? CompletionItemKind.Text;

/** What does not say by itself what it is, or what it stands for: editors show details of the chosen entry only. */
const described: ReadonlySet<CompletionItemKind | undefined> = new Set([
  CompletionItemKind.Reference,
  CompletionItemKind.Constant,
  CompletionItemKind.Snippet,
  CompletionItemKind.Value,
]);

/** Completions as a client shows them: with kinds that it knows, and with their documentation when it wants that. */
export class Suggestions {
  /** What documents the items of the last answer; an item of an earlier one is in no list that anybody sees. */
  private last: { readonly list: number; readonly documents: readonly Suggestion["document"][] } = {
    list: 0,
    documents: [],
  };

  constructor(private readonly client: () => ClientCapabilities) {}

  /** Without documentation for a client that asks for it later. */
  async inItsWords(suggestions: readonly Suggestion[]): Promise<CompletionItem[]> {
    const { completionKinds, labelDetails, resolvesCompletion } = this.client();
    const list = this.last.list + 1;
    this.last = { list, documents: resolvesCompletion ? suggestions.map(({ document }) => document) : [] };
    const write = await this.writer();
    return suggestions.map(({ document, kind, detail, ...item }, index) => {
      const isBeside = labelDetails && described.has(kind);
      const known: CompletionItem = {
        ...item,
        kind: knownKind(kind, completionKinds),
        ...(detail !== undefined && (isBeside ? { labelDetails: { description: detail } } : { detail })),
      };
      if (!document) return known;
      return resolvesCompletion ? { ...known, data: [list, index] } : { ...known, documentation: write(document()) };
    });
  }

  /** An item with its documentation. */
  async resolve(item: CompletionItem): Promise<CompletionItem> {
    const [list, index] = Array.isArray(item.data) ? item.data : [];
    const document = list === this.last.list ? this.last.documents[index] : undefined;
    return document ? { ...item, documentation: (await this.writer())(document()) } : item;
  }

  private async writer(): Promise<(markdown: string) => string | MarkupContent> {
    if (this.client().markdownInCompletion) return toMarkdown;
    return (await import("./plain-text.ts")).plainText;
  }
}
