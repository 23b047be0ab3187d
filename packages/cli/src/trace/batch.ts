import { newestRelease, parseRelease, type Release } from "@smtpdlint/grammar";
import { type Analysis, analyse, isRefusal, unknownText } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import {
  Assumptions,
  type Delivered,
  type Destination,
  describedEnvironment,
  type EnvironmentDescription,
  type Exchange,
  Expander,
  entryPointsAt,
  type Message,
  noticesOf,
  type QueuedEnvelope,
  type QueuedMessage,
  type Session,
  Smtpd,
  smtpdUser,
} from "@smtpdlint/policy";
import { batchEnvironment, recorder, type SessionMachine } from "./batch-machine.ts";

/** A line of a batch, as far as it is asked for. */
interface Question {
  readonly conf: string;
  readonly target?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly now?: number;
}

/** A recipient of a batch, and the message that is for it. */
export interface RecipientQuestion {
  readonly src: string;
  readonly rdns: string;
  readonly helo: string;
  readonly user: string | null;
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly tag: string;
}

interface SessionQuestion {
  readonly listener: "socket" | { readonly address: string; readonly port: number };
  readonly src: string;
  readonly say: readonly string[];
  /** A text, or a list of texts and of texts with how often they are repeated. */
  readonly messages?: readonly (string | readonly (string | readonly [string, number])[])[];
}

/** Why a line has no answer. */
class Unanswerable extends Error {}

/** Answers a line of a batch; one that cannot be answered gets `error`. Nothing is read from disk. */
export function answerLine(line: string): string {
  let question: unknown;
  try {
    question = JSON.parse(line);
  } catch (error) {
    return JSON.stringify({ error: `no JSON: ${(error as Error).message}` });
  }
  if (typeof question !== "object" || question === null || typeof (question as Question).conf !== "string") {
    return JSON.stringify({ ...(question as object), error: "'conf' is missing: the text of the configuration" });
  }
  try {
    return JSON.stringify(answerQuestion(question as Question & Record<string, unknown>));
  } catch (error) {
    if (error instanceof Unanswerable) return JSON.stringify({ ...question, error: error.message });
    if (error instanceof TypeError) return JSON.stringify({ ...question, error: `malformed: ${error.message}` });
    throw error;
  }
}

function answerQuestion(question: Question & Record<string, unknown>): object {
  const target = targetOf(question);
  const host = memoryHost(question.files ?? {});
  const analysis = analyse("/etc/mail/smtpd.conf", question.conf, host, { target });
  const refusal = analysis.diagnostics.find(isRefusal);
  if (refusal) return { ...question, refused: refusal.message };
  if (Array.isArray(question.sessions)) return answerSessions(question, analysis, target);
  if (Array.isArray(question.messages)) return answerMessages(question, analysis, target);
  throw new Unanswerable("neither 'messages' nor 'sessions' is there");
}

function targetOf({ target }: Question): Release {
  if (target === undefined) return newestRelease;
  const release = parseRelease(target);
  if (!release) throw new Unanswerable(`unknown release "${target}"`);
  return release;
}

function answerMessages(question: Question & Record<string, unknown>, { policy }: Analysis, target: Release): object {
  const description = question as unknown as EnvironmentDescription;
  const expander = new Expander(policy, describedEnvironment(description, target));
  const messages = (question.messages as readonly RecipientQuestion[]).map((message) => {
    const assumptions = new Assumptions();
    const { answer } = expander.expand(messageOf(message, description.env.hostname), assumptions);
    expectNothingAssumed(assumptions, `what becomes of ${message.rcptTo}`);
    return { ...message, answer };
  });
  return { ...question, messages };
}

/** A question as smtpd sees it: a recipient without a domain is at home. */
export function messageOf(question: RecipientQuestion, hostName: string): Message {
  const { src, rdns, helo, user, mailFrom, rcptTo, tag } = question;
  const recipient = rcptTo.includes("@") ? rcptTo : `${rcptTo}@${hostName}`;
  return { src, rdns, helo, user: user ?? undefined, mailFrom: mailFrom || "@", rcptTo: recipient, tag };
}

function expectNothingAssumed({ all: [first], end }: Assumptions, asked: string): void {
  if (first) throw new Unanswerable(`nothing is known of the ${first.question.topic} "${first.question.about}"`);
  if (end) throw new Unanswerable(`${asked} is not known: ${unknownText(end)}`);
}

function answerSessions(question: Question & Record<string, unknown>, { policy }: Analysis, target: Release): object {
  const env = question.env as SessionMachine;
  const smtpd = new Smtpd(policy, batchEnvironment(env, question.files ?? {}, question.now, target));
  const batch = new Batch(smtpd);
  const sessions = (question.sessions as readonly SessionQuestion[]).map((session) => batch.answer(session));
  const { bounces, died, ...rest } = question;
  void [bounces, died];
  return {
    ...rest,
    sessions,
    bounces: byText(batch.bounces),
    ...(batch.isDead && { died: true }),
  };
}

