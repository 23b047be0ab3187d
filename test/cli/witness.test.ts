import type { Diagnostic } from "@smtpdlint/lint";
import { describe, expect, test } from "vitest";
import { casesOf, ruleFiles } from "../helpers/rule-cases.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

/** What a finding says of a message, the command that it names shows, in the words that stand beside the rule. */
const { file } = temporaryFolder("witness");
const shown: Readonly<Record<string, RegExp>> = {
  "bounce-without-rule": /: refused with/,
  "listener-for-nobody": /: refused with/,
  "local-mail-without-rule": /: refused with/,
  "local-only-delivery": /: refused with/,
  "narrow-reject": /: (?:delivered|relayed|handed over) to/,
  "no-rule-for-users": /: refused with/,
  "open-relay": /: relayed to/,
  "refused-recipient": /: refused/,
  "root-without-alias": /not allowed to deliver to: root/,
};

describe.each(Object.entries(shown))("%s", (id, words) => {
  const cases = ruleFiles()
    .filter((rule) => rule.id === id)
    .flatMap(casesOf)
    .filter(({ files, options }) => Object.keys(files).length === 0 && !options.has("on-host"));
  test("each witness is one", async () => {
    let count = 0;
    for (const [index, { title, text, target }] of cases.entries()) {
      const path = file(`${id}/${index}/smtpd.conf`, text);
      const options = ["--no-config", ...(target ? ["--target", target] : [])];
      const { stdout } = await run(["--format", "json", ...options, path]);
      const [{ diagnostics }] = JSON.parse(stdout).files;
      // Of what smtpd refuses nothing can be traced.
      if (diagnostics.some(({ category }: Diagnostic) => category === "refused")) continue;
      for (const { rule, message, help } of diagnostics) {
        const [, command] = /smtpdlint (trace .*)$/.exec(help ?? "") ?? [];
        if (rule !== id || command === undefined) continue;
        count++;
        const trace = await run(command.split(" ").map((word) => word.replace(/^'(.*)'$/, "$1")));
        const reply = /is refused with '([^']+)'/.exec(message)?.[1] ?? "";
        expect(trace.code, title).toBe(0);
        expect(trace.stdout, title).toMatch(words);
        expect(trace.stdout, title).toContain(reply);
      }
    }
    expect(count).toBeGreaterThan(0);
  });
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
