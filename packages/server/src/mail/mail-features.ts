import {
  addressAt,
  answerMarkdown,
  answerText,
  fileNameOf,
  type Hover,
  lineText,
  type MailAnswer,
  type MailText,
  type MessageToTrace,
  mailSubjectAt,
  markdownText,
  messageToTrace,
  type PlaceOf,
  stepsAfter,
  stepsBefore,
  type View,
  type WayItem,
  type WayStep,
  wayItemsAt,
  whereMailGoes,
  whoReaches,
} from "@smtpdlint/ide";
import { folded, isRefusal, MailWays, mermaidText, svgText, testText } from "@smtpdlint/lint";
import { makeVisible, oncePer, Positions } from "@smtpdlint/model";
import type { DocumentContext } from "../document-context.ts";
import { type Page, problemPage } from "../pages.ts";
import type { TestFiles } from "../policy-tests/test-files.ts";
import type { Workspace } from "../workspace.ts";

/** With more match rules than this, a hover does not make anybody wait for who sends mail to one. */
const mostRules = 500;

/** Says what becomes of mail. It is a file of its own, since it holds all of the policy and many never ask. */
export class MailFeatures {
  /** Of the configuration that was asked about last, and of which state of all files. */
  private last: { readonly main: string; readonly generation: number; readonly ways: MailWays } | undefined;

  constructor(
    private readonly workspace: Workspace,
    private readonly tests: TestFiles,
  ) {}

  /** The ways of mail through the configuration of a document; undefined if smtpd refuses it. */
  waysOf({ view }: DocumentContext): MailWays | undefined {
    if (refusalOf(view)) return undefined;
    const { workspace, tests } = this;
    const main = view.model.sources.files[0]?.path ?? "";
    const { generation } = workspace;
    if (this.last?.main !== main || this.last.generation !== generation) {
      const [known] = tests.of(main);
      const smtpd = known?.machines[0] ?? tests.smtpdFor(main);
      this.last = { main, generation, ways: new MailWays(smtpd) };
    }
    return this.last.ways;
  }

  /** The same, unless somebody would have to wait. */
  private quickWaysOf(here: DocumentContext): MailWays | undefined {
    return here.view.model.matches.length > mostRules ? undefined : this.waysOf(here);
  }

  /** Where mail to an address goes, or who sends mail by what a name or a first word stands for. */
  hover(here: DocumentContext, offset: number): Hover | undefined {
    const written = addressAt(here.view, offset);
    if (written) {
      const markdown = this.delivery(here, written.address);
      return markdown === undefined ? undefined : { span: written.span, markdown };
    }
    const subject = mailSubjectAt(here.view, offset);
    const ways = subject && this.quickWaysOf(here);
    const answer = ways && whoReaches(subject, ways);
    return answer && { span: subject.span, markdown: answerMarkdown(answer, this.placesOf(here)) };
  }

  /** Where mail to a recipient goes, from outside and from this machine; undefined if nobody can send it. */
  delivery(here: DocumentContext, recipient: string): string | undefined {
    const ways = this.quickWaysOf(here);
    const answers = ways && whereMailGoes(`to ${testText(recipient)}`, ways.smtpd);
    if (!answers || "problem" in answers) return undefined;
    const placeOf = this.placesOf(here);
    // Names without a domain are for mail of the machine itself.
    const ordered = recipient.includes("@") ? answers : answers.toReversed();
    return ordered.map((answer) => answerMarkdown(shortened(answer), placeOf)).join("\n\n");
  }

  /** Who sends mail by the statement at a place. */
  sendersPage(here: DocumentContext, offset: number): Page {
    const ways = this.waysOf(here);
    if (!ways) return refusedPage(here);
    const subject = mailSubjectAt(here.view, offset, true);
    const answer = subject && whoReaches(subject, ways);
    if (!answer) return problemPage("put the cursor on a match rule, a listener, an action or a filter");
    return this.page(answer.title, [answer], here);
  }

  /** What becomes of a message that the words of a policy test describe. */
  tracePage(here: DocumentContext, words: string): Page {
    const ways = this.waysOf(here);
    if (!ways) return refusedPage(here);
    const answers = whereMailGoes(words, ways.smtpd);
    if ("problem" in answers) return problemPage(answers.problem);
    return this.page({ words: "what becomes of mail", code: words }, answers, here);
  }

  /** A message to begin with where somebody is asked for one; `offset` is that of the cursor. */
  messageToTrace(here: DocumentContext, offset: number | undefined): MessageToTrace | { readonly problem: string } {
    const ways = this.waysOf(here);
    return ways ? messageToTrace(here.view, offset, ways.smtpd) : { problem: refusedPage(here).title };
  }

