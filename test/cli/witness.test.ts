import { expect, test } from "vitest";
import { casesOf, ruleFiles } from "../helpers/rule-cases.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

/** What a finding says of a message, the command that it names shows. */
const { file } = temporaryFolder("witness");
const cases = ruleFiles()
  .filter(({ id }) => id === "refused-recipient")
  .flatMap(casesOf);

test.each(cases)("$title", async ({ title, text }) => {
  const path = file(`${cases.findIndex((each) => each.title === title)}/smtpd.conf`, text);
  const { stdout } = await run(["--format", "json", path]);
  const [{ diagnostics }] = JSON.parse(stdout).files;
  for (const { rule, message, help } of diagnostics) {
    if (rule !== "refused-recipient") continue;
    const [, command = ""] = /smtpdlint (trace .*)$/.exec(help) ?? [];
    const reply = /is refused with '([^']+)'/.exec(message)?.[1];
    const shown = await run(command.split(" "));
    expect(shown.stdout).toContain(reply);
    expect(shown.stdout).toContain("refused");
    expect(shown.code).toBe(0);
  }
});
