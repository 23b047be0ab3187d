import type { Release } from "@smtpdlint/grammar";
import type { TestSettings } from "@smtpdlint/lint";
import { describedEnvironment, type Environment, localTables } from "@smtpdlint/policy";
import { answerIn, machineOf } from "../trace/machine.ts";

/**
 * The machine that tests run against: what is below `root`, and what the
 * settings say. `users` are all that there are, besides root, with empty homes
 * unless `root` has them.
 */
export function testMachine(root: string | undefined, target: Release, settings?: TestSettings): Environment {
  const users = settings?.users;
  const now = Math.floor(Date.now() / 1000);
  const machine = machineOf({ root, host: undefined, target, users: [], assumed: [], now, isStranger: true });
  const hostName = settings?.hostName ?? machine.hostName;
  const names = hostName === undefined ? undefined : ["localhost", hostName];
  const addresses = ["127.0.0.1", "::1", ...(settings?.addresses ?? [])];
  const tables = localTables({ localAddresses: addresses, localNames: names ?? [] }, target);
  return {
    ...machine,
    ...(users && accountsOf(users, target, machine)),
    hostName,
    localAddresses: tables.localAddresses,
    localNames: names && tables.localNames,
    filterAnswer: (filter, phase) => answerIn(settings?.filters.get(filter)?.answer, phase),
  };
}

/** Accounts with a home each; what `machine` knows of them counts first. */
function accountsOf(
  users: readonly string[],
  target: Release,
  machine: Environment,
): Pick<Environment, "user" | "entry"> {
  const names = [...new Set(users)].filter((name) => name !== "root");
  const lines = [
    "root:0:0:/root",
    ...names.map((name, index) => `${name}:${1000 + index}:${1000 + index}:/home/${name}`),
  ];
  const env = { hostname: "", localAddresses: [], localNames: [] };
  const described = describedEnvironment({ env, users: lines.join("\n") }, target);
  return {
    user: (name) => {
      const known = machine.user(name);
      return known === undefined || known === "missing" || known === "present" ? described.user(name) : known;
    },
    entry: (path) => machine.entry(path) ?? described.entry(path),
  };
}
