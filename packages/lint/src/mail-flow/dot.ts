import { columns, type FlowNode, type MailFlow } from "./mail-flow.ts";
import { senderWords } from "./senders.ts";

/** The flow as text for Graphviz. */
export function dotText({ nodes, edges, gaps }: MailFlow): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  return [
    "digraph mail {",
    ...gaps.map((gap) => `  // ${gap}`),
    "  rankdir=LR;",
    '  node [fontname="monospace", fontsize=10, shape=box];',
    '  edge [fontname="monospace", fontsize=9];',
    ...columns.flatMap((column) =>
      columnText(
        nodes.filter((node) => node.column === column),
        names,
      ),
    ),
    ...edges.map(({ from, to, sender }) => {
      const { color, text } = senderWords[sender];
      const style = sender === "forwarded" ? ", style=dashed" : "";
      return `  ${names.get(from)} -> ${names.get(to)} [color="${color}", tooltip="${text}"${style}];`;
    }),
    "}",
    "",
  ].join("\n");
}

function columnText(nodes: readonly FlowNode[], names: ReadonlyMap<string, string>): string[] {
  if (nodes.length === 0) return [];
  return ["  { rank=same;", ...nodes.map((node) => `    ${nodeText(node, names)}`), "  }"];
}

function nodeText({ id, column, lines, isReached }: FlowNode, names: ReadonlyMap<string, string>): string {
  const shape = { entry: "cds", filters: "component", rule: "box", action: "box", destination: "folder" }[column];
  const style = [column === "action" && "rounded", !isReached && "dashed"].filter(Boolean).join(",");
  const color = isReached ? "" : ', color="#999999", fontcolor="#666666"';
  return `${names.get(id)} [shape=${shape}, label="${lines.map(escaped).join("\\n")}"${style ? `, style="${style}"` : ""}${color}];`;
}

const escaped = (text: string) => text.replace(/["\\]/g, "\\$&");
