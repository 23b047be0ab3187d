import { isSameSpan } from "@smtpdlint/grammar";
import { reachedBy, type Scenario, type Smtpd, type Trace } from "@smtpdlint/policy";
import { readMessage } from "../policy-tests/read.ts";
import { runTests } from "../policy-tests/run.ts";
import { type FlowEdge, type FlowNode, type MailFlow, mailFlowOf, untaken } from "./mail-flow.ts";

/** The way of one message, which the words of a policy test describe, in all ways that things may go. */
export function flowOfMessage(words: string, smtpd: Smtpd): MailFlow | { readonly problem: string } {
  const message = readMessage(words);
  if ("problem" in message) return message;
  const [result] = runTests([message], smtpd);
  if (!result?.scenario) return { problem: `no listener accepts such a message: ${words}` };
  const traces = result.ways.map(({ trace }) => trace);
  return wayOfMessage(mailFlowOf(smtpd), smtpd, result.scenario, traces);
}

/** What of a flow one message comes by. */
function wayOfMessage(
  { nodes, edges, gaps }: MailFlow,
  smtpd: Smtpd,
  scenario: Scenario,
  traces: readonly Trace[],
): MailFlow {
  const reached = traces.map((trace) => reachedBy(scenario, trace));
  const statements = reached.flatMap(({ listener, rules }) => [
    listener,
    ...rules.flatMap(({ match }) => [match, smtpd.policy.model.symbols.actionOf(match)]),
  ]);
  const kept = new Set<string>();
  for (const statement of statements) {
    const node =
      statement &&
      nodes.find(({ place, column }) => column !== "filters" && place && isSameSpan(place.span, statement.span));
    if (node) kept.add(node.id);
  }
  const isBySocket = scenario.connection.listener.isSocket;
  const entry = nodes.find(({ id, lines }) =>
    isBySocket ? id.startsWith("entry") && lines[0] === "socket" : id.startsWith("entry") && kept.has(id),
  );
  const filters = entry && nodes.find(({ id }) => id === entry.id.replace(/^entry/, "filters"));
  for (const node of [entry, filters]) if (node) kept.add(node.id);
  const recipients = traces.flatMap((trace) => trace.recipients);
  const asked = recipients.flatMap(({ expansion }) => (expansion?.visits ?? []).map(({ node }) => node));
  const [direct, sentOn] = [false, true].map((wanted) =>
    idsOf(
      asked.filter((node) => isSentOn(node) === wanted),
      smtpd,
    ),
  );
  if (asked.some(isSentOn)) kept.add("forwards");
  const isRefused = recipients.some(({ refusal }) => refusal);
  const hasRule = reached.some(({ rules }) => rules.length > 0);
  if (isRefused && nodes.some(({ id }) => id === untaken) && !hasRule && asksRules(traces)) kept.add(untaken);
  const delivered = recipients.flatMap((recipient) => recipient.delivered);
  const delivering = new Set(delivered.map(({ queued }) => `action ${queued.envelope.action}`));
  const isEnd = ({ from, to }: FlowEdge) =>
    kept.has(from) &&
    (!from.startsWith("action ") || delivering.has(from)) &&
    nodes.some(({ id, column }) => id === to && column === "destination");
  const ends = edges.filter((edge) => isEnd(edge) && (edge.to !== "refused" || isRefused)).map(({ to }) => to);
  for (const end of ends) kept.add(end);
  const isTaken = ({ from, to }: FlowEdge) => {
    const rules = from === "forwards" ? sentOn : direct;
    return !to.startsWith("rule") || rules?.has(to);
  };
  const shown = edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to) && isTaken(edge));
  const stop = filters ?? entry;
  if (!isRefused || hasRule || kept.has(untaken) || !stop) return { nodes: inOrder(nodes, kept), edges: shown, gaps };
  // It got no further than the listener and its filters.
  const refused: FlowNode = {
    id: "refused",
    column: "destination",
    lines: ["refused"],
    place: undefined,
    isReached: true,
  };
  const sender = edges.find(({ from }) => from === entry?.id)?.sender ?? "anyone";
  return {
    nodes: [...inOrder(nodes, kept).filter(({ id }) => id !== refused.id), refused],
    edges: [...shown, { from: stop.id, to: refused.id, sender }],
    gaps,
  };
}

const inOrder = (nodes: readonly FlowNode[], kept: ReadonlySet<string>) => nodes.filter(({ id }) => kept.has(id));

type Visited = NonNullable<Trace["recipients"][number]["expansion"]>["visits"][number]["node"];

/** The rules that have taken addresses. */
const idsOf = (nodes: readonly Visited[], smtpd: Smtpd) =>
  new Set(
    nodes.flatMap(({ steps }) =>
      steps.flatMap((step) =>
        step.kind === "rule" && step.ruling.outcome === "rule" ? [`rule${smtpd.numberOf(step.ruling.rule)}`] : [],
      ),
    ),
  );

/** An address that an alias or a `.forward` has named. */
const isSentOn = ({ kind, origin }: Visited) => kind === "address" && origin.kind !== "recipient";

/** True if smtpd got as far as its match rules. */
const asksRules = (traces: readonly Trace[]) =>
  traces.some(({ recipients }) =>
    recipients.some(({ expansion }) =>
      expansion?.visits.some(({ node }) => node.steps.some(({ kind }) => kind === "rule")),
    ),
  );
