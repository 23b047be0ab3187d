import { type FlowEdge, type FlowNode, type MailFlow, untaken } from "./mail-flow.ts";

/** With more match rules than this, neighbours that nobody could tell apart are one. */
const mostRules = 40;

/** A flow with many match rules, in which those that stand together, get the same mail and do the same are one. */
export function folded(flow: MailFlow): MailFlow {
  const rules = flow.nodes.filter(({ column, id }) => column === "rule" && id !== untaken);
  if (rules.length <= mostRules) return flow;
  const ways = waysOf(flow.edges);
  const nameOf = new Map<string, string>();
  const groups = new Map<string, FlowNode[]>();
  let last: { readonly way: string; readonly first: string } | undefined;
  for (const rule of rules) {
    const way = [...(ways.get(rule.id) ?? [])].sort().join("\n");
    if (last?.way !== way) last = { way, first: rule.id };
    nameOf.set(rule.id, last.first);
    groups.set(last.first, [...(groups.get(last.first) ?? []), rule]);
  }
  const name = (id: string) => nameOf.get(id) ?? id;
  const edges = new Map(
    flow.edges.map((edge) => {
      const one = { ...edge, from: name(edge.from), to: name(edge.to) };
      return [`${one.from}\n${one.to}`, one];
    }),
  );
  const nodes = flow.nodes.flatMap((node) => {
    const group = groups.get(node.id);
    if (group && group.length > 1) return [joined(group)];
    return name(node.id) === node.id ? [node] : [];
  });
  return { ...flow, nodes, edges: [...edges.values()] };
}

/** What each node gets mail from, and what it hands it to. */
function waysOf(edges: readonly FlowEdge[]): Map<string, string[]> {
  const ways = new Map<string, string[]>();
  const put = (id: string, way: string) => {
    const own = ways.get(id);
    if (own) own.push(way);
    else ways.set(id, [way]);
  };
  for (const { from, to, sender } of edges) {
    put(from, `> ${to}`);
    put(to, `< ${from} ${sender}`);
  }
  return ways;
}

function joined(rules: readonly FlowNode[]): FlowNode {
  const [first, last] = [rules[0], rules.at(-1)] as [FlowNode, FlowNode];
  const number = (node: FlowNode) => node.id.replace("rule", "");
  return {
    ...first,
    lines: [`rules ${number(first)} to ${number(last)}`, ...first.lines.slice(1), `and ${rules.length - 1} more`],
  };
}
