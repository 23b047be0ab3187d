import { type Alternatives, type Assumptions, explore, type Unknown } from "./assumptions.ts";
import { type Delivered, type Notice, noticesOf } from "./delivery/bounce.ts";
import type { Expansion } from "./expansion/expansion-tree.ts";
import type { Exchange, Session } from "./session/session.ts";
import type { Connection } from "./session/session-server.ts";
import type { Smtpd } from "./smtpd.ts";

/** A message, and how it comes to smtpd. */
export interface Scenario {
  readonly connection: Connection;
  /** True if the client encrypts where it can. */
  readonly usesTls: boolean;
  /** Logs in as this user, with the right password. */
  readonly user: string | undefined;
  readonly helo: string;
  /** The addresses of the envelope, without brackets; an empty sender is the null sender. */
  readonly mailFrom: string;
  readonly rcptTo: readonly string[];
  /** Header and body, its lines separated by line breaks. */
  readonly message: string;
}

/** What becomes of a message, in one way that things may go. */
export interface Trace {
  readonly exchanges: readonly Exchange[];
  readonly recipients: readonly RecipientTrace[];
  readonly notices: readonly NoticeTrace[];
  /** The message as smtpd stores it; undefined if it takes none. */
  readonly stored: string | undefined;
  /** True if smtpd crashes over it. */
  readonly isDead: boolean;
}

/** What becomes of one recipient. */
export interface RecipientTrace {
  readonly address: string;
  /** What smtpd refuses it with: the reply to it, to a command before it, or to the message; undefined if it is taken. */
  readonly refusal: Exchange | undefined;
  /** That of which nothing is known and on which it depends what becomes of it; undefined if there is no such thing. */
  readonly unknown: Unknown | undefined;
  readonly expansion: Expansion | undefined;
  readonly delivered: readonly Delivered[];
}

/** A notice that smtpd sends to the sender, and what becomes of it. */
export interface NoticeTrace {
  readonly notice: Notice;
  readonly exchanges: readonly Exchange[];
  readonly delivered: readonly Delivered[];
}

/** All that may become of a message; one way if everything is known that matters. */
export function traceMessage(smtpd: Smtpd, scenario: Scenario): Alternatives<Trace> {
  return explore((assumptions) => traceOnce(smtpd, scenario, assumptions), identityOf);
}

/** What becomes of a message in the one way that the assumptions lead to. */
export function traceOnce(smtpd: Smtpd, scenario: Scenario, assumptions: Assumptions): Trace {
  const session = smtpd.connect(scenario.connection, assumptions);
  const recipients = new Map<string, Exchange | undefined>();
  for (const address of scenario.rcptTo) recipients.set(address, undefined);
  const refusal = talk(session, scenario, recipients);
  const unknown = session.isOpen && !refusal ? assumptions.end : undefined;
  const message = session.messages[0];
  const delivered = message ? smtpd.deliver(message, assumptions) : [];
  const notices = message ? noticesOf(message, delivered) : [];
  return {
    exchanges: session.exchanges,
    recipients: scenario.rcptTo.map((address): RecipientTrace => {
      const exchange = recipients.get(address);
      return {
        address,
        refusal: exchange && isRefused(exchange) ? exchange : refusal,
        unknown: exchange && isRefused(exchange) ? undefined : unknown,
        expansion: exchange?.expansion,
        delivered: delivered.filter(({ queued }) => queued.asked === exchange?.command),
      };
    }),
    notices: notices.map((notice) => {
      const bounce = smtpd.bounce(notice, assumptions);
      const [bounced] = bounce.messages;
      return {
        notice,
        exchanges: bounce.exchanges,
        delivered: bounced ? smtpd.deliver(bounced, assumptions) : [],
      };
    }),
    stored: message?.text,
    isDead: session.isDead,
  };
}

/** Says what a client says; the exchange after which nothing more can come of the message. */
function talk(
  session: Session,
  scenario: Scenario,
  recipients: Map<string, Exchange | undefined>,
): Exchange | undefined {
  const { helo, usesTls, user, mailFrom, rcptTo, message } = scenario;
  const last = () => session.exchanges.at(-1) as Exchange;
  /** Undefined if the client can go on. */
  const say = (line: string) => {
    session.say(line);
    return session.isOpen || !isRefused(last()) ? undefined : last();
  };
  if (session.isOpen) return undefined;
  if (isRefused(last())) return last();
  const greeting = say(`EHLO ${helo}`);
  if (greeting) return greeting;
  if (usesTls && offers(last(), "STARTTLS")) {
    const refused = say("STARTTLS") ?? say(`EHLO ${helo}`);
    if (refused) return refused;
  }
  if (user !== undefined) {
    session.logInAs(user);
    if (!session.isOpen && isRefused(last())) return last();
  }
  const sender = say(`MAIL FROM:<${mailFrom}>`);
  if (sender || session.isOpen) return sender;
  for (const address of rcptTo) {
    session.say(`RCPT TO:<${address}>`);
    if (session.isOpen) return undefined;
    recipients.set(address, last());
  }
  if ([...recipients.values()].every((exchange) => !exchange || isRefused(exchange))) return undefined;
  const data = say("DATA");
  if (data || session.isOpen) return data;
  session.send(message);
  return !session.isOpen && isRefused(last()) ? last() : undefined;
}

/** True for a reply that is an error, and for none. */
export const isRefused = ({ reply }: Exchange): boolean => reply === "closed" || !/^[23]/.test(reply.at(-1) ?? "");

const offers = ({ reply }: Exchange, word: string) =>
  reply !== "closed" && reply.some((line) => line.slice(4) === word);

/** Two ways are the same if smtpd says and does the same, as far as the same things are known. */
function identityOf({ exchanges, recipients, notices, isDead }: Trace): string {
  return JSON.stringify([
    exchanges.map(({ reply }) => reply),
    recipients.map(({ unknown, delivered }) => [unknown && unknownOf(unknown), outcomesOf(delivered)]),
    notices.map(({ exchanges, delivered }) => [exchanges.map(({ reply }) => reply), outcomesOf(delivered)]),
    isDead,
  ]);
}

/** The thing of which nothing is known: one table, whatever it is asked for. */
const unknownOf = ({ topic, about, table }: Unknown) => [topic, table ?? about];

const outcomesOf = (delivered: readonly Delivered[]) =>
  delivered.map(({ queued, outcome }) => [queued.envelope, outcome.result, outcome.status, outcome.destination]);
