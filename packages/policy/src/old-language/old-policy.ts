import { legacy, oldRelease } from "@smtpdlint/grammar";
import { type Host, includeWithin, Model } from "@smtpdlint/model";
import { Policy } from "../policy.ts";
import { asToday, type OldMachine } from "./as-today.ts";

/** A configuration in the language before 6.4, as something that can be asked about messages. */
export interface OldPolicy {
  readonly policy: Policy;
  readonly config: legacy.Config;
  /** What 6.0.3 does not take; what could not be read says nothing in the policy. */
  readonly problems: readonly legacy.LegacyProblem[];
}

/** Reads a configuration in the language before 6.4 with all that it includes; never fails. */
export function readOldPolicy(
  path: string,
  text: string,
  host: Host,
  machine: OldMachine,
  macros?: ReadonlyMap<string, string>,
): OldPolicy {
  const options = { include: includeWithin(host), ...(macros && { macros }) };
  const { config, problems } = legacy.parse(path, text, options);
  // The model asks which includes were not read.
  const unread = problems.filter((problem) => problem.code === "include-failed");
  const model = new Model(asToday(config, machine), unread, oldRelease, host);
  return { policy: new Policy(model), config, problems };
}
