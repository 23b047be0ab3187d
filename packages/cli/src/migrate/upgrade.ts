import type { Release } from "@smtpdlint/grammar";
import { analyse, describeDiff, fix, isRefusal } from "@smtpdlint/lint";
import { announcementOf, type ProvedMigration, spanAt } from "@smtpdlint/migrate";
import { type Host, makeVisible } from "@smtpdlint/model";
import { diffPolicies, type Environment, type Policy, Smtpd } from "@smtpdlint/policy";
import { InputError } from "../usage-error.ts";

/** A configuration for one release, to be read by another. */
export interface Upgrade {
  readonly path: string;
  readonly text: string;
  readonly host: Host;
  readonly from: Release;
  readonly target: Release;
  readonly macros: ReadonlyMap<string, string>;
}

/**
 * Carries a configuration over from one of today's releases to another: what
 * the new one would refuse is mended where there is one right way, and whatever
 * becomes otherwise of mail is announced.
 */
export function upgraded(
  { path, text, host, from, target, macros }: Upgrade,
  machineFor: (policies: readonly Policy[], target: Release) => Environment,
): ProvedMigration {
  const before = analyse(path, text, host, { target: from, macros });
  const wrong = before.diagnostics.find(isRefusal);
  if (wrong) throw new InputError(`smtpd ${from} refuses ${makeVisible(path)}: ${wrong.message}; lint it first`);
  const mended = fix(path, text, host, { target, macros, wants: isRefusal });
  const { analysis, changes } = mended;
  const texts = new Map(changes.map((change) => [change.path, change.after]));
  const sources = before.model.sources.files.slice(0, before.model.config.files.length);
  const untranslated = analysis.diagnostics
    .filter(isRefusal)
    .map(({ message, help, span }) => ({ reason: help ? `${message}: ${help}` : message, span }));
  const common = {
    text: texts.get(path) ?? text,
    files: Object.fromEntries(sources.slice(1).map((file) => [file.path, texts.get(file.path) ?? file.text])),
    untranslated,
    sources,
    notes: [],
  };
  if (untranslated.length > 0) return { ...common, announcements: [], isProved: false };
  const policies = [before.policy, analysis.policy];
  const [old, current] = [
    new Smtpd(before.policy, machineFor(policies, from)),
    new Smtpd(analysis.policy, machineFor(policies, target)),
  ];
  const { differences, unproved } = describeDiff(diffPolicies(old, current));
  const start = { file: 0, start: 0, end: 0 };
  return {
    ...common,
    announcements: [
      ...differences.map((difference) => announcementOf(difference, spanAt(difference.old, sources) ?? start)),
      ...unproved.map((message) => ({ kind: "not-proved", message, span: start }) as const),
    ],
    isProved: unproved.length === 0,
  };
}
