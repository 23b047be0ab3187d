import type { Action, TableExpression } from "@smtpdlint/grammar";
import { entriesOf, type Machine, optionOf, parseMailAddress } from "@smtpdlint/model";
import { folderProblem, socketProblem } from "./delivery/access.ts";
import { deliverLocally } from "./delivery/deliver-locally.ts";
import type { Obstacle } from "./delivery/outcome.ts";
import type { EntryPoint } from "./entry-points.ts";
import { type Environment, unknownEnvironment } from "./environment.ts";
import { evaluate } from "./evaluate.ts";
import { type Delivery, deliveryOf } from "./expansion/delivery.ts";
import type { LocalEnvelope } from "./expansion/envelope.ts";
import { Expander } from "./expansion/expander.ts";
import { smtpdUser } from "./expansion/user-info.ts";
import type { Message } from "./message.ts";
import { outsideMessage } from "./outside.ts";
import type { Policy } from "./policy.ts";
import { domainOf, isPossible, lookupsOf, recipientFor, sendersOf } from "./recipients.ts";
import type { MatchRule } from "./ruleset.ts";

/** An action for maildir or LMTP that cannot deliver on this machine, since its user may not. */
export interface FailedDelivery {
  readonly action: Action;
  /** Who delivers; `_smtpd` for smtpd's own user, whatever its name is. */
  readonly user: string;
  readonly obstacle: Obstacle;
  /** A message that shows it; undefined if nobody knows whose mail the action gets. */
  readonly witness: { readonly message: Message; readonly point: EntryPoint } | undefined;
}

/** So many recipients are followed for an action: a table may have a million, and each costs a few questions to the system. */
const mostRecipients = 50;

/** What is known of this machine for a delivery. */
const environmentOf = (machine: Machine): Environment => ({
  ...unknownEnvironment,
  localAddresses: ["local", "127.0.0.1", "[::1]"],
  user: (name) => (name === smtpdUser ? machine.daemonAccount : machine.user(name)),
  entry: (path) => machine.entry(path),
  socket: (path) => machine.entry(path),
});

/**
 * What the actions of one method that match rules lead to cannot deliver, as smtpd would find out with the message (smtpd.c, forkmda;
 * mail.maildir.c, mail.lmtp.c). Who has no entry in a table but a login counts
 * as a recipient; for LMTP only if nobody is known to be let in.
 */
export function failedDeliveries(policy: Policy, machine: Machine, method: "maildir" | "lmtp"): FailedDelivery[] {
  if (!policy.isRulesetComplete) return [];
  const environment = environmentOf(machine);
  const expander = new Expander(policy, environment);
  const found = new Map<Action, FailedDelivery>();
  for (const rule of policy.outsideRuleset) {
    const action = rule.match.broken ? undefined : policy.model.symbols.actionOf(rule.match);
    if (!action || action.broken || action.argument?.faulty || found.has(action)) continue;
    // What a wrapper does with the mail nobody knows.
    if (action.method?.word !== method || optionOf(action, "wrapper")) continue;
    const failures = new Follower(policy, machine, environment, expander, rule, action).failures();
    for (const failure of failures.slice(0, 1)) found.set(action, failure);
  }
  return [...found.values()];
}

type Result = FailedDelivery | "fine" | "unknown";

/** Follows mail that one rule gives to one action. */
class Follower {
  private readonly delivery: Delivery;

  constructor(
    private readonly policy: Policy,
    private readonly machine: Machine,
    private readonly environment: Environment,
    private readonly expander: Expander,
    private readonly rule: MatchRule,
    private readonly action: Action,
  ) {
    this.delivery = deliveryOf(action, policy.model);
  }

  failures(): FailedDelivery[] {
    const listed = this.follow(this.listed());
    const persons = this.follow(this.persons());
    const all = [...listed, ...persons];
    if (all.length === 0) return this.anyMail();
    const isForSure = this.action.method?.word !== "lmtp" || all.every((result) => typeof result === "object");
    return (isForSure ? all : listed).filter((result) => typeof result === "object");
  }

