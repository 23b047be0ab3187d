import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { analyse, dotText, folded, htmlText, type MailFlow, mailFlowOf, mermaidText, svgText } from "@smtpdlint/lint";
import { pictureScript } from "@smtpdlint/lint/picture";
import { blindHost } from "@smtpdlint/model";
import { outsideEnvironment, Smtpd } from "@smtpdlint/policy";
import { expect, test } from "vitest";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function flowFor(text: string): MailFlow {
  const { policy } = analyse("smtpd.conf", text, blindHost);
  return mailFlowOf(new Smtpd(policy, outsideEnvironment));
}

/** The ways as lines: `eth0 port 25 → rule 1 (anyone)`. */
function waysIn({ nodes, edges, gaps }: MailFlow): string[] {
  const text = (id: string) => nodes.find((node) => node.id === id)?.lines.join(", ");
  return [
    ...edges.map(({ from, to, sender }) => `${text(from)} → ${text(to)} (${sender})`),
    ...nodes.filter(({ isReached }) => !isReached).map(({ id }) => `no mail: ${text(id)}`),
    ...gaps.map((gap) => `not known: ${gap}`),
  ];
}

test("the ways of mail are as they stand in cases.txt", async () => {
  const [head = "", ...cases] = readFileSync(path("cases.txt"), "utf8").split(/^(?==== )/m);
  const texts = cases.map((text) => {
    const [title = "", ...rest] = text.split("\n");
    const [conf = ""] = rest.join("\n").split(/^--->\n/m);
    return `${title}\n${conf}--->\n${waysIn(flowFor(conf)).join("\n")}\n`;
  });
  expect(cases.length).toBeGreaterThan(5);
  await expect(`${head}${texts.join("\n")}`).toMatchFileSnapshot(path("cases.txt"));
});

const example = flowFor(readFileSync(path("example.conf"), "utf8"));

test.each([
  ["mmd", mermaidText(example)],
  ["dot", dotText(example)],
  ["svg", svgText(example, "mail flow of smtpd.conf")],
  // How the function is written in the sources' own build is nobody's business.
  ["html", htmlText(example, "mail flow of smtpd.conf").replace(pictureScript(), "fitPicture")],
])("an example is drawn in %s", async (ending, text) => {
  await expect(text).toMatchFileSnapshot(path(ending === "svg" ? "../../docs/mail-flow.svg" : `example.${ending}`));
});

test("no name breaks a picture", () => {
  const name = `<script>&"'\\#quot;--> ]]>`;
  const quoted = name.replaceAll(`"`, `\\"`);
  const flow = flowFor(`listen on eth0\naction "${quoted}" mbox\nmatch from any for any action "${quoted}"\n`);
  for (const draw of [svgText, htmlText]) {
    expect(draw(flow, name)).not.toContain("<script>&");
    expect(draw(flow, name)).toContain("&lt;script&gt;&amp;&quot;");
  }
  expect(dotText(flow)).toContain(`label="<script>&\\"'\\\\#quot;--> ]]>`);
  expect(mermaidText(flow)).toContain("#60;script#62;#38;#34;'#92;#35;quot;--#62; #93;#93;#62;");
});

test("many rules that nobody could tell apart are one", () => {
  const rules = (count: number, from = 0) =>
    Array.from({ length: count }, (_, n) => `match from any for domain "d${from + n}.example" action "in"\n`).join("");
  const head = 'listen on eth0\naction "in" mbox\naction "out" relay\n';
  const other = 'match from auth for any action "out"\n';
  const named = (text: string) =>
    folded(flowFor(text)).nodes.flatMap(({ column, lines }) => (column === "rule" ? [lines.join(", ")] : []));
  expect(named(head + rules(40)).length).toBe(41);
  expect(named(head + rules(30) + other + rules(20, 30))).toEqual([
    'rules 1 to 30, from any for domain "d0.example", and 29 more',
    "rule 31, from auth for any",
    'rules 32 to 51, from any for domain "d30.example", and 19 more',
    "no rule",
  ]);
});
