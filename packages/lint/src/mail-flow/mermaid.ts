import { columns, type FlowNode, type MailFlow, senders } from "./mail-flow.ts";
import { senderWords } from "./senders.ts";

/** The flow as Mermaid's text, which GitHub and GitLab draw. */
export function mermaidText({ nodes, edges, gaps }: MailFlow): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const styles = senders.flatMap((sender) => {
    const numbers = [...edges.keys()].filter((number) => edges[number]?.sender === sender);
    const dashes = sender === "forwarded" ? ",stroke-dasharray:5 4" : "";
    return numbers.length > 0
      ? [`  linkStyle ${numbers.join(",")} stroke:${senderWords[sender].color},stroke-width:2px${dashes}`]
      : [];
  });
  const unreached = nodes.filter(({ isReached }) => !isReached).map(({ id }) => names.get(id));
  return [
    "flowchart LR",
    ...gaps.map((gap) => `  %% ${gap}`),
    `  %% ${legend(edges)}`,
    ...columns.flatMap((column) => nodes.filter((node) => node.column === column)).map((node) => nodeText(node, names)),
    ...edges.map(({ from, to }) => `  ${names.get(from)} --> ${names.get(to)}`),
    ...styles,
    ...(unreached.length > 0
      ? ["  classDef unreached fill:#eee,stroke:#999,color:#666", `  class ${unreached.join(",")} unreached`]
      : []),
    "",
  ].join("\n");
}

/** `#c2410c anyone, #2563eb users who log in` */
function legend(edges: MailFlow["edges"]): string {
  const used = senders.filter((sender) => edges.some((edge) => edge.sender === sender));
  return used.map((sender) => `${senderWords[sender].color} ${senderWords[sender].text}`).join(", ");
}

const shapes: Readonly<Record<FlowNode["column"], readonly [open: string, close: string]>> = {
  entry: ['(["', '"])'],
  filters: ['[["', '"]]'],
  rule: ['["', '"]'],
  action: ['("', '")'],
  destination: ['[/"', '"/]'],
};

function nodeText({ id, column, lines }: FlowNode, names: ReadonlyMap<string, string>): string {
  const [open, close] = shapes[column];
  return `  ${names.get(id)}${open}${lines.map(escaped).join("<br>")}${close}`;
}

/** Mermaid reads `#name;` and HTML, and Markdown at the start of a label. */
const escaped = (text: string) => text.replace(/[#"<>&`*_\\[\]{}()|]/g, (found) => `#${found.charCodeAt(0)};`);
