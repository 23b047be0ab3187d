import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatText } from "@smtpdlint/format";
import { applyEdits } from "@smtpdlint/grammar";
import { fix } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../helpers/random.ts";
import { allCases } from "../helpers/rule-cases.ts";

/**
 * Configurations with slips in them, before and after they are formatted and
 * mended, as `smtpd -n` of this machine (6.8.0p2) judges them. They are made of
 * the cases of the rules and, if SMTPDLINT_CORPUS names a folder of them, of
 * other people's configurations, which are no part of the project.
 */
const smtpd = "/usr/sbin/smtpd";
const corpus = process.env.SMTPDLINT_CORPUS ?? "";

describe.skipIf(!existsSync(smtpd))("mutants", () => {
  const folder = mkdtempSync(join(tmpdir(), "smtpdlint-mutants-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "smtpd.conf");
  const environment = join(folder, "env");

  const path = "smtpd.conf";
  const format = (text: string) => applyEdits(text, formatText(path, text));
  const mend = (text: string) => fix(path, text, blindHost, { target: "6.8" }).changes[0]?.after ?? text;
  /** True if smtpd takes the text; undefined if it says neither yes nor no. */
  const verdict = (text: string): boolean | undefined => {
    writeFileSync(file, text);
    const { status } = spawnSync(smtpd, ["-n", "-f", file], { cwd: folder, timeout: 100_000 });
    return status === 0 || status === 1 ? status === 0 : undefined;
  };

  const isShort = (text: string) => text.length < 5_000;
  const ours = allCases()
    .map(({ text }) => text)
    .filter(isShort);
  const theirs = readCorpus().filter(isShort);

  /** The configurations of the corpus, with the files that they name. */
  function readCorpus(): string[] {
    if (!corpus) return [];
    cpSync(join(corpus, "env"), environment, { recursive: true });
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(join(environment, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    return ["normalized", "normalized/embedded", "embedded", "upstream", "."].flatMap((name) =>
      (existsSync(join(corpus, name)) ? readdirSync(join(corpus, name)) : [])
        .filter((each) => each.includes(".conf"))
        .map((each) => readFileSync(join(corpus, name, each), "utf8").replaceAll("/env/", `${environment}/`)),
    );
  }

  const slips = [
    "\\\n",
    " \\\n ",
    "#",
    "# c\r\n",
    "\r\n",
    "\n\n\n\n",
    " ",
    "\t",
    "  ",
    '"',
    "'",
    "{",
    "}",
    ",",
    "<",
    ">",
    "!",
  ]
    .concat([
      "=",
      "$m",
      " mask-source",
      " tls",
      " port 25",
      " reject",
      "\\",
      "\x01",
      "domain ",
      "é",
      "\f",
      "\0",
      "0.0.0.0/0 ",
    ])
    .concat(["expire 4d\n", "limit session max-rcpt 5\n", "accept from any for any relay\n", "match reject\n"]);

  interface Slip {
    readonly kind: "insert" | "delete" | "word" | "line" | "swap" | "double" | "end";
    readonly at: number;
    readonly text: string;
  }

  const slip: fc.Arbitrary<Slip> = fc.record({
    kind: fc.constantFrom("insert", "insert", "insert", "delete", "word", "line", "swap", "double", "end"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    text: fc.constantFrom(...slips),
  });

  function mutate(text: string, { kind, at, text: inserted }: Slip): string {
    const offset = Math.floor(at * text.length);
    const lines = text.split("\n");
    const line = Math.floor(at * (lines.length - 1));
    switch (kind) {
      case "insert":
        return text.slice(0, offset) + inserted + text.slice(offset);
      case "delete":
        return text.slice(0, offset) + text.slice(offset + 1);
      case "word":
        return text.slice(0, offset) + text.slice(offset).replace(/^\S*\s+\S+/, inserted);
      case "line":
        return lines.toSpliced(line, 1).join("\n");
      case "swap":
        return lines.toSpliced(line, 2, ...lines.slice(line, line + 2).reverse()).join("\n");
      case "double":
        return lines.toSpliced(line, 0, lines[line] as string).join("\n");
      case "end":
        return text.trimEnd() + inserted;
    }
  }

  const mutant = fc
    .tuple(
      theirs.length > 0 ? fc.oneof(fc.constantFrom(...theirs), fc.constantFrom(...ours)) : fc.constantFrom(...ours),
      fc.array(slip, { maxLength: 3 }),
    )
    .map(([text, many]) => many.reduce(mutate, text));

  const cases = runs(200);
  test(
    `smtpd judges ${cases} of ${ours.length + theirs.length} texts alike before and after (seed ${seed})`,
    () => {
      const seen = { accepted: 0, refused: 0, formatted: 0, mended: 0 };
      fc.assert(
        fc.property(mutant, (text) => {
          const before = verdict(text);
          if (before === undefined) return;
          seen[before ? "accepted" : "refused"]++;
          const formatted = format(text);
          expect(format(formatted), "formatted again").toBe(formatted);
          if (formatted !== text) {
            seen.formatted++;
            expect(verdict(formatted), `formatted: ${JSON.stringify(text)}`).toBe(before);
          }
          const mended = mend(text);
          if (mended === text) return;
          seen.mended++;
          if (before) expect(verdict(mended), `mended: ${JSON.stringify(text)}`).toBe(true);
        }),
        { numRuns: cases, interruptAfterTimeLimit: runs(200_000) },
      );
      if (process.env.SMTPDLINT_EFFORT) console.info(JSON.stringify(seen));
      expect(Math.min(seen.accepted, seen.refused, seen.formatted)).toBeGreaterThan(cases / 20);
    },
    runs(400_000),
  );
});
