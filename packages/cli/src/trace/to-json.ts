import type { Span } from "@smtpdlint/grammar";
import { assumptionText, comparedText, verdictText } from "@smtpdlint/lint";
import { Positions } from "@smtpdlint/model";
import {
  type Alternative,
  type Alternatives,
  type Assumption,
  type Delivered,
  type Exchange,
  type Expansion,
  type ExpansionNode,
  explain,
  type MatchRule,
  type Message,
  type NoticeTrace,
  type RecipientTrace,
  type Scenario,
  type Smtpd,
  type Trace,
  verdictOf,
} from "@smtpdlint/policy";

/** The trace as data; `schema/trace.schema.json` describes it. */
export function traceJson({ alternatives, complete }: Alternatives<Trace>, scenario: Scenario, smtpd: Smtpd): object {
  const writer = new Writer(smtpd);
  return {
    version: 1,
    target: smtpd.target,
    client: clientOf(scenario, writer),
    complete,
    ways: alternatives.map((alternative) => writer.way(alternative)),
  };
}

const clientOf = ({ connection, mailFrom, helo, user }: Scenario, writer: Writer) => ({
  address: connection.src,
  name: connection.client.name,
  confirmed: connection.client.confirmed,
  helo,
  user: user ?? null,
  sender: mailFrom,
  listener: connection.listener.statement ? writer.place(connection.listener.statement.span) : null,
});

class Writer {
  private readonly positions: Positions;

  constructor(private readonly smtpd: Smtpd) {
    this.positions = new Positions(smtpd.policy.model.sources.files);
  }

  place(span: Span) {
    return { file: this.positions.pathOf(span), ...this.positions.start(span) };
  }

  way({ result, when }: Alternative<Trace>) {
    return {
      assumptions: when.map((way) => way.map((one) => this.assumption(one))),
      crashes: result.isDead,
      recipients: result.recipients.map((recipient) => this.recipient(recipient)),
      exchanges: result.exchanges.map((exchange) => this.exchange(exchange)),
      notices: result.notices.map((notice) => this.notice(notice)),
    };
  }

  private assumption(assumption: Assumption) {
    const { topic, about, table } = assumption.question;
    return { topic, about, table: table ?? null, answer: assumption.answer, text: assumptionText(assumption) };
  }

  private recipient(recipient: RecipientTrace) {
    const verdict = verdictOf(recipient);
    return {
      address: recipient.address,
      verdict: verdict.kind,
      text: verdictText(verdict),
      reply: verdict.kind === "refused" || verdict.kind === "deferred" ? verdict.reply : null,
      deliveries: recipient.delivered.map((item) => delivery(item)),
    };
  }

  private exchange({ command, reply, filters, expansion }: Exchange) {
    return {
      command,
      reply: reply === "closed" ? null : reply,
      filters: filters.map(({ filter, phase, action }) => ({
        filter: filter.name?.value ?? "",
        phase,
        action,
        place: this.place(filter.span),
      })),
      ...(expansion && { expansion: this.expansion(expansion) }),
    };
  }

  private expansion({ visits, root }: Expansion) {
    return {
      addresses: visits.flatMap(({ node, text }) =>
        node.steps.flatMap((step) => (step.kind === "rule" ? [this.ruling(text, step)] : [])),
      ),
      tree: nodeOf(root),
    };
  }

  private ruling(address: string, { message, ruling }: Extract<ExpansionNode["steps"][number], { kind: "rule" }>) {
    const { ruleset } = this.smtpd;
    const at = ruling.outcome === "nomatch" ? -1 : ruleset.findIndex(({ match }) => match === ruling.rule.match);
    const asked = at === -1 ? ruleset : ruleset.slice(0, at + 1);
    return {
      address,
      outcome: ruling.outcome === "nomatch" ? "none" : ruling.outcome,
      rule: at === -1 ? null : at + 1,
      rules: asked.map((rule, index) => this.rule(rule, index + 1, message)),
    };
  }

  private rule(rule: MatchRule, number: number, message: Message) {
    return {
      number,
      place: this.place(rule.match.span),
      conditions: explain(rule, message).map((explanation) => {
        const { origin, answer, compared } = explanation;
        return {
          text: origin === "implied" ? "implied" : this.source(origin.span),
          answer,
          because: comparedText(explanation, message),
          key: typeof compared?.found === "object" ? compared.found.key : null,
        };
      }),
    };
  }

  private source({ file, start, end }: Span): string {
    return this.positions.fileOf(file).text.slice(start, end);
  }

  private notice({ notice, exchanges, delivered }: NoticeTrace) {
    return {
      kind: notice.kind,
      to: notice.to,
      exchanges: exchanges.map((exchange) => this.exchange(exchange)),
      deliveries: delivered.map((item) => delivery(item)),
    };
  }
}

const delivery = ({ queued, outcome }: Delivered) => ({
  action: queued.envelope.action,
  destination: queued.envelope.dest,
  result: outcome.result ?? null,
  status: outcome.status,
  to: outcome.destination ?? null,
});

const nodeOf = (node: ExpansionNode): object => ({
  kind: node.kind,
  text: node.kind === "address" ? `${node.text}@${node.domain}` : node.text,
  children: node.children.map(nodeOf),
});