  /** Recipients that tables name. */
  private listed(): string[] {
    const { model } = this.policy;
    const tables = lookupsOf(this.action, model);
    const userbase = optionOf(this.action, "userbase")?.value as TableExpression | undefined;
    if (userbase && !this.delivery.virtual) tables.push(["alias", model.tables.of(userbase)]);
    return tables.flatMap(([kind, table]) =>
      [...entriesOf(table)].slice(0, mostRecipients).flatMap(({ key }) => recipientFor(key, kind, this.rule) ?? []),
    );
  }

  /** The users of the system, who get mail without being named. */
  private persons(): string[] {
    const { userbase, virtual } = this.delivery;
    const domain = domainOf(this.rule.destination);
    if (virtual || userbase !== "system" || domain === undefined) return [];
    return this.machine.persons.map((name) => `${name}@${domain}`);
  }

  private follow(recipients: readonly string[]): Result[] {
    return recipients.slice(0, mostRecipients).flatMap((rcptTo) => this.followOne(rcptTo) ?? []);
  }

  /** Undefined for a recipient that this action does not get. */
  private followOne(rcptTo: string): Result | undefined {
    for (const { point, sender } of sendersOf(this.policy).flat()) {
      const message: Message = { ...outsideMessage, tag: point.tag, ...sender, rcptTo };
      const evaluation = evaluate(this.policy.outsideRuleset, message);
      if (evaluation.outcome !== "rule" || evaluation.match !== this.rule.match) continue;
      const { alternatives, complete } = this.expander.expandRecipient(message);
      const [way, ...others] = alternatives.filter(isPossible);
      if (!complete || !way?.result.answer || others.length > 0) return "unknown";
      const own = way.result.answer.envelopes.filter(
        (envelope) => envelope.kind === "local" && envelope.action === this.delivery.name,
      ) as LocalEnvelope[];
      if (own.length === 0) return undefined;
      const results = own.map((envelope) => this.deliver(envelope, message, point));
      return (
        results.find((result) => typeof result === "object") ?? results.find((result) => result === "unknown") ?? "fine"
      );
    }
    return undefined;
  }

  private deliver(envelope: LocalEnvelope, message: Message, point: EntryPoint): Result {
    if (envelope.exec !== undefined || envelope.file !== undefined) return "unknown";
    const recipient = parseMailAddress(message.rcptTo) ?? { user: message.rcptTo, domain: "" };
    const queued = { sender: { user: "", domain: "" }, recipient };
    const { model } = this.policy;
    const { obstacle, destination } = deliverLocally(queued, envelope, this.action, "", model, this.environment);
    const user = envelope.as ?? envelope.user;
    if (obstacle) return { action: this.action, user, obstacle, witness: { message, point } };
    // The server of LMTP decides the rest.
    return destination ? "fine" : "unknown";
  }

  /** What stops the one user who delivers all mail, whoever gets it. */
  private anyMail(): FailedDelivery[] {
    const { user } = this.delivery;
    const account = user === undefined ? undefined : this.environment.user(user);
    if (user === undefined || typeof account !== "object" || account.uid === 0) return [];
    const whole = this.action.argument?.value ?? `${account.home}/Maildir`;
    // What is put in for `%{…}` nobody knows, nor which folders of that name are there.
    const [known = ""] = whole.split("%", 1);
    const isWhole = known === whole;
    const path = isWhole ? whole : known.slice(0, known.lastIndexOf("/"));
    if (!path.startsWith("/")) return [];
    const { environment } = this;
    const isLmtp = this.action.method?.word === "lmtp";
    const problem = isLmtp ? socketProblem(environment, path, account) : folderProblem(environment, path, account);
    if (problem === undefined || problem === "none" || (!isWhole && problem === "Permission denied")) return [];
    return [{ action: this.action, user, obstacle: { path, problem }, witness: undefined }];
  }
}
