import { type Assumption, Assumptions, explore, type Question } from "../assumptions.ts";
import { type Actual, actualsOf } from "../expect.ts";
import type { Message } from "../message.ts";
import type { MatchRule } from "../ruleset.ts";
import { listenersOf, type MessageDescription, scenarioOf } from "../scenario.ts";
import { type Scenario, type Trace, traceOnce } from "../trace.ts";
import type { Side } from "./side.ts";
import type { Sides } from "./sides.ts";

/** A message, with the number of its way in, and how it is described for each side. */
export interface Candidate {
  readonly way: number;
  readonly description: Omit<MessageDescription, "listener" | "port" | "tag" | "tls" | "bounce" | "fcrdns">;
}

/** What becomes of a message on one side. */
export type Fate =
  | { readonly kind: "no way in" }
  | {
      readonly kind: "traced";
      readonly scenario: Scenario;
      readonly trace: Trace;
      readonly actuals: readonly Actual[];
      /** The match rule that takes the recipient, where nobody knows what its tables make of it. */
      readonly ruling: MatchRule | undefined;
    };

/** A message of which `trace` says that the two sides treat it differently. */
export interface Witness {
  readonly candidate: Candidate;
  readonly old: Fate;
  readonly new: Fate;
  /** What decides that it is so. */
  readonly when: readonly Assumption[];
}

/**
 * Asks both sides about a message, with the same answers to what is not known;
 * undefined if they say the same, or what does not fit.
 */
export function confirm(
  candidate: Candidate,
  sides: Sides,
  fits: (old: Fate, current: Fate) => boolean = () => true,
): Witness | undefined {
  const scenarios = [sides.old, sides.current].map((side) => scenarioFor(candidate, side, sides));
  if (scenarios.includes("impossible")) return undefined;
  const names = new Names();
  const { alternatives } = explore(
    (assumptions) =>
      [sides.old, sides.current].map((side, index) =>
        fateOf(candidate, side, scenarios[index] as Scenario | undefined, new Translated(assumptions, side, names)),
      ) as [Fate, Fate],
    ([old, current]) => JSON.stringify([identityOf(old, sides.old), identityOf(current, sides.current)]),
  );
  for (const { result, when } of alternatives) {
    const [before, after] = [identityOf(result[0], sides.old), identityOf(result[1], sides.current)];
    // Of what nobody knows nothing is said.
    if (before === undefined || after === undefined || before === after || !fits(...result)) continue;
    const shortest = when.reduce((one, other) => (other.length < one.length ? other : one), when[0] ?? []);
    return { candidate, old: result[0], new: result[1], when: shortest };
  }
  return undefined;
}

/** What the match rules get to see of a candidate; its tag is that of each side's listener. */
export function messageOf({ description }: Candidate): Message {
  const { client, rdns, helo, from, to, socket, auth } = description;
  return {
    src: socket ? "local" : (client ?? ""),
    rdns: rdns === "none" ? "" : (rdns ?? ""),
    helo: helo ?? "",
    mailFrom: from || "@",
    rcptTo: to[0] ?? "",
    tag: "",
    user: socket ? "" : auth,
  };
}

export function scenarioFor(
  { way, description }: Candidate,
  side: Side,
  { ways }: Sides,
): Scenario | "impossible" | undefined {
  const point = ways[way]?.[side.name];
  if (!point) return undefined;
  const { smtpd } = side;
  const isSocket = point.reach === "socket";
  const family = description.client?.includes(":") ? 6 : 4;
  if (!isSocket && description.client !== undefined && !point.families.includes(family)) return undefined;
  const listener = isSocket ? undefined : listenersOf(smtpd.policy).indexOf(point) + 1;
  const described = scenarioOf(smtpd, {
    ...description,
    client: isSocket ? undefined : description.client,
    auth: isSocket ? undefined : description.auth,
    socket: isSocket,
    listener,
    port: undefined,
    tag: undefined,
    tls: undefined,
    bounce: false,
    fcrdns: undefined,
  });
  return "scenario" in described ? described.scenario : "impossible";
}

