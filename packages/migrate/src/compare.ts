import { newestRelease, parse } from "@smtpdlint/grammar";
import { type Host, includeWithin, Model } from "@smtpdlint/model";
import { diffPolicies, type Environment, Policy, type PolicyDiff, readOldPolicy, Smtpd } from "@smtpdlint/policy";
import type { Migration, MigrationOptions } from "./migrate.ts";

/**
 * Compares what the old configuration does with all messages, as 6.0.3 would,
 * with what its migration does, both on the machine that `machineFor` knows.
 */
export function compareMigration(
  path: string,
  text: string,
  migration: Migration,
  host: Host,
  options: MigrationOptions,
  machineFor: (policies: readonly Policy[]) => Environment,
): PolicyDiff {
  const { target = newestRelease, hostName, macros } = options;
  const old = readOldPolicy(path, text, host, { hostName }, macros);
  const migrated = withFiles(host, migration.files);
  const parsed = parse(path, migration.text, {
    target,
    include: includeWithin(migrated),
    ...(macros && { macros }),
  });
  const current = new Policy(new Model(parsed.config, parsed.problems, target, migrated));
  const machine = machineFor([old.policy, current]);
  return diffPolicies(new Smtpd(old.policy, machine), new Smtpd(current, machine));
}

/** The files of a host, of which some have a new text. */
export function withFiles(host: Host, files: Migration["files"]): Host {
  return {
    nameOf: (path) => host.nameOf?.(path) ?? path,
    users: host.users,
    machine: host.machine,
    readFile(name, from, purpose) {
      const found = host.readFile(name, from, purpose);
      const text = files[found.path];
      return "text" in found && text !== undefined ? { ...found, text } : found;
    },
  };
}
