import type { Span } from "@smtpdlint/grammar";
import { makeVisible, Positions, wrap } from "@smtpdlint/model";
import {
  type Alternative,
  type Alternatives,
  type Assumption,
  type Exchange,
  type Expansion,
  type ExpansionNode,
  type ExpansionStep,
  type Explanation,
  explain,
  type FilterDecision,
  type MatchRule,
  type Message,
  type Scenario,
  type Smtpd,
  type Trace,
  verdictOf,
} from "@smtpdlint/policy";
import { nodeText, srsText, stepText } from "./expansion-words.ts";
import { assumptionText, comparedText, ruleCount, tableText, verdictText } from "./words.ts";

/** So many rules that do not take a recipient are explained. */
const mostRules = 20;

/** Where a trace is written: on a terminal, or in a box of an editor. */
export interface Paper {
  readonly paint: Paint;
  /** So wide is a line, in columns. */
  readonly columns: number;
  /** What a file is called; by its path if this is left out. */
  nameOf?(path: string): string;
  /** A part of a line of the configuration, cut to some columns so that what is between the offsets shows. */
  excerpt(line: string, start: number, end: number, columns: number): string;
}

/** What makes text stand out. */
type Paint = Readonly<Record<"bold" | "dim" | "red" | "green" | "magenta", (text: string) => string>>;

/** The message as the rules see it, for each address that they are asked about. */
export const messagesOf = ({ visits }: Expansion) =>
  visits.flatMap(({ node }) => node.steps.flatMap((step) => (step.kind === "rule" ? [step.message] : [])));

/** Says in words, line by line, what becomes of a message, and why. */
export class TraceWriter {
  private readonly paint: Paint;
  private readonly positions: Positions;

  constructor(
    private readonly smtpd: Smtpd,
    private readonly paper: Paper,
  ) {
    this.paint = paper.paint;
    this.positions = new Positions(smtpd.policy.model.sources.files);
  }

  /** The short answer first, then the way there, and what is assumed. */
  whole({ alternatives, complete }: Alternatives<Trace>, scenario: Scenario): string[] {
    const [ordinary] = alternatives as [Alternative<Trace>];
    const lines = [...this.answers(ordinary, alternatives.slice(1)), "", ...this.way(ordinary.result, scenario)];
    const assumptions = ordinary.when[0] ?? [];
    if (assumptions.length > 0) lines.push("", ...this.assumptions(assumptions));
    if (!complete) lines.push("", "There are more ways in which this may go; they were not looked at.");
    return lines;
  }

  /** A line a recipient: what becomes of it, and what else may. */
  private answers(ordinary: Alternative<Trace>, others: readonly Alternative<Trace>[]): string[] {
    const { paint } = this;
    if (ordinary.result.isDead) return [paint.red(paint.bold("smtpd crashes over it"))];
    return ordinary.result.recipients.flatMap(({ address }, index) => {
      const text = verdictAt(ordinary, index);
      const lines = this.paragraph(`${paint.bold(makeVisible(address))}: `, this.paintVerdict(text, ordinary, index));
      const conditions = new Map<string, Set<string>>();
      for (const other of others) {
        const otherText = verdictAt(other, index);
        if (otherText === text) continue;
        const known = conditions.get(otherText) ?? new Set();
        for (const way of other.when) known.add(conditionOf(way, ordinary.when[0] ?? []));
        conditions.set(otherText, known);
      }
      for (const [otherText, whens] of conditions) {
        lines.push(...this.paragraph("  or ", `${otherText}, ${shortest(whens)}`));
      }
      return lines;
    });
  }

  private paintVerdict(text: string, { result }: Alternative<Trace>, index: number): string {
    const recipient = result.recipients[index];
    if (!recipient) return text;
    const { kind } = verdictOf(recipient);
    if (kind === "refused") return this.paint.red(text);
    return kind === "accepted" ? this.paint.green(text) : this.paint.magenta(text);
  }

  /** The session, command by command. */
  way(trace: Trace, { connection }: Scenario): string[] {
    const { listener, src, client } = connection;
    const who =
      src === "local" ? "sendmail or smtpd itself" : `${src} (${makeVisible(client.name) || "without a name"})`;
    const lines = [this.paint.bold(`${who} connects`)];
    if (listener.statement) lines.push(...this.place(listener.statement.span));
    else lines.push("  to the socket that smtpd opens by itself");
    for (const exchange of trace.exchanges) lines.push(...this.exchange(exchange));
    for (const { notice, exchanges } of trace.notices) {
      const what = notice.kind === "failed" ? "it could not be delivered" : "it was delivered";
      lines.push("", this.paint.bold(`smtpd tells <${makeVisible(notice.to)}> that ${what}, by its own socket`));
      for (const exchange of exchanges) lines.push(...this.exchange(exchange));
    }
    return lines;
  }

