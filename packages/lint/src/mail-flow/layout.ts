import { columns, type FlowEdge, type FlowNode, type MailFlow } from "./mail-flow.ts";

/** Where things stand, in pixels; the origin is above and left. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedNode[];
  readonly paths: readonly PlacedEdge[];
}

export interface PlacedNode {
  readonly node: FlowNode;
  /** The text, broken into lines that fit. */
  readonly lines: readonly string[];
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly edge: FlowEdge;
  /** A path of SVG. */
  readonly path: string;
}

/** Of the text. */
export const font = { size: 12, width: 7.3, line: 16 } as const;
export const padding = { x: 10, y: 8 } as const;

const margin = 20;
const gap = { x: 90, y: 14 } as const;
/** Longer texts are broken, and cut after some lines. */
const mostColumns = 34;
const mostLines = 8;

/**
 * Lays the flow out in columns, each in the order of the file, so that a small
 * change of the configuration changes little of the picture. Lines run between
 * the columns: a listener and its filters are a row, what is refused goes below
 * the actions, and what aliases send on goes back below everything.
 */
export function layoutOf({ nodes, edges }: MailFlow): Layout {
  const used = columns.filter((column) => nodes.some((node) => node.column === column));
  const lines = new Map(nodes.map((node) => [node.id, linesOf(node)]));
  const widths = new Map(
    used.map((column) => [
      column,
      widthOf(
        nodes.filter((node) => node.column === column),
        lines,
      ),
    ]),
  );
  const lefts = new Map<string, number>();
  let x = margin;
  for (const column of used) {
    lefts.set(column, x);
    x += (widths.get(column) ?? 0) + gap.x;
  }
  const heightOf = ({ id }: FlowNode) => (lines.get(id)?.length ?? 0) * font.line + 2 * padding.y;
  const rows = rowsOf(nodes, used);
  const heights = rows.map((column) =>
    column.reduce((sum, row) => sum + Math.max(...row.map(heightOf)) + gap.y, -gap.y),
  );
  const tallest = Math.max(...heights);
  const boxes = new Map<string, PlacedNode>();
  for (const [index, column] of rows.entries()) {
    let y = margin + (tallest - (heights[index] ?? 0)) / 2;
    for (const row of column) {
      const height = Math.max(...row.map(heightOf));
      for (const node of row) {
        const own = heightOf(node);
        boxes.set(node.id, {
          node,
          lines: lines.get(node.id) ?? [],
          left: lefts.get(node.column) ?? 0,
          top: y + (height - own) / 2,
          width: widths.get(node.column) ?? 0,
          height: own,
        });
      }
      y += height + gap.y;
    }
  }
  lowerRefused(boxes);
  const bottom = Math.max(...[...boxes.values()].map(bottomOf));
  const lane = bottom + 24;
  const filtersEnd = used.includes("filters") ? (lefts.get("filters") ?? 0) + (widths.get("filters") ?? 0) : undefined;
  const actionsStart = lefts.get("action");
  const paths = edges.map((edge): PlacedEdge => {
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)] as [PlacedNode, PlacedNode];
    const [start, end] = [rightOf(from), leftOf(to)];
    if (end.x <= start.x) return { edge, path: around(from, to, lane) };
    if (from.node.column === "entry" && to.node.column === "rule" && filtersEnd !== undefined) {
      return { edge, path: `M${at(start)}H${round(filtersEnd)}${curve({ x: filtersEnd, y: start.y }, end)}` };
    }
    if (from.node.column === "rule" && to.node.column === "destination" && actionsStart !== undefined) {
      return { edge, path: `M${at(start)}${curve(start, { x: actionsStart, y: end.y })}H${round(end.x)}` };
    }
    return { edge, path: `M${at(start)}${curve(start, end)}` };
  });
  const goesBack = paths.some(({ edge }) => edge.to === "forwards");
  return {
    width: x - gap.x + margin,
    height: goesBack ? lane + margin : bottom + margin,
    boxes: [...boxes.values()],
    paths,
  };
}

/** The nodes of each column in rows; a listener and its filters share one, of two columns. */
function rowsOf(nodes: readonly FlowNode[], used: readonly string[]): FlowNode[][][] {
  const filters = new Map(nodes.filter(({ column }) => column === "filters").map((node) => [node.id, node]));
  const inColumn = (column: string) => nodes.filter((node) => node.column === column);
  return used
    .filter((column) => column !== "filters")
    .map((column) => {
      if (column !== "entry") return withRefusedLast(inColumn(column)).map((node) => [node]);
      return inColumn(column).map((node) => {
        const own = filters.get(node.id.replace(/^entry/, "filters"));
        return own ? [node, own] : [node];
      });
    });
}

/** Moves what is refused below all actions, so that what goes there passes none of them. */
function lowerRefused(boxes: Map<string, PlacedNode>): void {
  const refused = boxes.get("refused");
  if (!refused) return;
  const above = [...boxes.values()].filter(
    ({ node }) => node !== refused.node && (node.column === "action" || node.column === "destination"),
  );
  const top = Math.max(refused.top, ...above.map((box) => bottomOf(box) + gap.y));
  boxes.set("refused", { ...refused, top });
}

const bottomOf = ({ top, height }: PlacedNode) => top + height;

const withRefusedLast = (nodes: readonly FlowNode[]) => [
  ...nodes.filter(({ id }) => id !== "refused"),
  ...nodes.filter(({ id }) => id === "refused"),
];

interface Point {
  readonly x: number;
  readonly y: number;
}

const rightOf = ({ left, top, width, height }: PlacedNode): Point => ({ x: left + width, y: top + height / 2 });
const leftOf = ({ left, top, height }: PlacedNode): Point => ({ x: left, y: top + height / 2 });

function curve(from: Point, to: Point): string {
  const middle = (from.x + to.x) / 2;
  return `C${at({ x: middle, y: from.y })} ${at({ x: middle, y: to.y })} ${at(to)}`;
}

/** From the left of a box down to a lane below everything, and up to the lower edge of another. */
function around(from: PlacedNode, to: PlacedNode, lane: number): string {
  const start = leftOf(from);
  const corner = { x: start.x - gap.x / 3, y: lane };
  const x = to.left + to.width / 2;
  return [
    `M${at({ x: start.x, y: start.y + from.height / 4 })}`,
    `C${at({ x: corner.x, y: start.y + from.height / 4 })} ${at({ x: corner.x, y: lane })} ${at({ x: corner.x - gap.x / 3, y: lane })}`,
    `H${round(x + 12)}Q${at({ x, y: lane })} ${at({ x, y: lane - 12 })}V${round(to.top + to.height)}`,
  ].join("");
}

const widthOf = (nodes: readonly FlowNode[], lines: ReadonlyMap<string, readonly string[]>) =>
  Math.max(...nodes.flatMap(({ id }) => (lines.get(id) ?? []).map(({ length }) => length))) * font.width +
  2 * padding.x;

/** The text of a box in lines that fit. */
function linesOf({ lines }: FlowNode): string[] {
  const all = lines.flatMap((line) => broken(line));
  return all.length <= mostLines ? all : [...all.slice(0, mostLines - 1), "…"];
}

function broken(text: string): string[] {
  const found: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const whole = line === "" ? word : `${line} ${word}`;
    if (whole.length <= mostColumns) {
      line = whole;
      continue;
    }
    if (line !== "") found.push(line);
    line = word.length > mostColumns ? `${word.slice(0, mostColumns - 1)}…` : word;
  }
  return [...found, line];
}

const round = (value: number) => Math.round(value * 10) / 10;
const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
