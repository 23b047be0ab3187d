import type { Filter, Span } from "@smtpdlint/grammar";
import { type FlowNode, type MailWays, type Neighbour, senderWords } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import type { MailSubject } from "./mail-subject.ts";
import { asks } from "./who-reaches.ts";

/** A step of the way of mail, as an editor shows the callers and callees of a function. */
export interface WayItem {
  /** Of the step, to ask for those before and after it. */
  readonly id: string;
  readonly kind: FlowNode["column"];
  readonly name: string;
  readonly detail: string;
  readonly span: Span;
}

/** A step before or behind another. */
export interface WayStep {
  readonly item: WayItem;
  /** Who sends mail this way: `users who log in`. */
  readonly sender: string;
}

/** The steps that a statement stands for; a filter is among the filters of each listener that asks it, perhaps in a chain. */
export function wayItemsAt(subject: MailSubject, ways: MailWays): WayItem[] {
  if (subject.kind === "table") return [];
  const { statement } = subject;
  return (statement.kind === "filter" ? filtersWith(statement, ways) : ways.nodesOf(statement)).flatMap(itemOf);
}

function filtersWith(filter: Filter, ways: MailWays): FlowNode[] {
  const { model } = ways.smtpd.policy;
  return model.listeners
    .filter((listener) => asks(listener, filter, model))
    .flatMap((listener) => ways.nodesOf(listener))
    .flatMap((entry) => ways.after(entry).map(({ node }) => node))
    .filter(({ column }) => column === "filters");
}

/** What mail comes from: of an action the rules, of a rule the listeners, their filters and what aliases send on. */
export const stepsBefore = (id: string, ways: MailWays): WayStep[] => stepsOf(id, ways, (node) => ways.before(node));

/** What mail goes to. */
export const stepsAfter = (id: string, ways: MailWays): WayStep[] => stepsOf(id, ways, (node) => ways.after(node));

function stepsOf(id: string, ways: MailWays, next: (node: FlowNode) => Neighbour[]): WayStep[] {
  const node = ways.picture.nodes.find((one) => one.id === id);
  return (node ? next(node) : []).flatMap((found) =>
    itemOf(found.node).map((item) => ({ item, sender: senderWords[found.sender].text })),
  );
}

function itemOf({ id, column, lines, place }: FlowNode): WayItem[] {
  if (!place) return [];
  const [name = "", ...rest] = lines.map(makeVisible);
  const isFilters = column === "filters";
  return [
    {
      id,
      kind: column,
      name: isFilters ? "filters" : name,
      detail: (isFilters ? [name, ...rest] : rest).join("; "),
      span: place.span,
    },
  ];
}