  private exchange({ command, reply, filters, expansion }: Exchange): string[] {
    const { paint } = this;
    const last = reply === "closed" ? "(closed)" : makeVisible(reply.at(-1) ?? "");
    const isGood = /^[23]/.test(last);
    const said = command === "(connect)" ? "" : `${paint.dim(">")} ${makeVisible(command)}`;
    // Where nothing is to be explained, the code of the reply will do.
    if (isGood && filters.length === 0 && !expansion) return said ? [`${said} (${last.slice(0, 3)})`] : [];
    return [
      ...(said ? [said] : []),
      ...filters.flatMap((decision) => this.decision(decision)),
      ...(expansion ? this.expansion(expansion) : []),
      `${paint.dim("<")} ${isGood ? last : paint.red(last)}`,
    ];
  }

  private decision({ filter, action, phase }: FilterDecision): string[] {
    const what = `filter ${makeVisible(filter.name?.value ?? "")} at ${phase}: ${this.paint.magenta(action)}`;
    return [`    ${what}`, ...this.place(filter.span, "    ")];
  }

  private expansion({ visits }: Expansion): string[] {
    const [root] = visits;
    const lines: string[] = [];
    for (const { node, text } of visits) {
      if (node.kind === "address" && node !== root?.node) lines.push(`    for <${makeVisible(text)}>`);
      for (const step of node.steps) {
        if (step.kind === "rule") lines.push(...this.rules(step));
        else if (step.kind === "srs") lines.push(`    ${srsText(step)}`);
      }
    }
    const tree = root ? this.tree(root.node, "    ") : [];
    if (root && tree.length > 0) lines.push(`    ${makeVisible(root.text)}`, ...tree);
    return lines;
  }

  /** Each match rule up to the one that decides. */
  private rules({ message, ruling }: Extract<ExpansionStep, { kind: "rule" }>): string[] {
    const { ruleset } = this.smtpd;
    const last =
      ruling.outcome === "nomatch" ? ruleset.length : ruleset.findIndex(({ match }) => match === ruling.rule.match);
    const first = Math.max(0, last - mostRules);
    const lines = [];
    if (first > 0) lines.push(`    ${ruleCount(first)} before do not match`);
    for (let index = first; index < last; index++) {
      lines.push(...this.rule(ruleset[index] as MatchRule, index + 1, message, "reason"));
    }
    if (ruling.outcome === "nomatch") lines.push(`    ${this.paint.red("no rule matches")}`);
    else lines.push(...this.rule(ruleset[last] as MatchRule, last + 1, message, "whole"));
    return lines;
  }

  /** A rule with why it does not take a message, or with what all of its conditions say. */
  rule(rule: MatchRule, number: number, message: Message, detail: "reason" | "whole"): string[] {
    const { paint } = this;
    const explanations = explain(rule, message);
    const last = explanations.at(-1);
    const { span } = rule.match;
    const place = span.file === 0 ? `line ${this.positions.start(span).line}` : this.placeText(span);
    if (detail === "reason") {
      const isSure = last?.answer === false;
      const decisive = isSure ? last : explanations.find(({ answer }) => answer === "unknown");
      const reason = decisive ? this.reason(decisive, message) : "";
      const note = isSure ? "" : " (assumed not to match)";
      return this.paragraph(`    rule ${number}, ${place}: `, `no, ${reason}${note}`);
    }
    const taken = explanations.every(({ answer }) => answer === true || answer === "unknown");
    const answer = taken ? paint.green("yes") : last?.answer === "tempfail" ? paint.red("fails") : "no";
    const lines = [`    rule ${number}, ${place}: ${answer}`, ...this.excerpt(rule.match.span, "      ")];
    for (const explanation of explanations.filter((one) => !isSaidLater(one))) {
      const text = `${this.reason(explanation, message)}${foundText(explanation)}`;
      lines.push(...this.paragraph(`      ${answerMark(explanation, paint)} `, text));
    }
    return lines;
  }

  private reason(explanation: Explanation, message: Message): string {
    const { origin } = explanation;
    const written = origin === "implied" ? impliedText(explanation) : this.source(origin.span);
    return `${written}: ${comparedText(explanation, message)}`;
  }

  /** What a span says, on one line. */
  private source({ file, start, end }: Span): string {
    const text = this.positions.fileOf(file).text.slice(start, Math.min(end, start + 200));
    const line = makeVisible(text.replace(/\\?\s+/g, " "));
    return line.length > 60 ? `${line.slice(0, 59)}…` : line;
  }

