import type {
  DiffAnswer,
  Difference,
  MigrateAnswer,
  PlacedText,
  Problem,
  TraceAnswer,
  WitnessesAnswer,
} from "../engine/requests.ts";
import { h } from "./dom.ts";
import { nameOf } from "./files.ts";
import { styledText } from "./styled-text.ts";

/** Shows a line of a file. */
export type GoTo = (name: string, line: number) => void;

export const problemBox = ({ problem }: Problem): HTMLElement => h("p", { class: "problem", role: "status" }, problem);

/** A trace, in which places lead to the editor. */
export function traceView(answer: TraceAnswer | Problem, goTo: GoTo): HTMLElement {
  if ("problem" in answer) return problemBox(answer);
  return styledText(answer.lines, (text) =>
    text.split(/(\/etc\/mail\/[\w./-]+:\d+|\bline \d+)/).map((part, index) => {
      if (index % 2 === 0) return part;
      const [, path, line] = /^(?:(.*):|line )(\d+)$/.exec(part) ?? [];
      const name = path === undefined ? "smtpd.conf" : nameOf(path);
      return h("button", { type: "button", class: "place", onclick: () => goTo(name, Number(line)) }, part);
    }),
  );
}

/** Messages to try, one for each match rule. */
export function witnessView(answer: WitnessesAnswer | Problem, choose: (message: string) => void): HTMLElement {
  if ("problem" in answer || answer.witnesses.length === 0) return h("div");
  return h(
    "div",
    {},
    h("h2", {}, "A message for each rule"),
    h(
      "ul",
      { class: "chips" },
      ...answer.witnesses.map(({ message, rule }) => {
        const attributes = { type: "button", class: "chip", title: rule, onclick: () => choose(message) };
        return h("li", {}, h("button", attributes, message));
      }),
    ),
  );
}

/** The tests that the server lists, and what came of them. */
export interface TestRun {
  readonly items: readonly {
    readonly id: string;
    readonly label: string;
    readonly kind: string;
    readonly line: number;
  }[];
  readonly results: ReadonlyMap<string, TestLine>;
  readonly problems: readonly string[];
}

export interface TestLine {
  readonly status: "passed" | "failed" | "new";
  readonly messages: readonly { readonly message: string; readonly expected: string | null; readonly actual: string }[];
}

const marks = { passed: "✓", failed: "✗", new: "?" } as const;
const statusWords = { passed: "passed", failed: "failed", new: "expects nothing yet" } as const;

