import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyse } from "@smtpdlint/lint";
import type { Host } from "@smtpdlint/model";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../helpers/random.ts";
import { type Environment, Generator } from "./generator.ts";

/**
 * Generated configurations against `smtpd -n` of this machine: Debian's
 * package is 6.8.0p2. `SMTPD` names another binary and `SMTPD_TARGET` its
 * release.
 */
const smtpd = process.env.SMTPD ?? "/usr/sbin/smtpd";
const target = (process.env.SMTPD_TARGET ?? "6.8") as "6.8";
const cases = runs(1500);

/** Messages about files, interfaces and names that a mistake has made up: this machine decides, not the text. */
const machine = /load_pki_|invalid virtual ip|failed to include|does not exist|invalid configuration file|unknown port/;

describe.skipIf(!existsSync(smtpd))(`${smtpd} -n`, () => {
  const folder = mkdtempSync(join(tmpdir(), "smtpdlint-live-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const tables: Readonly<Record<string, string>> = { list: "a\nb\n", mapping: "a b\nc: d\n" };
  for (const [name, text] of Object.entries(tables)) writeFileSync(join(folder, name), text);
  const environment: Environment = {
    cert: join(folder, "cert.pem"),
    key: join(folder, "key.pem"),
    listFile: join(folder, "list"),
    mappingFile: join(folder, "mapping"),
  };
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(environment.cert, "smtpd -n does not read certificates\n");
  writeFileSync(environment.key, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  // smtpd wants root's certificates.
  const usable = process.getuid?.() === 0 ? environment : undefined;

  const host: Host = {
    readFile(path) {
      const name = Object.keys(tables).find((item) => join(folder, item) === path);
      return name ? { path, text: tables[name] as string } : { path, failure: "not-found" };
    },
  };

  test(
    `agrees on ${cases} configurations (seed ${seed})`,
    () => {
      const file = join(folder, "smtpd.conf");
      let taken = 0;
      fc.assert(
        fc.property(fc.array(fc.nat(), { minLength: 300, maxLength: 600, size: "max" }), (numbers) => {
          const text = new Generator(numbers, target, usable).generate();
          writeFileSync(file, text);
          const { status, stderr } = spawnSync(smtpd, ["-n", "-f", file], { cwd: folder, timeout: 100_000 });
          const message = stderr.toString();
          if ((status !== 0 && status !== 1) || (status === 1 && machine.test(message))) return;
          if (status === 0) taken++;
          const { diagnostics } = analyse(file, text, host, { target });
          const refused = diagnostics.filter(({ category }) => category === "refused").map(({ rule }) => rule);
          const verdict = status === 0 ? "smtpd takes it" : `smtpd refuses it: ${message.trim()}`;
          expect(refused.length === 0, `${verdict}; we say: ${refused.join(", ") || "fine"}\n${text}`).toBe(
            status === 0,
          );
        }),
        // Shrinking takes a minute or two, and not more.
        { numRuns: cases, interruptAfterTimeLimit: runs(200_000) },
      );
      expect(taken).toBeGreaterThan(cases / 20);
    },
    runs(400_000),
  );

  /** Values of which smtpd reads each letter, and what they are made of; `%` stands for the value. */
  const digits = ["0", "1", "9", "99999999", "18446744073709551617", "9223372036854775807"];
  const values: readonly (readonly [statement: string, pieces: readonly string[]])[] = [
    ['smtp max-message-size "%"', [...digits, "0", "9", ".", "+", "-", " ", "K", "m", "G", "P", "E", "x"]],
    ['queue ttl "%"', [...digits, "s", "m", "h", "d", "w", "H", " ", "-", "+", "24855", "."]],
    ["bounce warn-interval %", [...digits, "s", "m", "h", "d", "w", "36500"]],
    ['srs ttl "%"', [...digits, "s", "m", "h", "d", "w", "24855", " "]],
    ["mta max-deferred %", [...digits, "-", "2147483647", "2147483648"]],
    ['smtp sub-addr-delim "%"', ["+", "-", "", "a", " ", "\\", "#"]],
    ["listen on 127.0.0.1 port %", ["25", "0", "smtp", "submission", "6553", "http", "-", "1"]],
    ['match mail-from regex "%" for any reject', [..."a()[]*+?{}|^$.,1", "\\", "[:alpha:]", "[[:x:]]"]],
    [
      'pki "%" cert "C"\npki "%" key "K"',
      ["a", "b", "-", "_", ".", "\\098", "\\045", "\\", "\\0", "\\25", "\\x", "9", "*"],
    ],
  ];
  test.each(values)(`agrees on values (seed ${seed}): %s`, (statement, pieces) => {
    const file = join(folder, "value.conf");
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 }), (parts) => {
        const value = parts.join("");
        const filled = statement.replaceAll("%", () => value);
        const text = `${filled.replace('"C"', `"${environment.cert}"`).replace('"K"', `"${environment.key}"`)}\nmatch reject\n`;
        writeFileSync(file, text);
        const { status, stderr } = spawnSync(smtpd, ["-n", "-f", file], { cwd: folder, timeout: 100_000 });
        if (status === 1 && machine.test(stderr.toString())) return;
        const { diagnostics } = analyse(file, text, host, { target });
        const refused = diagnostics.filter(({ category }) => category === "refused").map(({ rule }) => rule);
        expect(refused.length === 0, `${stderr}; we say: ${refused.join(", ") || "fine"}\n${text}`).toBe(status === 0);
      }),
      { numRuns: runs(60) },
    );
  });

  /** What no machine can listen on; smtpd asks this one, and does not find it either. */
  const addresses = [
    "",
    "0",
    "127.0.0.1",
    "192.0.2.1",
    "::1",
    "2001:db8::1",
    "lo",
    "mx",
    "[",
    "]",
    "/",
    ":",
    "25",
    " ",
  ];
  test(`agrees on what nobody can listen on (seed ${seed})`, () => {
    const file = join(folder, "listen.conf");
    let impossible = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...addresses), { maxLength: 4 }), (parts) => {
        const text = `listen on "${parts.join("")}"\nmatch reject\n`;
        const { diagnostics } = analyse(file, text, host, { target });
        if (!diagnostics.some(({ rule }) => rule === "invalid-listen-address")) return;
        impossible++;
        writeFileSync(file, text);
        const { status, stderr } = spawnSync(smtpd, ["-n", "-f", file], { cwd: folder, timeout: 100_000 });
        expect([status, stderr.toString()], text).toEqual([1, expect.stringContaining("invalid virtual ip")]);
      }),
      { numRuns: runs(300) },
    );
    expect(impossible).toBeGreaterThan(50);
  });

  /** The longest lists that fit the parser's stack, in the places where a list may stand. */
  const lists: readonly (readonly [prefix: string, entry: string, separator: string, suffix: string, most: number])[] =
    [
      ["table t {", "a", ",", "}", 4997],
      ["table t {", "a = b", ",", "}", 4996],
      ["match for domain {", "a", ",", "} reject", 4995],
      ["match tag x from any for domain {", "a", ",", "} reject", 4994],
      ["match ! from src regex {", "a", ",", "} reject", 4995],
      ['action a maildir "x" junk user x alias {', "a = b", ",", "}", 4992],
      ["action a relay helo x host {", "a", ",", "}", 4995],
      ["listen on 127.0.0.1 port 25 hostname x senders {", "a = b", ",", "}", 4993],
      ["filter f phase connect match !src regex {", "a", ",", "} junk", 4993],
      ["mda limit", "max-session 1", " ", "", 9994],
      ["mta limit for domain x", "inet4", " ", "", 9990],
    ];
  test.each(lists)("agrees how long a list may be: %s", (prefix, entry, separator, suffix, most) => {
    for (const length of [most, most + 1]) {
      const text = `${prefix} ${Array(length).fill(entry).join(separator)} ${suffix}\nmatch for local reject\n`;
      const file = join(folder, "long.conf");
      writeFileSync(file, text);
      const { stderr } = spawnSync(smtpd, ["-n", "-f", file], { cwd: folder, timeout: 100_000 });
      const { diagnostics } = analyse(file, text, host, { target });
      const tooLong = diagnostics.some(({ rule }) => rule === "list-too-long");
      expect([/memory exhausted|stack overflow/.test(stderr.toString()), tooLong]).toEqual(
        Array(2).fill(length > most),
      );
    }
  });
});