/** The sessions of a line, which talk to the same smtpd one after another. */
class Batch {
  isDead = false;
  readonly bounces: object[] = [];

  constructor(private readonly smtpd: Smtpd) {}

  answer(question: SessionQuestion): object {
    const dead = { answers: [["(connect)", "(closed)"]], filters: [], recipients: [], deliveries: [], arrived: [] };
    if (this.isDead) return { ...question, ...dead };
    const assumptions = new Assumptions();
    const session = this.smtpd.connect(this.connection(question), assumptions);
    const sent = talk(session, question);
    if (session.isDead) this.isDead = true;
    const deliveries: Delivered[][] = session.messages.map((message) => this.smtpd.deliver(message, assumptions));
    const arrived = session.messages.flatMap((message, index) =>
      (deliveries[index] ?? []).flatMap((item) => arrivalOf(item, message, sent[index] ?? "")),
    );
    for (const [index, message] of session.messages.entries())
      this.bounce(message, deliveries[index] ?? [], assumptions);
    expectNothingAssumed(assumptions, "what smtpd says");
    const { exchanges } = session;
    return {
      ...question,
      answers: exchanges.map(({ command, reply }) => [command, replyOf(reply)]),
      filters: exchanges.flatMap(({ filters }, at) =>
        filters.map(({ phase, filter, action }) => ({ at, phase, filter: filter.name?.value, action })),
      ),
      recipients: exchanges.filter(isRecipient).map((exchange) => this.recipientOf(exchange)),
      deliveries: byText(deliveries.flat().map((item) => this.deliveryOf(item))),
      arrived: byText(arrived),
    };
  }

  private connection({ listener, src }: SessionQuestion) {
    const { policy, environment } = this.smtpd;
    if (listener === "socket") return this.smtpd.socket();
    const { address, port } = listener;
    const [point] = entryPointsAt(policy, address, port);
    if (!point) throw new Unanswerable(`nobody listens on ${address} port ${port}`);
    const client = environment.client(src);
    if (!client) throw new Unanswerable(`nothing is known of the client ${src}`);
    return { listener: this.smtpd.listener(point, address, port), src, client };
  }

  private recipientOf({ command, reply, expansion }: Exchange): object {
    const numbers = new Map(this.smtpd.policy.ruleset.map(({ match }, index) => [match, index + 1]));
    const visits = expansion?.visits ?? [];
    return {
      rcpt: command.slice(8).trim(),
      reply: reply === "closed" ? "(closed)" : reply.at(-1),
      rules: visits.flatMap(({ node }) =>
        node.steps.flatMap((step): readonly (string | number)[] => {
          if (step.kind !== "rule") return [];
          const { ruling } = step;
          if (ruling.outcome !== "rule") return [ruling.outcome === "nomatch" ? "none" : "tempfail"];
          return [numbers.get(ruling.rule.match) ?? 0];
        }),
      ),
      nodes: visits.map(({ node, text }) => [nodeNames[node.kind], text]),
    };
  }

  private deliveryOf({ queued, outcome }: Delivered): object {
    const { envelope, sender, recipient, tag, isAuthenticated } = queued;
    const { notify, originalRecipient, returns, envelopeId } = queued;
    const from = addressOf(sender);
    const changed = outcome.sender !== undefined && outcome.sender !== from ? hideDay(outcome.sender) : undefined;
    return {
      by: outcome.by,
      action: envelope.action,
      ...(tag && { tag }),
      sender: from,
      rcpt: addressOf(recipient),
      dest: envelope.dest,
      ...(isAuthenticated && { flags: "authenticated" }),
      ...(notify > 0 && { notify: String(notify) }),
      ...(originalRecipient !== undefined && { orcpt: originalRecipient }),
      ...(returns && { ret: returns }),
      ...(envelopeId && { envid: envelopeId }),
      ...localParts(queued),
      result: outcome.result ?? null,
      stat: outcome.status,
      ...(changed !== undefined && { mailFrom: changed }),
    };
  }

  private bounce(message: QueuedMessage, delivered: readonly Delivered[], assumptions: Assumptions): void {
    for (const notice of noticesOf(message, delivered)) {
      const session = this.smtpd.bounce(notice, assumptions);
      for (const bounced of session.messages) {
        for (const { queued, outcome } of this.smtpd.deliver(bounced, assumptions)) {
          const to = hideDay(queued.envelope.dest);
          this.bounces.push({ to, by: outcome.by, result: outcome.result ?? null, stat: outcome.status });
        }
      }
      if (session.messages.length === 0 && staysInQueue(session)) {
        for (const _ of notice.envelopes) this.bounces.push({ to: hideDay(notice.to), result: "left in queue" });
      }
    }
  }
}

