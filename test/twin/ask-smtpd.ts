import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SessionVector } from "../helpers/sessions.ts";
import type { Scenario } from "./scenario.ts";

const script = fileURLToPath(new URL("run.sh", import.meta.url));

/** Answers scenarios with a live smtpd, in namespaces of its own; one that it refuses has `refused`. Throws if the kernel does not allow that. */
export function askSmtpd(
  smtpd: string,
  scenarios: readonly Scenario[],
): (SessionVector & { readonly refused?: string })[] {
  const folder = mkdtempSync(join(tmpdir(), "smtpdlint-twin-"));
  try {
    const [questions, answers] = [join(folder, "in.jsonl"), join(folder, "out.jsonl")];
    writeFileSync(questions, scenarios.map((scenario) => `${JSON.stringify(scenario)}\n`).join(""));
    const { status, stderr } = spawnSync(script, [smtpd, questions, answers], { encoding: "utf8" });
    if (status !== 0) throw new Error(`no live smtpd: root and namespaces are needed: ${stderr}`);
    return readFileSync(answers, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
