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

/** The smallest scenario that is found to differ still: one session, and only the lines and commands that matter. */
export function shrink(smtpd: string, target: string, start: Comparison): Comparison {
  let smallest = start;
  const attempt = (scenario: Scenario): boolean => {
    const [found] = compare(smtpd, target, [scenario]);
    const isSame = found?.differences?.some((text) => partOf(text) === partOf(start.differences?.[0]));
    if (found && isSame) smallest = found;
    return isSame ?? false;
  };
  start.scenario.sessions.some((session) => attempt({ ...start.scenario, sessions: [session] }));
  const lines = start.scenario.conf.trimEnd().split("\n");
  for (let at = lines.length - 1; at >= 0; at--) {
    const rest = smallest.scenario.conf.trimEnd().split("\n").toSpliced(at, 1);
    attempt({ ...smallest.scenario, conf: `${rest.join("\n")}\n` });
  }
  const [only, ...others] = smallest.scenario.sessions;
  for (let at = only && others.length === 0 ? only.say.length - 1 : -1; at >= 0; at--) {
    const { scenario } = smallest;
    attempt({
      ...scenario,
      sessions: scenario.sessions.map((session) => ({ ...session, say: session.say.toSpliced(at, 1) })),
    });
  }
  return smallest;
}