export function testsView({ items, results, problems }: TestRun, goTo: (line: number) => void): HTMLElement {
  const all = [...results.values()];
  const count = (status: TestLine["status"]) => all.filter((one) => one.status === status).length;
  const summary = (["passed", "failed", "new"] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${statusWords[status]}`)
    .join(", ");
  return h(
    "div",
    {},
    h(
      "p",
      { role: "status", class: count("failed") > 0 ? "summary failed" : all.length > 0 ? "summary" : "help" },
      summary || "No test was run.",
    ),
    ...problems.map((problem) => problemBox({ problem })),
    h(
      "ul",
      { class: "tests" },
      ...items.map(({ id, label, kind, line }) => {
        if (kind === "group") return h("li", { class: "group" }, label);
        const result = results.get(id);
        const status = result?.status ?? "new";
        return h(
          "li",
          { class: status },
          h(
            "p",
            {},
            h("span", { class: `mark ${status}`, "aria-label": statusWords[status], role: "img" }, marks[status]),
            " ",
            h("button", { type: "button", class: "place", onclick: () => goTo(line) }, label),
          ),
          ...(result?.messages ?? []).map(({ expected, actual, message }) =>
            expected === null
              ? h("p", { class: "help" }, message)
              : h("dl", {}, h("dt", {}, "expected"), h("dd", {}, expected), h("dt", {}, "got"), h("dd", {}, actual)),
          ),
        );
      }),
    ),
  );
}

/** In place of differences to nothing. */
export const nothingBefore = (): HTMLElement =>
  h(
    "p",
    { class: "help" },
    "There is nothing before yet: take the file as it is, then change it and see what that does.",
  );

export function diffView(answer: DiffAnswer | Problem, goTo: GoTo, trace: (message: string) => void): HTMLElement {
  if ("problem" in answer) return problemBox(answer);
  const { result, summary, differences, notes } = answer;
  return h(
    "div",
    {},
    h("p", { role: "status", class: `summary ${result === "different" ? "failed" : ""}` }, summary),
    h("ol", { class: "differences" }, ...differences.map((difference) => differenceItem(difference, goTo, trace))),
    ...notes.map(({ kind, text }) => h("p", { class: "help" }, h("strong", {}, kind), ` ${text}`)),
  );
}

function differenceItem(
  { title, kind, isDangerous, who, witness, was, now }: Difference,
  goTo: GoTo,
  trace: (message: string) => void,
) {
  const side = (word: string, { outcome, places }: Difference["was"], isNow: boolean) => [
    h("dt", {}, word),
    h(
      "dd",
      { class: isNow ? "now" : "was" },
      outcome,
      ...places.map(({ line, text }) =>
        h(
          "div",
          {},
          isNow
            ? h("button", { type: "button", class: "place", onclick: () => goTo("smtpd.conf", line) }, `line ${line}`)
            : `line ${line}`,
          ": ",
          h("code", {}, text),
        ),
      ),
    ),
  ];
  return h(
    "li",
    { class: isDangerous ? "dangerous" : undefined },
    h(
      "p",
      { class: "head" },
      h("strong", {}, title),
      " ",
      h("span", { class: `severity ${isDangerous ? "error" : "info"}` }, kind),
    ),
    ...who.map((text) => h("p", { class: "help" }, text)),
    witness !== undefined &&
      h(
        "p",
        {},
        h(
          "button",
          { type: "button", class: "chip", title: "trace this message", onclick: () => trace(witness) },
          witness,
        ),
      ),
    h("dl", {}, ...side("was", was, false), ...side("now", now, true)),
  );
}

/** What a migration needs of the page. */
interface MigrateNeeds {
  /** True if the result is what the tabs hold. */
  readonly isTaken: boolean;
  /** Shows a line of an old file. */
  readonly goTo: GoTo;
  readonly trace: (message: string) => void;
}

/** A configuration from before 6.4 in today's language; nothing if there is none. */
export function migrateView(
  answer: MigrateAnswer | Problem | undefined,
  { isTaken, goTo, trace }: MigrateNeeds,
): HTMLElement {
  if (!answer) return h("div");
  if ("problem" in answer) return problemBox(answer);
  const { files, announcements, untranslated, notes, refusals } = answer;
  const item = (level: string, { path, line, text }: PlacedText, kind: string, witness?: string) => {
    const name = nameOf(path);
    const place = `${name === "smtpd.conf" ? "line " : `${name}:`}${line}`;
    return h(
      "li",
      { class: level },
      h(
        "p",
        { class: "head" },
        h("button", { type: "button", class: "place", onclick: () => goTo(name, line) }, place),
        h("span", { class: `severity ${level}` }, kind),
      ),
      h("p", {}, ...withCode(text)),
      witness !== undefined &&
        h(
          "p",
          { class: "help" },
          "for example ",
          // The trace is that of the tabs.
          isTaken
            ? h("button", { type: "button", class: "chip", onclick: () => trace(witness) }, witness)
            : h("code", {}, witness),
        ),
    );
  };
  const texts = Object.entries(files).map(([path, text]) =>
    h(
      "section",
      {},
      h("h2", {}, `${nameOf(path)} in today's language`),
      h("pre", { class: "result", tabindex: "0", "aria-label": `${nameOf(path)} in today's language` }, text),
    ),
  );
  return h(
    "div",
    {},
    h("p", { role: "status", class: `summary ${isGood(answer) ? "" : "failed"}` }, summaryOf(answer)),
    refusals > 0 &&
      problemBox({ problem: `smtpd refuses the result for ${countOf(refusals, "reason")}: use it to see why.` }),
    ...notes.map((note) => h("p", { class: "help" }, note)),
    h(
      "ul",
      { class: "findings" },
      ...untranslated.map((one) => item("error", one, "not translated")),
      // First what is about this file.
      ...announcements
        .toSorted((one, other) => Number(other.mustBeRead) - Number(one.mustBeRead))
        .map((one) => item(one.mustBeRead ? "warning" : "info", one, one.kind, one.witness)),
    ),
    ...texts,
  );
}

const isGood = ({ isProved, isOfToday }: MigrateAnswer) => isProved || isOfToday;

function summaryOf({ isOfToday, isProved, untranslated, announcements }: MigrateAnswer): string {
  if (isOfToday) return "It is in today's language already.";
  if (untranslated.length > 0) return `Not translated: ${countOf(untranslated.length, "line")}, left as comments.`;
  if (!isProved) return "It is not proved that all mail is treated as before.";
  const rest = announcements.some(({ mustBeRead }) => mustBeRead) ? ", but for what is announced" : "";
  return `Proved: all mail is treated as before${rest}.`;
}

/** A text in which backticks mark what is typed. */
const withCode = (text: string) => text.split("`").map((part, index) => (index % 2 === 0 ? part : h("code", {}, part)));

const countOf = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
