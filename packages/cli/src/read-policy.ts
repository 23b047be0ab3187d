import type { Release } from "@smtpdlint/grammar";
import { analyse, rules } from "@smtpdlint/lint";
import { type Host, makeVisible } from "@smtpdlint/model";
import type { Policy } from "@smtpdlint/policy";

/** A configuration, and what it is read with. */
export interface PolicySource {
  readonly path: string;
  readonly text: string;
  /** Reads includes and tables. */
  readonly host: Host;
  /** Undefined to go by the file, and by `defaultTarget` if it says nothing. */
  readonly target: Release | undefined;
  readonly defaultTarget: Release;
  readonly macros: ReadonlyMap<string, string>;
}

/** Nobody asks here for the others. */
const refusing = rules.filter(({ meta }) => meta.category === "refused");

/** Reads what a configuration says of messages; of one that smtpd refuses nothing can be said but why. */
export function readPolicy(source: PolicySource): { readonly policy: Policy } | { readonly refusal: string } {
  const { path, text, host, target, defaultTarget, macros } = source;
  const options = { ...(target && { target }), defaultTarget, macros, rules: refusing };
  const { diagnostics, policy } = analyse(path, text, host, options);
  const refused = diagnostics.find(({ category }) => category === "refused");
  if (!refused) return { policy };
  const { message } = refused;
  return {
    refusal: `smtpd ${policy.model.target} refuses ${makeVisible(path)}: ${makeVisible(message)}; lint it first`,
  };
}
