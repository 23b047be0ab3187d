import { type Action, isAtLeast, type Match, type Release } from "@smtpdlint/grammar";
import {
  type MailAddress,
  matchesMailAddress,
  type SessionLimits,
  sessionLimits,
  subAddressDelimiter,
} from "@smtpdlint/model";
import type { Assumptions } from "./assumptions.ts";
import type { Delivered, Notice } from "./delivery/bounce.ts";
import { deliverLocally } from "./delivery/deliver-locally.ts";
import type { Outcome } from "./delivery/outcome.ts";
import { relay } from "./delivery/relay.ts";
import type { EntryPoint } from "./entry-points.ts";
import { type Environment, unknownHost } from "./environment.ts";
import { Expander } from "./expansion/expander.ts";
import type { Expansion } from "./expansion/expansion-tree.ts";
import type { Mapping } from "./expansion/mapping.ts";
import { FilterConditions } from "./filters.ts";
import type { Message } from "./message.ts";
import type { Policy } from "./policy.ts";
import type { MatchRule } from "./ruleset.ts";
import { parseCredentials } from "./session/credentials.ts";
import { FilterChain } from "./session/filter-phase.ts";
import { type Listener, listenerOf } from "./session/listener.ts";
import type { Login } from "./session/login.ts";
import { type Replies, repliesOf } from "./session/replies.ts";
import { parseSenders } from "./session/senders.ts";
import { type Exchange, Session } from "./session/session.ts";
import type { Connection, SessionServer } from "./session/session-server.ts";
import type { QueuedEnvelope, QueuedMessage } from "./session/transaction.ts";

/** smtpd with a configuration, on a machine. Built once; it keeps no state between sessions. */
export class Smtpd implements SessionServer {
  readonly limits: SessionLimits;
  readonly replies: Replies;
  private readonly expander: Expander;
  private readonly conditions: FilterConditions;
  private numbers: ReadonlyMap<Match, number> | undefined;

  constructor(
    readonly policy: Policy,
    readonly environment: Environment,
  ) {
    const { model } = policy;
    this.limits = sessionLimits(model.config, model.target);
    this.replies = repliesOf(model.target);
    this.expander = new Expander(policy, environment);
    this.conditions = new FilterConditions(model);
  }

  get target(): Release {
    return this.policy.model.target;
  }

  /** The match rules as they are on the machine, in their order. */
  get ruleset(): readonly MatchRule[] {
    return this.expander.ruleset;
  }

  /** The number of a match rule, from 1. */
  numberOf({ match }: MatchRule): number {
    this.numbers ??= new Map(this.ruleset.map((rule, index) => [rule.match, index + 1]));
    return this.numbers.get(match) ?? 0;
  }

  isAtLeast(release: Release): boolean {
    return isAtLeast(this.target, release);
  }

  /** A way in, for a client that meets it at an address and a port. */
  listener(point: EntryPoint, address?: string, port?: number | string): Listener {
    return listenerOf(point, address, port, this.policy, this.environment);
  }

  /** A connection of sendmail(8), or of smtpd itself: its name is that of the machine (smtp.c, smtp_enqueue). */
  socket(): Connection {
    const point = this.policy.entryPoints.find(({ reach }) => reach === "socket") as EntryPoint;
    const client = { name: this.environment.hostName ?? unknownHost, confirmed: "pass" } as const;
    return { listener: this.listener(point), src: "local", client };
  }

  /** A new session, up to its banner. */
  connect(connection: Connection, assumptions: Assumptions): Session {
    const session = new Session(this, connection, assumptions);
    session.connect();
    return session;
  }

  /** What becomes of a message in the queue, envelope by envelope. */
  deliver(message: QueuedMessage, assumptions: Assumptions): Delivered[] {
    return message.envelopes.map((queued) => ({ queued, outcome: this.deliverOne(queued, message.text, assumptions) }));
  }

  /** A session of smtpd with itself, by the socket, in which it hands over a notice (bounce.c). */
  bounce({ to, hostName, text }: Notice, assumptions: Assumptions): Session {
    const session = this.connect(this.socket(), assumptions);
    for (const line of [`EHLO ${hostName}`, "MAIL FROM: <>", `RCPT TO: <${to}>`, "DATA"]) {
      if (!isPositive(session.exchanges.at(-1)?.reply)) return session;
      session.say(line);
    }
    if (session.wantsMessage) session.send(text);
    return session;
  }

  private deliverOne(queued: QueuedEnvelope, text: string, assumptions: Assumptions): Outcome {
    const { model } = this.policy;
    const { envelope } = queued;
    const action = model.symbols.definitionsOf("action", envelope.action)[0]?.statement as Action;
    return envelope.kind === "local"
      ? deliverLocally(queued, envelope, action, text, model, this.environment)
      : relay(queued, envelope, action, model, this.environment, assumptions);
  }

  /** What becomes of the recipient of a message. */
  expand(message: Message, assumptions: Assumptions): Expansion {
    return this.expander.expand(message, assumptions);
  }

  /** The filters of a listener, for one session. */
  filterChain({ filters }: Listener, assumptions: Assumptions): FilterChain {
    return new FilterChain(filters, this.conditions, this.policy.model, this.environment, assumptions);
  }

  /** Whether a password is that of a user (lka.c, lka_authenticate). */
  checkLogin({ user, password }: Login, attempt: number, { credentials }: Listener, assumptions: Assumptions) {
    const entry = credentials?.find(user.toLowerCase());
    if (entry === "missing") return "wrong";
    if (entry) {
      const credentials = parseCredentials(entry.value ?? "");
      if (typeof credentials === "string") return "failure";
      const fits = this.environment.fitsPassword(password, credentials.password);
      if (fits !== undefined) return fits ? "right" : "wrong";
    }
    const about = attempt === 0 ? user : `${user}, attempt ${attempt + 1}`;
    const question = { topic: "password", about, answers: ["right", "wrong"] } as const;
    return assumptions.assume(question);
  }

  /** Whether a user may send from an address (lka.c, lka_mailaddrmap). */
  checkSender(senders: Mapping, user: string, address: MailAddress, assumptions: Assumptions) {
    const entry = senders.find(user.toLowerCase());
    if (entry === "missing") return "refused";
    if (entry) {
      const patterns = parseSenders(entry.value ?? "");
      if (patterns === "failure") return patterns;
      const isAllowed = patterns.some((pattern) => matchesMailAddress(address, pattern.address, this.delimiter));
      return isAllowed ? "allowed" : "refused";
    }
    return assumptions.assume<"allowed" | "refused" | "failure">({
      topic: "sender",
      about: `${user} ${address.user}@${address.domain}`,
      table: senders.name,
      answers: senders.mayFail ? ["allowed", "refused", "failure"] : ["allowed", "refused"],
    });
  }

  /** The name that `hostnames` has for an address; undefined if it has none (lka.c, lka_addrname). */
  nameOf(names: Mapping, address: string, assumptions: Assumptions): string | undefined {
    const entry = names.find(address.includes(":") ? `[${address}]` : address);
    if (entry === "missing") return undefined;
    if (entry) return entry.value;
    const question = {
      topic: "table entry",
      about: address,
      table: names.name,
      answers: ["missing", "other"],
    } as const;
    return assumptions.assume(question) === "missing" ? undefined : "<hostname>";
  }

  private get delimiter(): string {
    return subAddressDelimiter(this.policy.model);
  }
}

const isPositive = (reply: Exchange["reply"] | undefined) => Array.isArray(reply) && /^[23]/.test(reply.at(-1) ?? "");
