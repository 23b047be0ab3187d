import type { Release } from "@smtpdlint/grammar";
import { type TestSettings, withTestSettings } from "@smtpdlint/lint";
import type { Environment, Policy } from "@smtpdlint/policy";
import { machineOf } from "../trace/machine.ts";

/** The machine that tests run against: what is below `root`, and what the settings say. */
export function testMachine(
  root: string | undefined,
  policies: readonly Policy[],
  target: Release,
  settings?: TestSettings,
  sawFile?: (path: string) => void,
): Environment {
  const now = Math.floor(Date.now() / 1000);
  const machine = machineOf({
    root,
    host: undefined,
    target,
    users: [],
    assumed: [],
    now,
    isStranger: true,
    ...(sawFile && { sawFile }),
  });
  return withTestSettings(machine, policies, target, settings);
}
