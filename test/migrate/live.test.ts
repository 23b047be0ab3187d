import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { migrate } from "@smtpdlint/migrate";
import { memoryHost } from "@smtpdlint/model";
import { afterAll, describe, expect, test } from "vitest";
import { oldVectors } from "../helpers/old-vectors.ts";

/** The `smtpd -n` of this machine, Debian's 6.8.0p2: `SMTPD` names another binary. */
const smtpd = process.env.SMTPD ?? "/usr/sbin/smtpd";
const target = (process.env.SMTPD_TARGET ?? "6.8") as "6.8";

/** `smtpd -n` takes no key from standard input, and no file without a rule; some old rules never matched. */
const known = /invalid key for queue encryption|no rules, nothing to do/;

describe.skipIf(!existsSync(smtpd) || process.getuid?.() !== 0)(`${smtpd} -n accepts what comes out`, () => {
  const folder = mkdtempSync(join(tmpdir(), "smtpdlint-migrate-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(folder, "cert.pem"), "smtpd -n does not read certificates\n");
  writeFileSync(join(folder, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });

  /** The text with files, interfaces and addresses of this machine. */
  const here = (text: string) =>
    text
      .replace(/(\bcert )"?[^"\s]+"?/g, `$1"${folder}/cert.pem"`)
      .replace(/(\bkey )"?\/[^"\s]+"?/g, `$1"${folder}/key.pem"`)
      .replace(/(?<![\w.])(?:\/usr\/local)?\/etc\//g, `${folder}/etc/`)
      .replace(/(?<=listen on )(?:\d[\d.]+|[0-9a-f:]*:[0-9a-f:]+)/g, "127.0.0.1")
      .replace(/\b(?:em0|lo0|egress)\b/g, "lo");

  test.each(oldVectors)(
    "%s",
    (_, read) => {
      const refused: string[] = [];
      for (const vector of read().filter(({ verdict }) => verdict.ok)) {
        const host = memoryHost(vector.files);
        const { text, files } = migrate("/etc/mail/smtpd.conf", vector.conf, host, {
          target,
          hostName: vector.env.hostname,
        });
        for (const [path, contents] of Object.entries({ ...vector.files, ...files })) {
          const name = here(path).startsWith(folder) ? here(path) : join(folder, path);
          mkdirSync(dirname(name), { recursive: true });
          writeFileSync(name, here(contents));
        }
        const file = join(folder, "smtpd.conf");
        writeFileSync(file, here(text));
        const { status, stderr } = spawnSync(smtpd, ["-n", "-f", file], { cwd: folder, timeout: 100_000 });
        const message = stderr.toString().trim();
        if (status !== 0 && !known.test(message)) refused.push(`${vector.id}: ${message}`);
      }
      expect(refused).toEqual([]);
    },
    120_000,
  );
});
