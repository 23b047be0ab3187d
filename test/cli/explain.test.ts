import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const page = `# no-rules

A configuration without a match rule, which is a long enough sentence to be wrapped at eighty columns.

## Why

- smtpd does not start: see \`parse.y\`, and the [manual](https://man.openbsd.org/smtpd.conf) too, for it is long
- second

\`\`\`smtpd.conf
action "x" mbox   # not wrapped, however long the line may be, and it may be very long indeed
\`\`\`
`;
const pages = { "no-rules": page };

describe("smtpdlint explain", () => {
  test("prints the page, plain and wrapped", async () => {
    const { code, stdout, stderr } = await run(["explain", "no-rules"], { pages });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`no-rules

A configuration without a match rule, which is a long enough sentence to be
wrapped at eighty columns.

Why

- smtpd does not start: see \`parse.y\`, and the manual
  (https://man.openbsd.org/smtpd.conf) too, for it is long
- second

    action "x" mbox   # not wrapped, however long the line may be, and it may be very long indeed

https://github.com/smtpdlint/smtpdlint/blob/main/packages/lint/src/rules/match/no-rules.md
`);
  });

  test("in a terminal has headings and code stand out, in its width", async () => {
    const { stdout } = await run(["explain", "no-rules"], { pages, terminal: true, columns: 50 });
    expect(stdout).toContain("\x1b[1mparse.y\x1b[22m");
    expect(stdout).toContain("\x1b[1mWhy\x1b[22m");
    expect(stdout).toContain('\n    action "x" mbox');
    expect(stdout).toContain("A configuration without a match rule, which is a\nlong");
  });

  test("names the nearest rule for one that does not exist", async () => {
    expect(await run(["explain", "no-rulse"], { pages })).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("there is no rule 'no-rulse'; did you mean no-rules?"),
    });
  });

  test("needs one rule, and a file of that name is another thing", async () => {
    expect(await run(["explain"], { pages })).toMatchObject({ code: 2, stderr: expect.stringContaining("./explain") });
    expect(await run(["explain", "no-rules", "nul-byte"], { pages })).toMatchObject({ code: 2 });
    const { folder } = temporaryFolder("explain");
    writeFileSync(join(folder, "explain"), "match reject\n");
    expect(await run([join(folder, "explain")])).toMatchObject({ code: 0, stdout: "no problems in 1 file\n" });
    rmSync(folder, { recursive: true });
  });
});
