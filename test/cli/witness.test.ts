import type { Diagnostic } from "@smtpdlint/lint";
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

test("the command sees the machine and the release that the run has seen", async () => {
  const root = file("root/etc/mail/users", "info@example.org joe@example.net\n").replace(/\/etc\/.*/, "");
  const path = file(
    "root/etc/mail/smtpd.conf",
    [
      "table fwd file:/etc/mail/users",
      "listen on eth0",
      "action fwd forward-only virtual <fwd>",
      'match from any for domain "example.org" action fwd',
      "",
    ].join("\n"),
  );
  const options = ["--root", root, "--target", "6.8", "--no-config"];
  const { stdout } = await run(["--format", "json", ...options, path]);
  const { help } = JSON.parse(stdout).files[0].diagnostics.find(({ rule }: Diagnostic) => rule === "refused-recipient");
  const command = `trace ${path} ${options.join(" ")} --to info@example.org`;
  expect(help).toContain(`see smtpdlint ${command}`);
  expect((await run(command.split(" "))).stdout).toContain("refused");
});
