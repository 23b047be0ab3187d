import type { Listen } from "@smtpdlint/grammar";
import type { Delivered } from "./delivery/bounce.ts";
import type { Expansion } from "./expansion/expansion-tree.ts";
import type { MatchRule } from "./ruleset.ts";
import type { FilterDecision } from "./session/filter-phase.ts";
import type { Scenario, Trace } from "./trace.ts";

/** The statements that have had a say in what becomes of a message. */
export interface Reached {
  readonly listener: Listen | undefined;
  readonly rules: readonly MatchRule[];
  readonly filters: readonly FilterDecision[];
}

/** What a traced message has come by. */
export function reachedBy({ connection }: Scenario, { exchanges, recipients }: Trace): Reached {
  const rulings = recipients.flatMap(({ expansion }) => rulingsOf(expansion));
  return {
    listener: connection.listener.statement,
    rules: rulings.flatMap((ruling) => ("rule" in ruling ? [ruling.rule] : [])),
    filters: exchanges.flatMap(({ filters }) => filters),
  };
}

/** The match rule that was asked last, if it took the address. */
export function lastRule(expansion: Expansion | undefined): MatchRule | undefined {
  const rulings = rulingsOf(expansion);
  const last = rulings.at(-1);
  return last && "rule" in last ? last.rule : undefined;
}

const rulingsOf = (expansion: Expansion | undefined) =>
  (expansion?.visits ?? []).flatMap(({ node }) =>
    node.steps.flatMap((step) => (step.kind === "rule" ? [step.ruling] : [])),
  );

/** The match rule that led to an envelope. */
export function ruleOf(expansion: Expansion | undefined, { queued }: Delivered): MatchRule | undefined {
  for (const { node } of expansion?.visits ?? []) {
    if (!node.steps.some((step) => step.kind === "envelope" && step.envelope === queued.envelope)) continue;
    // An address has been given to the rules anew, whatever it comes from.
    const ruling = node.steps.find((step) => step.kind === "rule")?.ruling;
    return ruling && "rule" in ruling ? ruling.rule : node.rule;
  }
  return undefined;
}