  private tree(node: ExpansionNode, indent: string): string[] {
    const items: { readonly text: string; readonly child?: ExpansionNode }[] = [];
    for (const step of node.steps) {
      const text = stepText(step);
      if (text !== undefined) items.push({ text });
    }
    for (const child of node.children) items.push({ text: nodeText(child), child });
    return items.flatMap(({ text, child }, index) => {
      const isLast = index === items.length - 1;
      const below = child ? this.tree(child, `${indent}${isLast ? "   " : "│  "}`) : [];
      const [first = "", ...rest] = wrap(text, Math.max(this.paper.columns - indent.length - 7, 20));
      const more = rest.map((line) => `${indent}${isLast ? " " : "│"}      ${line}`);
      return [`${indent}${isLast ? "└─" : "├─"} ${first}`, ...more, ...below];
    });
  }

  private assumptions(assumptions: readonly Assumption[]): string[] {
    const texts = [...new Set(assumptions.map(assumptionText))];
    return [this.paint.bold("assumed"), ...texts.flatMap((text) => this.paragraph("  - ", text))];
  }

  private place(span: Span, indent = ""): string[] {
    return [`${indent}  ${this.placeText(span)}`, ...this.excerpt(span, `${indent}  `)];
  }

  private placeText(span: Span): string {
    const path = this.positions.pathOf(span);
    return `${makeVisible(this.paper.nameOf?.(path) ?? path)}:${this.positions.start(span).line}`;
  }

  private excerpt(span: Span, indent: string): string[] {
    const start = this.positions.start(span);
    const end = this.positions.end(span);
    const line = this.positions.line(span.file, start.line);
    const until = end.line === start.line ? end.column - 1 : line.length;
    const text = this.paper.excerpt(line, start.column - 1, until, this.paper.columns - indent.length - 2);
    return [`${indent}${this.paint.dim("|")} ${text}`];
  }

  /** Text behind a label, wrapped, and moved in a little further than the label. */
  private paragraph(label: string, text: string): string[] {
    const indent = " ".repeat((/^ */.exec(label)?.[0].length ?? 0) + 4);
    const [first = "", ...rest] = wrap(`${label.trimStart()}${text}`, Math.max(this.paper.columns - indent.length, 20));
    return [`${label.replace(/\S.*$/s, "")}${first}`, ...rest.map((line) => indent + line)];
  }
}

const verdictAt = ({ result }: Alternative<Trace>, index: number): string => {
  const recipient = result.recipients[index];
  return result.isDead || !recipient ? "smtpd crashes over it" : verdictText(verdictOf(recipient));
};

/** What must be otherwise for another way, as far as it differs from the ordinary one. */
function conditionOf(assumptions: readonly Assumption[], ordinary: readonly Assumption[]): string {
  const granted = new Set(ordinary.map(assumptionText));
  const texts = [...new Set(assumptions.map(assumptionText))].filter((text) => !granted.has(text));
  return texts.join(" and ");
}

/** So many conditions of one outcome are said. */
const mostConditions = 3;

/** `if a, or if b`: the simplest conditions, without those that only add to another. */
function shortest(conditions: ReadonlySet<string>): string {
  const sorted = [...conditions].toSorted((a, b) => a.length - b.length);
  const least = sorted.filter((text, index) => !sorted.slice(0, index).some((other) => text.includes(other)));
  const shown = least.slice(0, mostConditions).map((text) => `if ${text}`);
  return `${shown.join(", or ")}${least.length > mostConditions ? ", and in other cases" : ""}`;
}

const answerMark = ({ answer }: Explanation, paint: Paint): string => {
  if (answer === true) return paint.green("yes");
  if (answer === false) return "no ";
  return answer === "unknown" ? paint.magenta("?  ") : paint.red("fails");
};

/** True for the half of `from auth`, `from mail-from` and `for rcpt-to` that holds for everybody (parse.y). */
const isSaidLater = ({ property, origin }: Explanation) =>
  origin !== "implied" &&
  (property === "from" || property === "destination") &&
  ["auth", "mail-from", "rcpt-to"].includes(origin.subject?.word ?? "");

/** The key of the table that decided. */
function foundText({ compared, origin }: Explanation): string {
  if (!compared || origin === "implied" || ["any", "local"].includes(origin.subject?.word ?? "")) return "";
  const { found } = compared;
  if (found === "none") return "";
  if (found === "unknown") return ` (the contents of ${tableText(compared.condition.table.identity)} are not known)`;
  return ` (entry ${JSON.stringify(makeVisible(found.key))})`;
}

/** Conditions that nobody wrote (parse.y). */
const impliedText = ({ property }: Explanation) =>
  property === "from" ? "from local, which holds without a from" : "for local, which holds without a for";
