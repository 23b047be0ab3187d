import { type Action, lineColumn, lineStarts, type Span, type Statement } from "@smtpdlint/grammar";
import { isRelay, optionOf, outcomeOf, tlsOption } from "@smtpdlint/model";
import {
  type Box,
  type EntryPoint,
  type Flow,
  flowOf,
  has,
  type MatchRule,
  portsOf,
  type Smtpd,
  textAt,
} from "@smtpdlint/policy";
import { destinationsOf } from "./destinations.ts";
import { filterText } from "./filter-text.ts";

/** The columns of the picture, from left to right. */
export const columns = ["entry", "filters", "rule", "action", "destination"] as const;

/** A thing that mail comes by. */
export interface FlowNode {
  readonly id: string;
  readonly column: (typeof columns)[number];
  /** The first is the title. */
  readonly lines: readonly string[];
  /** The statement that it stands for, and its line; undefined for what is written nowhere. */
  readonly place: { readonly span: Span; readonly path: string; readonly line: number } | undefined;
  /** False for what no message comes to. */
  readonly isReached: boolean;
}

/** Who sends mail this way, the most open first: each stands for those after it too. */
export const senders = ["anyone", "networks", "users", "machine", "forwarded"] as const;
export type Sender = (typeof senders)[number];

/** Mail goes from one thing to the next. */
export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  readonly sender: Sender;
}

/** The ways of mail through a configuration. */
export interface MailFlow {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
  /** What is not known, in words. */
  readonly gaps: readonly string[];
}

/**
 * Draws the ways of mail: an edge is there only if a message can take it, by
 * the match rules. What filters refuse is not left out.
 */
export function mailFlowOf(smtpd: Smtpd, flow: Flow = flowOf(smtpd)): MailFlow {
  return new Builder(smtpd, flow).build();
}

/** The id of what stands for the end of all rules. */
export const untaken = "untaken";

const refusal = { id: "refused", lines: ["refused"] } as const;

class Builder {
  private readonly nodes = new Map<string, FlowNode>();
  private readonly edges = new Map<string, FlowEdge>();
  private readonly reached = new Set<string>();
  /** The most open of those who send mail to something. */
  private readonly coming = new Map<string, Sender>();
  private readonly entries: readonly EntryPoint[];
  private readonly starts = new Map<number, readonly number[]>();

  constructor(
    private readonly smtpd: Smtpd,
    private readonly flow: Flow,
  ) {
    this.entries = flow.sides.ways.map(({ old }) => old as EntryPoint);
  }

  build(): MailFlow {
    for (const [way, point] of this.entries.entries()) this.addEntry(point, way);
    const { ruleset } = this.smtpd;
    const canForward = ruleset.some((rule) => this.flow.taken.has(rule) && this.isLocal(rule));
    if (canForward) this.addNode("forwards", "entry", ["aliases and .forward", "send mail on"], undefined);
    for (const rule of ruleset) this.addRule(rule, canForward);
    this.addEdges(untaken, this.flow.untaken, canForward);
    if (this.reached.has(untaken)) {
      this.addNode(untaken, "rule", ["no rule"], undefined);
      this.addNode(refusal.id, "destination", refusal.lines, undefined);
      this.addEdge(untaken, refusal.id, this.mostOpen(untaken));
    }
    const gaps = this.flow.isComplete ? [] : ["not all rules, or not all ways to them, are known"];
    const nodes = [...this.nodes.values()].map((node) => ({
      ...node,
      isReached: this.reached.has(node.id) || !this.flow.isComplete,
    }));
    return { nodes, edges: [...this.edges.values()], gaps };
  }

  // ---- entries

  private addEntry(point: EntryPoint, way: number): void {
    const { listener, reach, auth, tag } = point;
    const id = entryId(way);
    const isSocket = reach === "socket" || !listener;
    const title = isSocket ? "socket" : `${listener.interface?.value ?? ""} port ${portsOf(listener).join(", ")}`;
    const login = { none: "", optional: "login possible", required: "login needed" }[auth];
    const details = isSocket ? ["sendmail"] : [listener && tlsOption(listener)?.keyword.word, login];
    const text = [...details, tag && `tag ${tag}`].filter(Boolean).join(", ");
    this.addNode(id, "entry", text ? [title, text] : [title], listener);
    const filters = listener ? this.smtpd.policy.filtersOf(listener) : [];
    if (filters.length === 0) return;
    const lines = filters.map((filter) => filterText(filter, this.smtpd.policy.model));
    this.addNode(filtersId(way), "filters", lines, filters[0]);
  }

  /** From ways in, through their filters, to what takes these messages. */
  private addEdges(to: string, boxes: readonly Box[], canForward: boolean): void {
    for (const box of boxes) {
      for (const way of this.entries.keys()) {
        const sender = this.senderOf(box, way);
        if (!sender) continue;
        const filters = this.nodes.get(filtersId(way));
        if (filters) this.addEdge(entryId(way), filters.id, sender);
        this.addEdge(filters?.id ?? entryId(way), to, sender);
      }
      if (canForward && (!box.sets.source || has(box.sets.source, internal))) {
        this.addEdge("forwards", to, "forwarded");
      }
    }
  }

