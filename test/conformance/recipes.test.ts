import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { recipes } from "../helpers/recipes.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** Each recipe is accepted by `smtpd -n` of this machine, Debian's 6.8.0p2. */
const smtpd = "/usr/sbin/smtpd";
// smtpd wants root's keys.
const isTestable = existsSync(smtpd) && process.getuid?.() === 0;

describe.skipIf(!isTestable)(`${smtpd} -n`, () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

  describe.each(Object.entries(recipes))("%s", (_, files) => {
    const machine = temporaryFolder("recipe");
    machine.file("etc/ssl/mail.example.org.fullchain.pem", "not looked at");
    const key = privateKey.export({ type: "pkcs8", format: "pem" });
    chmodSync(machine.file("etc/ssl/private/mail.example.org.key", key), 0o600);
    for (const [path, text] of Object.entries(files)) {
      machine.file(path, text.replaceAll("/etc/", `${machine.folder}/etc/`));
    }
    test("is accepted", () => {
      const { status, stderr } = spawnSync(smtpd, ["-n", "-f", `${machine.folder}/smtpd.conf`], { encoding: "utf8" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "configuration OK\n" });
    });
  });
});
