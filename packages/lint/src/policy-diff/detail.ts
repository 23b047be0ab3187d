import type { Actual, Envelope, Witness } from "@smtpdlint/policy";
import type { DescribedSide } from "./described.ts";

/** Two sides with what of their deliveries is not the same. */
export function withDetail(old: DescribedSide, current: DescribedSide, witness: Witness | undefined) {
  const [one, other] = [witness?.old, witness?.new].map((fate) =>
    fate?.kind === "traced" ? fate.actuals.map(partsOf) : [],
  );
  const index = (one ?? []).findIndex((parts, at) => JSON.stringify(parts) !== JSON.stringify(other?.[at]));
  const [before, after] = [one?.[index] ?? {}, other?.[index] ?? {}];
  const words = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const texts = (parts: Readonly<Record<string, unknown>>) =>
    words
      .filter((word) => JSON.stringify(before[word]) !== JSON.stringify(after[word]))
      .map((word) => `${word}: ${parts[word] === undefined ? "none" : String(parts[word])}`);
  const add = (side: DescribedSide, parts: Readonly<Record<string, unknown>>): DescribedSide => ({
    ...side,
    outcome: `${side.outcome} (${texts(parts).join(", ")})`,
  });
  return { old: add(old, before), new: add(current, after) };
}

/** What there is to tell of a delivery, by words for it. */
function partsOf(actual: Actual): Readonly<Record<string, unknown>> {
  if (!("delivered" in actual)) return {};
  const { queued, outcome } = actual.delivered;
  const { as, ...envelope } = queued.envelope as Extract<Envelope, { kind: "local" }>;
  const { kind, ...destination } = outcome.destination ?? { kind: undefined };
  const parts = { ...envelope, "run as": as, status: outcome.status || undefined, ...destination, into: kind };
  return Object.fromEntries(Object.entries(parts).filter(([word]) => !notTold.includes(word)));
}

/** Names, and what follows from the rest. */
const notTold = ["action", "kind", "headers", "variables"];