  /** The most open of those who send messages of a box by a way in; undefined if nobody does. */
  private senderOf({ sets, unknowns }: Box, way: number): Sender | undefined {
    const point = this.entries[way] as EntryPoint;
    if (sets.way && !has(sets.way, way)) return undefined;
    const { sources, logins, unknowns: known } = this.flow.sides;
    if (point.reach === "socket") return !sets.source || has(sets.source, local) ? "machine" : undefined;
    const clients = this.clientsOf(way).filter((number) => !sets.source || has(sets.source, number));
    if (clients.length === 0) return undefined;
    const isOwn = [...unknowns].some(
      ([number, is]) => is && known.all[number]?.table === "<localhost>" && known.all[number]?.property === "source",
    );
    if (isOwn || clients.every((number) => sources.isLoopback(number))) return "machine";
    const { user } = sets;
    const isAnonymous = (!user || has(user, logins.nobody)) && point.auth !== "required" && !point.wantsCertificate;
    if (!isAnonymous) return "users";
    const isOutside = point.reach === "outside" && clients.some((number) => sources.isOutside(number));
    return isOutside ? "anyone" : "networks";
  }

  /** The addresses from which clients come by a way in. */
  private clientsOf(way: number): readonly number[] {
    let found = this.starts.get(way);
    if (!found) {
      const { families } = this.entries[way] as EntryPoint;
      found = families.flatMap((family) => this.flow.sides.sources.ofFamily(family));
      this.starts.set(way, found);
    }
    return found;
  }

  // ---- rules and actions

  private addRule(rule: MatchRule, canForward: boolean): void {
    const { match } = rule;
    const number = this.smtpd.numberOf(rule);
    const id = `rule${number}`;
    const text = textAt(match.span, this.smtpd.policy.model);
    const conditions = text.replace(/^match\s*/, "").replace(/\s*(?:action\s+\S+|reject)$/, "");
    this.addNode(id, "rule", [`rule ${number}`, conditions || "from local for local"], match);
    this.addEdges(id, this.flow.taken.get(rule) ?? [], canForward);
    const action = this.smtpd.policy.model.symbols.actionOf(match);
    if (outcomeOf(match) === "reject" || !action) {
      this.addNode(refusal.id, "destination", refusal.lines, undefined);
      this.follow(id, refusal.id);
      return;
    }
    const actionId = this.addAction(action);
    this.follow(id, actionId);
    for (const { text, isOther } of destinationsOf(action, this.smtpd.policy)) {
      const destination = `destination ${text}`;
      this.addNode(destination, "destination", [text], undefined);
      this.follow(actionId, destination);
      if (isOther && this.reached.has(actionId)) this.addEdge(actionId, "forwards", "forwarded");
    }
  }

  private addAction(action: Action): string {
    const id = `action ${action.name?.value}`;
    const tables = ["alias", "virtual", "userbase"].flatMap((word) => {
      const option = optionOf(action, word);
      return option ? [textAt(option.span, this.smtpd.policy.model)] : [];
    });
    const method = [action.method?.word, action.modifier?.word, ...tables].filter(Boolean).join(" ");
    this.addNode(id, "action", [`${action.name?.value}`, method], action);
    return id;
  }

  private isLocal({ match }: MatchRule): boolean {
    const action = this.smtpd.policy.model.symbols.actionOf(match);
    return outcomeOf(match) !== "reject" && action !== undefined && !isRelay(action);
  }

  // ---- nodes and edges

  private addNode(id: string, column: FlowNode["column"], lines: readonly string[], statement?: Statement): void {
    if (this.nodes.has(id)) return;
    this.nodes.set(id, { id, column, lines, place: statement && this.placeOf(statement.span), isReached: false });
  }

  private placeOf(span: Span): FlowNode["place"] {
    const file = this.smtpd.policy.model.sources.files[span.file];
    return { span, path: file?.path ?? "", line: lineColumn(lineStarts(file?.text ?? ""), span.start).line };
  }

  /** What comes to something goes on. */
  private follow(from: string, to: string): void {
    if (this.reached.has(from)) this.addEdge(from, to, this.mostOpen(from));
  }

  private mostOpen(id: string): Sender {
    return this.coming.get(id) ?? "forwarded";
  }

  private addEdge(from: string, to: string, sender: Sender): void {
    const key = `${from}\n${to}`;
    const before = this.edges.get(key);
    // What comes from an alias is told apart, whoever else comes this way.
    if (before && senders.indexOf(before.sender) <= senders.indexOf(sender)) return;
    this.edges.set(key, { from, to, sender });
    if (senders.indexOf(sender) < senders.indexOf(this.mostOpen(to))) this.coming.set(to, sender);
    this.reached.add(from).add(to);
  }
}

/** The local socket, and what an alias or a `.forward` has produced (policy's sources). */
const local = 0;
const internal = 1;

const entryId = (way: number) => `entry${way + 1}`;
const filtersId = (way: number) => `filters${way + 1}`;
