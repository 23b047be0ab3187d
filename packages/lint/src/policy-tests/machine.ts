import type { Release } from "@smtpdlint/grammar";
import { isIPv4, isIPv6, quote } from "@smtpdlint/model";
import { describedEnvironment, type Environment, heededAnswer, localTables, type Policy } from "@smtpdlint/policy";
import { misspelt, type TestProblem } from "./problem.ts";
import type { TestSettings } from "./settings.ts";

/**
 * The machine that tests run against: what is known of one, and what the
 * settings say. Its `users` are all that there are, besides root, with empty
 * homes unless the machine has them. It has the addresses that its
 * configurations listen on.
 */
export function withTestSettings(
  machine: Environment,
  policies: readonly Policy[],
  target: Release,
  settings?: TestSettings,
): Environment {
  const users = settings?.users;
  const hostName = settings?.hostName ?? machine.hostName;
  const names = hostName === undefined ? undefined : ["localhost", hostName];
  const addresses = ["127.0.0.1", "::1", ...(settings?.addresses ?? []), ...policies.flatMap(listenedAddresses)];
  const tables = localTables({ localAddresses: addresses, localNames: names ?? [] }, target);
  return {
    ...machine,
    ...(users && accountsOf(users, target, machine)),
    hostName,
    localAddresses: tables.localAddresses,
    localNames: names && tables.localNames,
    filterAnswer: (filter, phase) => heededAnswer(settings?.filters.get(filter)?.answer, phase),
  };
}

/** Where smtpd listens the machine has an address: else it would not start. */
const listenedAddresses = ({ entryPoints }: Policy): string[] =>
  entryPoints.flatMap(({ listener }) => {
    const address = listener?.interface?.value ?? "";
    const isAddress = isIPv4(address) || isIPv6(address);
    return isAddress && !["0.0.0.0", "::"].includes(address) ? [address] : [];
  });

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

/** An assumption about a filter that the configuration does not have. */
export function unknownFilter({ filters }: TestSettings, { model }: Policy): TestProblem | undefined {
  for (const [name, { name: value }] of filters) {
    const found = model.symbols.definitionsOf("filter", name);
    if (found.length > 0) continue;
    const wrong = { span: value.span, message: `the configuration has no filter ${quote(name)}` };
    return misspelt({ ...wrong, text: name, words: model.symbols.namesOf("filter") }) ?? wrong;
  }
  return undefined;
}
