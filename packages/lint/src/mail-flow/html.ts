import type { MailFlow } from "./mail-flow.ts";
import { pictureHtml, pictureScript, pictureStyle } from "./picture.ts";
import { senderWords } from "./senders.ts";
import { escaped, svgText } from "./svg.ts";

/** The flow as one page: the picture, in which pointing at something shows its ways, and the same as a table. */
export function htmlText(flow: MailFlow, title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${flow.gaps.map((gap) => `<p>${escaped(gap)}</p>`).join("\n")}
${pictureHtml(svgText(flow, title))}
<h2>The same as a table</h2>
${tableText(flow)}
</main>
<script>
${pictureScript()}(document);
${script}</script>
</body>
</html>
`;
}

const style = [
  ":root{color-scheme:light dark;--ground:Canvas;--accent:LinkText}",
  "body{font:15px/1.5 system-ui,sans-serif;margin:1.5rem;background:Canvas;color:CanvasText}",
  // Names of files and domains may be longer than a line.
  "h1,td{overflow-wrap:anywhere}",
  // One ground for the page and the picture.
  pictureStyle,
  ".picture svg{--ground:Canvas}",
  "table{border-collapse:collapse}th,td{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}",
  "svg.chosen .node:not(.lit),svg.chosen .edge[data-from]:not(.lit){opacity:.2}",
].join("");

/** Lights what mail comes by on its way to and from the thing that is pointed at. */
const script = `const svg = document.querySelector("svg");
const edges = [...svg.querySelectorAll("path[data-from]")];
const nodes = [...svg.querySelectorAll(".node")];
function follow(id, from, to, lit) {
  for (const edge of edges) {
    if (edge.dataset[from] !== id || lit.has(edge)) continue;
    lit.add(edge);
    follow(edge.dataset[to], from, to, lit);
  }
}
function choose(node) {
  const lit = new Set();
  if (node) { follow(node.dataset.id, "from", "to", lit); follow(node.dataset.id, "to", "from", lit); }
  const ids = new Set([...lit].flatMap((edge) => [edge.dataset.from, edge.dataset.to]));
  if (node) ids.add(node.dataset.id);
  svg.classList.toggle("chosen", Boolean(node));
  for (const edge of edges) edge.classList.toggle("lit", lit.has(edge));
  for (const one of nodes) one.classList.toggle("lit", ids.has(one.dataset.id));
}
for (const node of nodes) {
  node.addEventListener("pointerenter", () => choose(node));
  node.addEventListener("pointerleave", () => choose());
}
`;

function tableText({ nodes, edges }: MailFlow): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const cell = (id: string) => {
    const node = byId.get(id);
    const place = node?.place ? `:${node.place.line} ` : "";
    return `<td>${escaped(`${place}${node?.lines.join(", ") ?? ""}`)}</td>`;
  };
  const rows = edges.map(
    ({ from, to, sender }) => `<tr>${cell(from)}${cell(to)}<td>${senderWords[sender].text}</td></tr>`,
  );
  const unreached = nodes.filter(({ isReached }) => !isReached).map(({ id }) => `<tr>${cell(id)}</tr>`);
  return [
    "<table><thead><tr><th>from</th><th>to</th><th>who sends it</th></tr></thead>",
    `<tbody>${rows.join("\n")}</tbody></table>`,
    ...(unreached.length > 0 ? [`<h2>No mail comes to</h2><table><tbody>${unreached.join("\n")}</tbody></table>`] : []),
  ].join("\n");
}
