import { lineColumn, lineStarts, type SourceFile } from "@smtpdlint/grammar";
import { analyse, type Rule, rules } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { describe, expect, test } from "vitest";

/** Some rules, so that the texts can be short. */
const some = rules.filter(({ meta }) =>
  /^(undefined-(filter|table)|misspelt-word|syntax-error|carriage-return|byte-order-mark|listener-tls-without-pki|.*-suppression)$/.test(
    meta.id,
  ),
);

/** The findings as `path:line rule`; other cases are in `fixtures/rules/*-suppression.txt`. */
function lint(text: string, files: Record<string, string> = {}, options: Parameters<typeof analyse>[3] = {}) {
  const { model, diagnostics } = analyse("/etc/mail/smtpd.conf", text, memoryHost(files), { rules: some, ...options });
  return diagnostics.map(({ span, rule }) => {
    const { path, text: source } = model.sources.files[span.file] as SourceFile;
    return `${path.slice("/etc/mail/".length)}:${lineColumn(lineStarts(source), span.start).line} ${rule}`;
  });
}

const bad = "listen on lo filter nope\n";

describe("a suppression", () => {
  test.each([
    ["the next line", `# smtpdlint-disable-next-line undefined-filter\n${bad}`],
    ["the next line, of several rules", `# smtpdlint-disable-next-line no-rules, undefined-filter -- why\n${bad}`],
    [
      "the next statement, on several lines",
      "#smtpdlint-disable-next-line undefined-filter\nlisten \\\n on lo \\\n filter nope\n",
    ],
    [
      "from above a block of comments",
      `# smtpdlint-disable-next-line undefined-filter\n# This one\n\n# is known.\n${bad}`,
    ],
    [
      "two of them above one statement",
      "# smtpdlint-disable-next-line undefined-filter\n# smtpdlint-disable-next-line undefined-table\nlisten on lo filter nope senders <x>\n",
    ],
    ["with Windows line ends", `# smtpdlint-disable carriage-return, undefined-filter\r\n${bad.replace("\n", "\r\n")}`],
    ["its own line", "match reject\nlisten on lo filter nope # smtpdlint-disable-line undefined-filter -- why\n"],
    [
      "the statement that ends on its line",
      "listen \\\n on lo \\\n filter nope # smtpdlint-disable-line undefined-filter\n",
    ],
    [
      "its line in a list",
      "match for domain {\n  a,\n  b, # smtpdlint-disable-line syntax-error\n}  reject\nmatch reject\n",
    ],
    [
      "a region",
      `# smtpdlint-disable undefined-filter\n${bad}${bad}# smtpdlint-enable undefined-filter\nmatch reject\n`,
    ],
    ["the rest of the file", `match reject\n# smtpdlint-disable undefined-filter\n${bad}${bad}`],
    ["behind a statement", `match reject # smtpdlint-disable undefined-filter\n${bad}`],
    ["a byte-order mark before it", "\ufeff# smtpdlint-disable byte-order-mark\nmatch reject\n"],
    [
      "a statement that cannot be read",
      "# smtpdlint-disable-next-line misspelt-word\nmacth for any reject\nmatch reject\n",
    ],
    [
      "a line within braces",
      "match for domain {\n  a,\n  # smtpdlint-disable-next-line syntax-error\n  b,\n}  reject\nmatch reject\n",
    ],
  ])("covers %s", (_, text) => {
    expect(lint(text)).toEqual(expect.not.arrayContaining([expect.stringMatching(/undefined|misspelt|mark|return/)]));
  });

  test("does not cover what follows", () => {
    expect(lint(`${bad.trim()} # smtpdlint-disable-line undefined-filter\n${bad}`)).toEqual([
      "smtpd.conf:2 undefined-filter",
    ]);
    expect(lint(`${bad}match reject # smtpdlint-disable-line undefined-filter\n`)).toEqual([
      "smtpd.conf:1 undefined-filter",
      "smtpd.conf:2 unused-suppression",
    ]);
    expect(lint(`# smtpdlint-disable-next-line undefined-filter\n${bad}${bad}`)).toEqual([
      "smtpd.conf:3 undefined-filter",
    ]);
    expect(lint(`# smtpdlint-disable undefined-filter\n${bad}# smtpdlint-enable undefined-filter\n${bad}`)).toEqual([
      "smtpd.conf:4 undefined-filter",
    ]);
  });

  test("counts in its own file only", () => {
    const include = { "/etc/mail/inc.conf": bad };
    expect(lint('# smtpdlint-disable undefined-filter\ninclude "inc.conf"\n', include)).toEqual([
      "smtpd.conf:1 unused-suppression",
      "inc.conf:1 undefined-filter",
    ]);
    const own = { "/etc/mail/inc.conf": `# smtpdlint-disable undefined-filter\n${bad}` };
    expect(lint(`include "inc.conf"\n${bad}`, own)).toEqual(["smtpd.conf:2 undefined-filter"]);
  });

  /** Reports every key of every table's file. */
  const keys: Rule = {
    meta: { id: "undefined-table", category: "suspicious", summary: "", messages: { key: "a key" } },
    visit: {
      table(node, { model, report }) {
        const file = model.tables.declared(node).file;
        for (let index = 0; file && index < file.size; index++) {
          const span = file.keySpan(index);
          report({ span: { ...span, end: span.start + 1 }, message: "key" });
        }
      },
    },
  };

  test("works in the file of a table", () => {
    const table = [
      "a",
      "# smtpdlint-disable-next-line undefined-table -- ours",
      "  # and more about it",
      "",
      "b",
      "c # smtpdlint-disable undefined-table",
      "\t# smtpdlint-disable undefined-table",
      "d",
    ].join("\n");
    const found = lint("table t file:/etc/mail/t\nmatch reject\n", { "/etc/mail/t": table }, { rules: [keys] });
    expect(found).toEqual(["t:1 undefined-table", "t:6 undefined-table"]);
  });

  test("of a rule that is off is not unused", () => {
    const text = "# smtpdlint-disable-next-line undefined-table\nmatch reject\n";
    expect(lint(text)).toEqual(["smtpd.conf:1 unused-suppression"]);
    expect(lint(text, {}, { severities: { "undefined-table": "off" } })).toEqual([]);
  });

  test("is found among many of them", () => {
    const many = `# smtpdlint-disable-next-line misspelt-word\nlisten on lo prot 25\n`.repeat(20_000);
    expect(lint(`${many}match reject\n`)).toEqual([]);
  });
});

describe("the target in a file", () => {
  const old = "# smtpdlint target=6.8\nlisten on lo tls\nmatch reject\n";

  test("counts for the file and what it includes", () => {
    expect(lint(old)).toEqual([]);
    expect(
      lint('# smtpdlint target = 6.8.0p2 -- Debian\ninclude "inc"\n', {
        "/etc/mail/inc": "listen on lo tls\nmatch reject\n",
      }),
    ).toEqual([]);
  });

  test("wins over the default and not over the caller", () => {
    expect(lint(old, {}, { defaultTarget: "7.8" })).toEqual([]);
    expect(lint(old, {}, { target: "7.8" })).toEqual(["smtpd.conf:2 listener-tls-without-pki"]);
    expect(lint("listen on lo tls\nmatch reject\n", {}, { defaultTarget: "6.8" })).toEqual([]);
  });
});
