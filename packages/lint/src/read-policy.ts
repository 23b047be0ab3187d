import { lineColumn, lineStarts, oldRelease, type Release } from "@smtpdlint/grammar";
import { type Host, makeVisible } from "@smtpdlint/model";
import { type Policy, readOldPolicy } from "@smtpdlint/policy";
import { isRefusal } from "./diagnostic.ts";
import { analyse } from "./lint.ts";
import { rules } from "./rules/index.ts";

/** A configuration, and what it is read with. */
export interface PolicySource {
  readonly path: string;
  readonly text: string;
  /** Reads includes and tables. */
  readonly host: Host;
  /** Of the machine, if it is known; the old language takes it for what is left out. */
  readonly hostName?: string | undefined;
  /** Undefined to go by the file, and by `defaultTarget` if it says nothing. */
  readonly target: Release | undefined;
  readonly defaultTarget: Release;
  readonly macros: ReadonlyMap<string, string>;
}

/** Why nothing can be said of a configuration. */
export interface Refusal {
  readonly refusal: string;
  /** True for a file in the language before 6.4. */
  readonly isOld: boolean;
}

/** The rules about what smtpd refuses, for those who ask for nothing else. */
export const refusingRules = rules.filter(({ meta }) => isRefusal(meta));

/** Reads what a configuration says of messages; of one that smtpd refuses nothing can be said but why. */
export function readPolicy(source: PolicySource): { readonly policy: Policy } | Refusal {
  const { path, text, host, target, defaultTarget, macros } = source;
  if (target === oldRelease) return readOld(source);
  const options = { ...(target && { target }), defaultTarget, macros, rules: refusingRules };
  const { diagnostics, policy } = analyse(path, text, host, options);
  const refused = diagnostics.find(isRefusal);
  if (!refused) return { policy };
  const { message, help, span } = refused;
  const file = policy.model.sources.files[span.file];
  const { line } = lineColumn(lineStarts(file?.text ?? ""), span.start);
  const place = `${makeVisible(file?.path ?? path)}:${line}`;
  return {
    refusal: `${place}: smtpd ${policy.model.target} refuses this: ${makeVisible(message)}${help === undefined ? "" : `; ${makeVisible(help)}`}`,
    isOld: refused.rule === "old-syntax",
  };
}

/** The same of a file in the language before 6.4; what is older than 6.0 is read all the same. */
function readOld({ path, text, host, hostName, macros }: PolicySource): ReturnType<typeof readPolicy> {
  const { policy, config, problems } = readOldPolicy(path, text, host, { hostName }, macros);
  const harmless = ["older-syntax", "unfinished-line", "include-failed"];
  const problem = problems.find(({ code }) => !harmless.includes(code));
  if (!problem) return { policy };
  const file = config.files[problem.span.file];
  const { line } = lineColumn(lineStarts(file?.text ?? ""), problem.span.start);
  return { refusal: `${makeVisible(file?.path ?? path)}:${line}: no release before 6.4 reads this line`, isOld: false };
}
