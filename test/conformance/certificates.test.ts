import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { analyse } from "@smtpdlint/lint";
import { describe, expect, test } from "vitest";
import { NodeHost } from "../../packages/cli/src/node-host.ts";
import { NodeMachine } from "../../packages/cli/src/node-machine.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** What is said of real certificates, beside what openssl(1) says of them. */
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

const keyTypes = [
  ["rsa", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]],
  ["ec", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]],
  ["ed25519", ["-algorithm", "ED25519"]],
] as const;

const nameSets = [
  ["mx.example.org"],
  ["*.example.org"],
  ["example.org", "*.mail.example.org"],
  ["MX.Example.ORG", "b.example.net"],
  ["*.example.org", "example.net", "mx.example.com"],
] as const;

const hosts = [
  "mx.example.org",
  "MX.example.org",
  "example.org",
  "a.mx.example.org",
  "a.mail.example.org",
  "mail.example.org",
  "b.example.net",
  "example.net",
  "mx.example.com",
  "other.example",
];

/** Days for which they are valid, from now on. */
const spans = [2, 13, 15, 400];

describe.skipIf(!hasOpenssl)("certificates", () => {
  const { folder } = temporaryFolder("certificates");
  const at = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync("openssl", words, { encoding: "utf8" });
    if (status !== 0 && !words.includes("-checkend")) throw new Error(stderr);
    return { status, stdout };
  };
  const makeKey = (name: string, options: readonly string[]) => openssl("genpkey", ...options, "-out", at(name));
  const makeCertificate = (name: string, key: string, names: readonly string[], days: number) => {
    const alternatives = `subjectAltName=${names.map((each) => `DNS:${each}`).join(",")}`;
    const options = ["-new", "-x509", "-subj", "/CN=x", "-addext", alternatives, "-days", String(days)];
    openssl("req", ...options, "-key", at(key), "-out", at(name));
  };
  const machine = new NodeMachine(() => undefined);
  /** A second from now all certificates are valid that were made before. */
  const soon = () => Date.now() + 1000;
  const rulesFor = (text: string, now = soon()) => {
    const host = new NodeHost({
      main: at("smtpd.conf"),
      root: undefined,
      machine: Object.assign(Object.create(machine), { now }),
    });
    const { diagnostics } = analyse(at("smtpd.conf"), text, host);
    return diagnostics.map(({ rule }) => rule);
  };
  const pki = (cert: string, key: string) => `pki x cert "${at(cert)}"\npki x key "${at(key)}"\n`;

  for (const [name, options] of keyTypes) makeKey(`${name}.key`, options);
  makeKey("other.key", keyTypes[1][1]);

  test.each(keyTypes)("a key of %s is that of its certificate only", (name) => {
    makeCertificate(`${name}.crt`, `${name}.key`, ["x.example"], 400);
    for (const [other] of [...keyTypes, ["other"] as const]) {
      const finds = rulesFor(pki(`${name}.crt`, `${other}.key`)).includes("key-of-another-certificate");
      const ofKey = openssl("pkey", "-in", at(`${other}.key`), "-pubout").stdout;
      const ofCertificate = openssl("x509", "-in", at(`${name}.crt`), "-noout", "-pubkey").stdout;
      expect([other, finds]).toEqual([other, ofKey !== ofCertificate]);
    }
  });

  test("a chain in the wrong order is another certificate", () => {
    makeCertificate("first.crt", "other.key", ["ca.example"], 400);
    makeCertificate("second.crt", "ec.key", ["x.example"], 400);
    const [first, second] = ["first.crt", "second.crt"].map((name) => readFileSync(at(name), "utf8"));
    writeFileSync(at("wrong.crt"), `${first}${second}`);
    writeFileSync(at("right.crt"), `${second}${first}`);
    expect(rulesFor(pki("wrong.crt", "ec.key"))).toContain("key-of-another-certificate");
    expect(rulesFor(pki("right.crt", "ec.key"))).not.toContain("key-of-another-certificate");
  });

  test.each(nameSets.map((names) => [names.join(" "), names] as const))("the hosts of %s", (_, names) => {
    makeCertificate("names.crt", "ec.key", names, 400);
    for (const host of hosts) {
      const listener = `listen on lo tls pki x hostname ${host}\n`;
      const finds = rulesFor(pki("names.crt", "ec.key") + listener).includes("name-not-in-certificate");
      const { stdout } = openssl("x509", "-in", at("names.crt"), "-noout", "-checkhost", host);
      expect([host, finds]).toEqual([host, stdout.includes("does NOT match")]);
    }
  });

  test.each(spans)("valid for %s days", (days) => {
    makeCertificate("days.crt", "ec.key", ["x.example"], days);
    for (const ahead of [0, 1, 3, 14, 386, 390, 401]) {
      const now = soon() + ahead * 86_400_000;
      const finds = rulesFor(pki("days.crt", "ec.key"), now).includes("expired-certificate");
      const seconds = Math.round((now - Date.now()) / 1000) + 14 * 86_400;
      const { status } = openssl("x509", "-in", at("days.crt"), "-noout", "-checkend", String(seconds));
      // On the very day both are right.
      if (Math.abs(days - ahead - 14) >= 1) expect([ahead, finds]).toEqual([ahead, status !== 0]);
    }
  });

  test("one that is not valid yet", () => {
    makeCertificate("early.crt", "ec.key", ["x.example"], 400);
    expect(rulesFor(pki("early.crt", "ec.key"), soon() - 86_400_000)).toContain("expired-certificate");
  });
});
