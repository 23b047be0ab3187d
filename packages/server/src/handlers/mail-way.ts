import type { WayItem, WayStep } from "@smtpdlint/ide";
import {
  type CallHierarchyIncomingCall,
  type CallHierarchyIncomingCallsParams,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type CallHierarchyOutgoingCallsParams,
  type CallHierarchyPrepareParams,
  SymbolKind,
} from "vscode-languageserver";
import type { DocumentContext } from "../document-context.ts";
import type { Session } from "../session.ts";

const kinds: Readonly<Record<WayItem["kind"], SymbolKind>> = {
  entry: SymbolKind.Interface,
  filters: SymbolKind.Operator,
  rule: SymbolKind.Event,
  action: SymbolKind.Function,
  destination: SymbolKind.Object,
};

/** What an item is asked by: the document in which it was found, and the step. */
interface ItemData {
  readonly uri: string;
  readonly id: string;
}

/** The way of mail as a call hierarchy: a listener calls its filters and match rules, and these call actions. */
export function serveMailWay(session: Session): void {
  const { callHierarchy } = session.connection.languages;
  /** `asked` is the document in which the item was found. */
  const itemOf = ({ id, kind, name, detail, span }: WayItem, { converter }: DocumentContext, asked: string) => {
    const { uri, range } = converter.location(span);
    const data: ItemData = { uri: asked, id };
    return { name, detail, kind: kinds[kind], uri, range, selectionRange: range, data };
  };

  callHierarchy.onPrepare(
    session.guarded<CallHierarchyPrepareParams, CallHierarchyItem[] | null>(
      null,
      async ({ textDocument: { uri }, position }) => {
        const here = session.documentAt({ uri });
        if (!here) return null;
        const items = (await session.mail()).itemsAt(here, here.converter.offset(here.view.file, position));
        return items.length > 0 ? items.map((item) => itemOf(item, here, uri)) : null;
      },
    ),
  );
  callHierarchy.onIncomingCalls(
    session.guarded<CallHierarchyIncomingCallsParams, CallHierarchyIncomingCall[] | null>(null, async ({ item }) => {
      const steps = await stepsOf(item, "before");
      return steps.map(({ step, here, uri }) => {
        const from = itemOf(step.item, here, uri);
        return { from: withSender(from, step), fromRanges: [from.selectionRange] };
      });
    }),
  );
  callHierarchy.onOutgoingCalls(
    session.guarded<CallHierarchyOutgoingCallsParams, CallHierarchyOutgoingCall[] | null>(null, async ({ item }) => {
      const steps = await stepsOf(item, "after");
      return steps.map(({ step, here, uri }) => ({
        to: withSender(itemOf(step.item, here, uri), step),
        fromRanges: [item.selectionRange],
      }));
    }),
  );

  async function stepsOf({ data }: CallHierarchyItem, side: "before" | "after") {
    // Not every client hands back what an item was given.
    const { uri, id } = (data ?? {}) as Partial<ItemData>;
    const here = uri === undefined ? undefined : session.documentAt({ uri });
    if (uri === undefined || id === undefined || !here) return [];
    return (await session.mail())[side](here, id).map((step) => ({ step, here, uri }));
  }
}

/** Who sends mail this way is said first. */
const withSender = (item: CallHierarchyItem, { sender }: WayStep): CallHierarchyItem => ({
  ...item,
  detail: [`mail from ${sender}`, item.detail].filter(Boolean).join("; "),
});