function fateOf(candidate: Candidate, { smtpd }: Side, scenario: Scenario | undefined, assumptions: Assumptions): Fate {
  if (!scenario) return { kind: "no way in" };
  const trace = traceOnce(smtpd, scenario, assumptions);
  const actuals = actualsOf(trace, 0);
  const ruling = actuals.some(({ kind }) => kind === "unknown")
    ? rulingFor(candidate, smtpd, scenario, assumptions)
    : undefined;
  return { kind: "traced", scenario, trace, actuals, ruling };
}

/** The rule that takes the recipient of a message; undefined if a program may refuse it before. */
function rulingFor(
  candidate: Candidate,
  smtpd: Side["smtpd"],
  { connection }: Scenario,
  assumptions: Assumptions,
): MatchRule | undefined {
  if (connection.listener.filters.some(({ phase }) => !phase)) return undefined;
  const message = { ...messageOf(candidate), tag: connection.listener.tag };
  const [visit] = smtpd.expand(message, assumptions).visits;
  const step = visit?.node.steps.find(({ kind }) => kind === "rule");
  return step?.kind === "rule" && step.ruling.outcome === "rule" ? step.ruling.rule : undefined;
}

/** True if a message is taken, whatever comes of it then. */
export const isAccepted = (fate: Fate): boolean =>
  fate.kind === "traced" && (fate.ruling !== undefined || fate.actuals.every((actual) => "delivered" in actual));

/** Equal for fates that are the same to whoever sends and gets mail; undefined if nobody knows. */
function identityOf(fate: Fate, { smtpd, meanings, comparison }: Side): string | undefined {
  const isMigration = comparison === "migration";
  if (fate.kind === "no way in") return fate.kind;
  const { actuals, ruling } = fate;
  const { symbols } = smtpd.policy.model;
  const action = ruling && symbols.actionOf(ruling.match);
  if (action) return `action ${meanings.ofAction(action)}`;
  if (actuals.some(({ kind }) => kind === "unknown")) return undefined;
  return JSON.stringify(
    actuals.map((actual) => {
      if ("reply" in actual) return isMigration ? [actual.kind] : [actual.kind, actual.reply, actual.at];
      if (!("delivered" in actual)) return actual.kind;
      const { queued, outcome } = actual.delivered;
      const { action: name, ...envelope } = queued.envelope;
      if (isMigration) {
        const [taken] = symbols.definitionsOf("action", name);
        const how = taken?.statement.kind === "action" ? meanings.ofDelivery(taken.statement) : "";
        return [{ ...envelope, sub: undefined }, how];
      }
      return [actual.kind, actual.isJunk, envelope, outcome.result, outcome.status, outcome.destination];
    }),
  );
}

/** Asks what one side asks in the words of both, so that the same question gets the same answer. */
class Translated extends Assumptions {
  constructor(
    private readonly shared: Assumptions,
    private readonly side: Side,
    private readonly names: Names,
  ) {
    super();
  }

  override assume<A extends string>(question: Question<A>): A {
    const { table, topic, about } = question;
    const { contents, meanings, smtpd } = this.side;
    const { symbols } = smtpd.policy.model;
    const place = table?.replace(/^table (.*)$/s, "<$1>");
    let name = about;
    if (topic === "filter") {
      const [filter = "", ...rest] = about.split(" ");
      const statement = symbols.definitionsOf("filter", filter)[0]?.statement;
      if (statement?.kind === "filter") {
        name = [this.names.of(filter, meanings.ofFilter(statement), this.side.name), ...rest].join(" ");
      }
    } else if (topic === "smarthost") {
      const statement = symbols.definitionsOf("action", about)[0]?.statement;
      if (statement?.kind === "action") name = this.names.of(about, meanings.ofAction(statement), this.side.name);
    }
    return this.shared.assume({ ...question, about: name, ...(place && { table: contents.ofUnread(place) }) });
  }
}

/** One name for what means the same on both sides. */
class Names {
  private readonly byMeaning = new Map<string, string>();
  private readonly used = new Set<string>();

  of(name: string, meaning: string, side: string): string {
    let found = this.byMeaning.get(meaning);
    if (found === undefined) {
      found = this.used.has(name) ? `${name} (${side})` : name;
      this.used.add(found);
      this.byMeaning.set(meaning, found);
    }
    return found;
  }
}
