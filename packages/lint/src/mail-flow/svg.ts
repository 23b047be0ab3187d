import { font, layoutOf, type PlacedEdge, type PlacedNode, padding } from "./layout.ts";
import { type FlowNode, type MailFlow, senders } from "./mail-flow.ts";
import { senderWords } from "./senders.ts";

/** The flow as a picture. It follows the light or dark ground of whoever shows it. */
export function svgText(flow: MailFlow, title: string): string {
  const layout = layoutOf(flow);
  const legend = senders.filter((sender) => flow.edges.some((edge) => edge.sender === sender));
  const height = layout.height + legendHeight;
  const width = Math.max(layout.width, legend.length * legendColumn + 20);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" role="img" aria-labelledby="flow-title flow-text">`,
    `<title id="flow-title">${escaped(title)}</title>`,
    `<desc id="flow-text">${escaped(describe(flow))}</desc>`,
    `<style>${style}</style>`,
    `<rect class="ground" width="100%" height="100%"/>`,
    `<defs>${senders.map(arrowHead).join("")}</defs>`,
    ...layout.paths.map(pathText),
    ...layout.boxes.map(boxText),
    ...legend.map((sender, index) => legendText(sender, 20 + index * legendColumn, layout.height + 10)),
    "</svg>",
    "",
  ].join("\n");
}

const legendHeight = 30;
const legendColumn = 190;

/**
 * Who looks at it in the dark gets light on dark, who has chosen all colours gets
 * those, and strokes in place of the colours of lines. Who shows it can set the
 * variables and, by the class of their sender, the colours of lines.
 */
const style = [
  `text{font:${font.size}px ui-monospace,monospace;fill:var(--text)}`,
  "svg{--text:#1f2328;--ground:#fff;--box:#f6f8fa;--line:#57606a;--pale:#6e7781}",
  "@media(prefers-color-scheme:dark){svg{--text:#e6edf3;--ground:#0d1117;--box:#161b22;--line:#8b949e;--pale:#8b949e}}",
  ".ground{fill:var(--ground)}",
  ".node rect{fill:var(--box);stroke:var(--line)}",
  ".node .title{font-weight:bold}",
  ".unreached rect{stroke-dasharray:4 3}.unreached text{fill:var(--pale)}",
  `.edge{fill:none;stroke-width:1.8}.forwarded{stroke-dasharray:${senderWords.forwarded.dashes}}`,
  "@media(forced-colors:active){svg{--text:CanvasText;--ground:Canvas;--box:Canvas;--line:CanvasText;--pale:CanvasText}",
  ".edge{stroke:CanvasText}marker path{fill:CanvasText}",
  ...senders.map((sender) => `.edge.${sender}{stroke-dasharray:${senderWords[sender].dashes}}`),
  "}",
].join("");

/** For those who do not see the picture. */
function describe({ nodes, edges }: MailFlow): string {
  const names = new Map(nodes.map(({ id, lines }) => [id, lines[0] ?? ""]));
  const ways = edges.map(
    ({ from, to, sender }) => `${names.get(from)} to ${names.get(to)} (${senderWords[sender].text})`,
  );
  const unreached = nodes.filter(({ isReached }) => !isReached).map(({ lines }) => lines[0]);
  return [...ways, ...(unreached.length > 0 ? [`no mail comes to: ${unreached.join(", ")}`] : [])].join("; ");
}

const arrowHead = (sender: (typeof senders)[number]) =>
  `<marker id="to-${sender}" class="${sender}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="${senderWords[sender].color}"/></marker>`;

function pathText({ edge, path }: PlacedEdge): string {
  const { color, text } = senderWords[edge.sender];
  return `<path class="edge ${edge.sender}" data-from="${escaped(edge.from)}" data-to="${escaped(edge.to)}" d="${path}" stroke="${color}" marker-end="url(#to-${edge.sender})"><title>${escaped(text)}</title></path>`;
}

const radius = { entry: 12, filters: 2, rule: 4, action: 12, destination: 2 } as const;

function boxText({ node, lines, left, top, width, height }: PlacedNode): string {
  const line = node.place ? ` data-line="${node.place.line}"` : "";
  const texts = lines.map((text, index) => {
    const isTitle = index === 0 && node.column !== "filters";
    const baseline = top + padding.y + font.size + index * font.line;
    return `<text x="${round(left + padding.x)}" y="${round(baseline)}"${isTitle ? ' class="title"' : ""}>${escaped(text)}</text>`;
  });
  return `<g class="node ${node.column}${node.isReached ? "" : " unreached"}" data-id="${escaped(node.id)}"${line}><title>${escaped(hint(node))}</title><rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="${radius[node.column]}"/>${texts.join("")}</g>`;
}

const hint = ({ lines, place, isReached }: FlowNode) =>
  [...lines, ...(place ? [`${place.path}:${place.line}`] : []), ...(isReached ? [] : ["no mail comes here"])].join(
    "\n",
  );

function legendText(sender: (typeof senders)[number], x: number, y: number): string {
  const { text, color } = senderWords[sender];
  return `<path class="edge ${sender}" d="M${x} ${y}L${x + 24} ${y}" stroke="${color}" marker-end="url(#to-${sender})"/><text x="${x + 30}" y="${y + 4}">${text}</text>`;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Text and attributes of XML. */
export const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (found) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[found] as string);