  /** Why words describe no message that can be traced; undefined if they do. */
  problemIn(here: DocumentContext, words: string): string | undefined {
    const ways = this.waysOf(here);
    if (!ways) return refusedPage(here).title;
    const answers = whereMailGoes(words, ways.smtpd);
    return "problem" in answers ? makeVisible(answers.problem) : undefined;
  }

  /** What becomes of a message that the match rule at a place matches. */
  traceRulePage(here: DocumentContext, offset: number): Page {
    const ways = this.waysOf(here);
    if (!ways) return refusedPage(here);
    const subject = mailSubjectAt(here.view, offset, true);
    const rule =
      subject?.kind === "statement" && subject.statement.kind === "match" ? ways.ruleOf(subject.statement) : undefined;
    if (!rule) return problemPage("put the cursor on a match rule");
    const [message] = ways.exampleFor(rule)?.split(" =>") ?? [];
    if (message === undefined) return problemPage("no message was found that this rule matches");
    return this.tracePage(here, message);
  }

  /** All ways of mail, as a picture and as text. */
  flowPage(here: DocumentContext): Page {
    const ways = this.waysOf(here);
    if (!ways) return refusedPage(here);
    const flow = folded(ways.picture);
    const name = fileNameOf(here.view.model.sources.files[0]?.path ?? "");
    const title = `mail flow of ${name}`;
    const placeOf = this.placesOf(here);
    const listeners = ways.smtpd.policy.model.listeners.flatMap((statement) => {
      const answer = whoReaches({ kind: "statement", statement, span: statement.span }, ways);
      return answer ? [answer] : [];
    });
    return {
      title,
      markdown: `## ${title}\n\n\`\`\`mermaid\n${mermaidText(flow)}\`\`\`\n\n${listeners.map((one) => answerMarkdown(one, placeOf, 3)).join("\n\n")}\n`,
      lines: [title, ...listeners.flatMap((answer) => answerText(answer, placeOf))],
      svg: svgText(flow, title),
      links: Object.fromEntries(
        flow.nodes.flatMap(({ id, place }) => {
          const link = place && placeOf(place.span).link;
          return link === undefined ? [] : [[id, link]];
        }),
      ),
    };
  }

  itemsAt(here: DocumentContext, offset: number): WayItem[] {
    const subject = mailSubjectAt(here.view, offset) ?? mailSubjectAt(here.view, offset, true);
    const ways = subject && this.waysOf(here);
    return ways && subject ? wayItemsAt(subject, ways) : [];
  }

  before(here: DocumentContext, id: string): WayStep[] {
    const ways = this.waysOf(here);
    return ways ? stepsBefore(id, ways) : [];
  }

  after(here: DocumentContext, id: string): WayStep[] {
    const ways = this.waysOf(here);
    return ways ? stepsAfter(id, ways) : [];
  }

  /** One answer, or several below a title. */
  private page(title: MailText, answers: readonly MailAnswer[], here: DocumentContext): Page {
    const placeOf = this.placesOf(here);
    const [only, more] = answers;
    const markdown =
      only && !more
        ? answerMarkdown({ ...only, title }, placeOf, 2)
        : [`## ${markdownText(title)}`, ...answers.map((answer) => answerMarkdown(answer, placeOf, 3))].join("\n\n");
    return {
      title: lineText(title),
      markdown: `${markdown}\n`,
      lines: answers.flatMap((answer) => answerText(answer, placeOf)),
    };
  }

  /** Names a place by its line, and by its file where that is another one. */
  private placesOf({ view }: DocumentContext): PlaceOf {
    const positions = new Positions(view.model.sources.files);
    return (span) => {
      const path = positions.pathOf(span);
      const { line } = positions.start(span);
      const name = span.file === view.file ? `line ${line}` : `${fileNameOf(path)}:${line}`;
      return { name, link: `${this.workspace.files.clientUri(path)}#L${line}` };
    };
  }
}

/** What becomes of it, without how. */
const shortened = ({ title, gist, lines }: MailAnswer): MailAnswer => ({
  title,
  gist,
  lines: lines.filter(({ isDetail }) => !isDetail),
});

/** Why smtpd does not start with the configuration; undefined if it does. What else is wrong with it nobody waits for. */
const refusalOf = oncePer((view: View) => (view.findingsOf?.(isRefusal) ?? view.diagnostics).find(isRefusal));

function refusedPage({ view }: DocumentContext): Page {
  const refusal = refusalOf(view);
  return problemPage(`smtpd ${view.model.target} refuses this file: ${refusal?.message}`);
}
