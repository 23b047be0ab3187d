import { isSameSpan, type Match, type Statement } from "@smtpdlint/grammar";
import {
  type Candidate,
  candidatesOf,
  type Flow,
  flowOf,
  type MatchRule,
  reachedBy,
  type Smtpd,
  scenarioFor,
  traceMessage,
  unreachableRules,
} from "@smtpdlint/policy";
import { whoTexts } from "../policy-diff/who.ts";
import { testFor, testOf } from "../policy-tests/starter.ts";
import { conditionsText } from "../policy-tests/words.ts";
import { type FlowNode, type MailFlow, mailFlowOf, type Sender, untaken } from "./mail-flow.ts";

/** What mail comes from or goes to next, and who sends it this way. */
export interface Neighbour {
  readonly node: FlowNode;
  readonly sender: Sender;
}

/** So many messages are tried to find one that takes a rule. */
const mostCandidates = 40;

/** The ways of mail through a configuration, to be asked about one statement at a time. Worked out when it is asked first. */
export class MailWays {
  private knownFlow: Flow | undefined;
  private knownPicture: MailFlow | undefined;
  private covered: ReadonlyMap<Match, readonly Match[]> | undefined;

  constructor(readonly smtpd: Smtpd) {}

  private get flow(): Flow {
    this.knownFlow ??= flowOf(this.smtpd);
    return this.knownFlow;
  }

  /** Listeners, filters, rules, actions and destinations, and what leads from one to the next. */
  get picture(): MailFlow {
    this.knownPicture ??= mailFlowOf(this.smtpd, this.flow);
    return this.knownPicture;
  }

  /** False if there are more kinds of messages than were looked at. */
  get isComplete(): boolean {
    return this.flow.isComplete;
  }

  ruleOf(match: Match): MatchRule | undefined {
    return this.smtpd.ruleset.find((rule) => isSameSpan(rule.match.span, match.span));
  }

  /** The messages that a rule takes, in words: `from anywhere to *@example.org`; none if it takes none. */
  messagesTo(rule: MatchRule): string[] {
    return whoTexts(this.flow.taken.get(rule) ?? [], this.flow.sides);
  }

  /** The rules before one that take all of its messages; empty if it takes some, or if that is not sure. */
  coveringRules({ match }: MatchRule): readonly Match[] {
    this.covered ??= unreachableRules(this.smtpd.policy);
    return this.covered.get(match) ?? [];
  }

  /** A message that takes a rule, and what becomes of it, as a policy test; undefined if none is found. */
  exampleFor(rule: MatchRule): string | undefined {
    const { taken } = this.flow;
    const boxes = taken.get(rule) ?? [];
    if (boxes.length === 0 && this.isComplete) return undefined;
    const written = testFor(rule, this.smtpd);
    if (written !== undefined) return written;
    const { sides } = this.flow;
    let count = 0;
    for (const candidate of candidatesOf({ kind: "reply", old: sides.refused, new: sides.refused, boxes }, sides)) {
      if (++count > mostCandidates) break;
      const found = this.testOf(candidate, rule);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private testOf(candidate: Candidate, rule: MatchRule): string | undefined {
    const { smtpd } = this;
    const { sides } = this.flow;
    const scenario = scenarioFor(candidate, sides.current, sides);
    if (!scenario || scenario === "impossible") return undefined;
    const [ordinary] = traceMessage(smtpd, scenario).alternatives;
    const isTaken = ordinary && reachedBy(scenario, ordinary.result).rules.some(({ match }) => match === rule.match);
    return isTaken ? testOf(conditionsText(scenario, smtpd), smtpd) : undefined;
  }

  /** What stands for a listener, a rule, an action or the filters of a listener; nothing does for other statements. */
  nodesOf(statement: Statement): FlowNode[] {
    return this.picture.nodes.filter(({ place }) => place && isSameSpan(place.span, statement.span));
  }

  /** What mail comes from, before `node`; what stands nowhere is passed over. */
  before(node: FlowNode): Neighbour[] {
    return this.next(node.id, "to", "from");
  }

  /** What mail goes to, after `node`; what stands nowhere is passed over. */
  after(node: FlowNode): Neighbour[] {
    return this.next(node.id, "from", "to");
  }

  /** Where an action takes mail, in words: `LMTP /var/run/lmtp`. */
  destinationsOf({ id }: FlowNode): string[] {
    const { nodes, edges } = this.picture;
    const next = new Set(edges.filter(({ from }) => from === id).map(({ to }) => to));
    return nodes
      .filter((node) => node.column === "destination" && next.has(node.id))
      .map(({ lines }) => lines[0] ?? "");
  }

  /** True if mail that comes in there may find no rule that takes it. */
  mayBeUntaken(node: FlowNode): boolean {
    const ids = [node.id, ...this.after(node).map((next) => next.node.id)];
    return this.picture.edges.some(({ from, to }) => to === untaken && ids.includes(from));
  }

  private next(id: string, near: "from" | "to", far: "from" | "to", seen = new Set<string>()): Neighbour[] {
    const { nodes, edges } = this.picture;
    return edges
      .filter((edge) => edge[near] === id && !seen.has(edge[far]))
      .flatMap((edge) => {
        seen.add(edge[far]);
        const node = nodes.find((one) => one.id === edge[far]);
        if (!node) return [];
        return node.place ? [{ node, sender: edge.sender }] : this.next(node.id, near, far, seen);
      });
  }
}
