import { differences } from "../helpers/sessions.ts";
import { askSmtpd } from "./ask-smtpd.ts";
import type { Scenario } from "./scenario.ts";

/** What a scenario showed. */
export interface Comparison {
  readonly scenario: Scenario;
  /** Undefined if smtpd refuses the configuration, or ends over it. */
  readonly differences: readonly string[] | undefined;
  readonly recipients: number;
}

/** Asks smtpd and us, and compares. */
export function compare(smtpd: string, target: string, scenarios: readonly Scenario[]): Comparison[] {
  return askSmtpd(smtpd, scenarios).map((answered, index) => {
    const scenario = scenarios[index] as Scenario;
    if (answered.refused !== undefined) return { scenario, differences: undefined, recipients: 0 };
    const found = differences(scenario as never, answered, target, false).filter((text) => !isChance(text, scenario));
    const recipients = answered.sessions.reduce(
      (sum, { recipients }) => sum + (recipients as readonly unknown[]).length,
      0,
    );
    return { scenario, differences: found, recipients };
  });
}

/** What depends on the time between two deliveries: which of two failures a helper meets, what a folder holds by then. */
const isChance = (text: string, { conf }: Scenario) =>
  /^\S+ (?:deliveries|arrived|bounces) /.test(text) &&
  /mail\.maildir: (?:No such file|Permission)/.test(text) &&
  conf.includes("user vmail");

/** The part of the answers in which a difference was found. */
const partOf = (difference: string | undefined) => /^.*? (\w+) \[/.exec(difference ?? "")?.[1];

/** So many smaller scenarios are tried. */
const mostSteps = 60;

/** The smallest scenario that is found to differ still: without sessions, lines of the configuration, and commands that do not matter. */
export function shrink(smtpd: string, target: string, start: Comparison): Comparison {
  let smallest = start;
  let steps = 0;
  for (let again = true; again && steps < mostSteps; ) {
    again = false;
    for (const candidate of smallerThan(smallest.scenario)) {
      if (++steps > mostSteps) break;
      const [found] = compare(smtpd, target, [candidate]);
      if (!found?.differences?.some((text) => partOf(text) === partOf(start.differences?.[0]))) continue;
      smallest = found;
      again = true;
      break;
    }
  }
  return smallest;
}

function* smallerThan(scenario: Scenario): Generator<Scenario> {
  const { sessions, conf } = scenario;
  if (sessions.length > 1) for (const session of sessions) yield { ...scenario, sessions: [session] };
  const lines = conf.trimEnd().split("\n");
  const half = Math.ceil(lines.length / 2);
  const without = (from: number, count: number) => {
    const rest = [...lines.slice(0, from), ...lines.slice(from + count)];
    return { ...scenario, conf: `${rest.join("\n")}\n` };
  };
  for (let size = half; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < lines.length; from += size) yield without(from, size);
  }
  const [only] = sessions;
  if (sessions.length === 1 && only) {
    for (const [index] of only.say.entries()) {
      yield { ...scenario, sessions: [{ ...only, say: only.say.filter((_, at) => at !== index) }] };
    }
  }
}