const nodeNames = {
  address: "address",
  user: "username",
  file: "filename",
  program: "filter",
  error: "error",
  maildir: "maildir",
} as const;

/** Says the lines of a session; a message is sent only if smtpd waits for it. Returns those that it has accepted. */
function talk(session: Session, { say, messages = [] }: SessionQuestion): string[] {
  const accepted: string[] = [];
  let next = 0;
  for (const line of say) {
    if (session.exchanges.at(-1)?.reply === "closed" || session.isOpen) break;
    if (line !== "(message)") {
      session.say(line);
      continue;
    }
    const message = spell(messages[next++] ?? "Subject: none\n\nnone\n");
    if (!session.wantsMessage) continue;
    session.send(message);
    if (session.messages.length > accepted.length) accepted.push(message);
  }
  return accepted;
}

/** The text of a message as a line of a batch has it. */
export const spell = (message: NonNullable<SessionQuestion["messages"]>[number]): string =>
  typeof message === "string"
    ? message
    : message.map((part) => (typeof part === "string" ? part : part[0].repeat(part[1]))).join("");

const replyOf = (reply: Exchange["reply"]) => {
  if (reply === "closed") return "(closed)";
  return reply.length === 1 ? reply[0] : reply;
};

const isRecipient = ({ command }: Exchange) => /^rcpt/i.test(command);

const addressOf = ({ user, domain }: { readonly user: string; readonly domain: string }) =>
  user === "" && domain === "" ? "" : `${user}@${domain}`;

/** The day and the secret of an address of SRS. */
const hideDay = (address: string) => address.replace(/\bSRS0=....=\w\w=/, "SRS0=<hash>=<day>=");

function localParts({ envelope }: QueuedEnvelope): object {
  if (envelope.kind !== "local") return {};
  const { user, sub, exec, file } = envelope;
  return {
    user: userName(user),
    ...(file !== undefined && { exec: `<libexec>/mail.mboxfile -f %{mbox.from} ${file}` }),
    ...(exec !== undefined && { exec }),
    ...(sub && { extension: sub }),
  };
}

const userName = (user: string) => (user === smtpdUser ? "<smtpd>" : user);

/** smtpd keeps a notice that it could not hand over to itself, unless a reply to MAIL or later refused it for good. */
function staysInQueue({ exchanges }: Session): boolean {
  const last = exchanges.at(-1);
  if (!last || exchanges.length <= 2) return true;
  return last.reply === "closed" || !/^5/.test(last.reply.at(-1) ?? "");
}

/** How a message is found where it has come to rest; none where nothing of it is seen. */
function arrivalOf({ outcome }: Delivered, message: QueuedMessage, sent: string): object[] {
  const { destination } = outcome;
  if (outcome.result !== "Ok" || !destination) return [];
  const where = placeOf(destination);
  if (!where) return [];
  const before = headerLines(sent);
  const headers = destination.kind === "server" ? [] : destination.headers;
  const lines = headerLines([...headers, message.text].join("\n"));
  const added = lines.filter((line) => !before.includes(line));
  const removed = before.filter((line) => line !== "" && !lines.includes(line));
  return [{ ...where, added, removed }];
}

function placeOf(destination: Destination): object | undefined {
  switch (destination.kind) {
    case "maildir":
      return { where: destination.folder };
    case "mailbox":
      return { where: destination.path };
    case "file":
      return undefined;
    case "lmtp":
      return {
        where: destination.server,
        helo: "LHLO localhost",
        mailFrom: `<${destination.sender}>`,
        rcptTo: `<${destination.recipient}>`,
      };
    case "server": {
      const { server, source, protocol, helo, sender, recipient } = destination;
      return {
        where: `${server?.address}:${server?.port}`,
        ...(source && source !== server?.address && { source }),
        helo: `${protocol === "lmtp" ? "LHLO" : "EHLO"} ${helo}`,
        mailFrom: `<${hideDay(sender ?? "")}>`,
        rcptTo: `<${recipient}>`,
      };
    }
    case "program": {
      const { command, variables } = destination;
      if (!command.startsWith(recorder)) return undefined;
      const names = Object.keys(variables).filter((name) => name !== "SHELL" && name !== "LOGNAME");
      return {
        where: "mda",
        args: command.split(/\s+/).slice(1).filter(Boolean),
        env: names.map((name) => `${name}=${userName(variables[name] ?? "")}`).toSorted(),
      };
    }
  }
}

/** Header lines, folded ones as one. */
const headerLines = (text: string) => (text.split("\n\n", 1)[0] as string).replace(/\n(?=[ \t])/g, "\\n").split("\n");

/** In the order of their JSON with sorted keys. */
const byText = (items: readonly object[]) => items.toSorted((a, b) => (canonicalText(a) < canonicalText(b) ? -1 : 1));

const canonicalText = (item: object) =>
  JSON.stringify(Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1))));
