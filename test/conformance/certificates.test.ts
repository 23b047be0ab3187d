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

const second = 1000;
const day = 86_400 * second;

describe.skipIf(!hasOpenssl)("certificates", () => {
  const { folder } = temporaryFolder("certificates");
  const at = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync("openssl", words, { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  };
  const makeKey = (name: string, options: readonly string[]) => openssl("genpkey", ...options, "-out", at(name));
  const makeCertificate = (name: string, key: string, names: readonly string[], days = 400) => {
    const alternatives = `subjectAltName=${names.map((each) => `DNS:${each}`).join(",")}`;
    const options = ["-new", "-x509", "-subj", "/CN=x", "-addext", alternatives, "-days", String(days)];
    openssl("req", ...options, "-key", at(key), "-out", at(name));
  };
  const machine = new NodeMachine(() => undefined);
  /** The first and the last second of a certificate, as openssl reads them. */
  const datesOf = (name: string) => {
    const printed = openssl("x509", "-in", at(name), "-noout", "-startdate", "-enddate");
    const dateAfter = (word: string) => Date.parse(new RegExp(`${word}=(.*)`).exec(printed)?.[1] ?? "");
    return { start: dateAfter("notBefore"), end: dateAfter("notAfter") };
  };
  const rulesFor = (text: string, now = 0) => {
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
    makeCertificate(`${name}.crt`, `${name}.key`, ["x.example"]);
    for (const [other] of [...keyTypes, ["other"] as const]) {
      const finds = rulesFor(pki(`${name}.crt`, `${other}.key`)).includes("key-of-another-certificate");
      const ofKey = openssl("pkey", "-in", at(`${other}.key`), "-pubout");
      const ofCertificate = openssl("x509", "-in", at(`${name}.crt`), "-noout", "-pubkey");
      expect([other, finds]).toEqual([other, ofKey !== ofCertificate]);
    }
  });

  test("a chain in the wrong order is another certificate", () => {
    makeCertificate("first.crt", "other.key", ["ca.example"]);
    makeCertificate("second.crt", "ec.key", ["x.example"]);
    const [first, second] = ["first.crt", "second.crt"].map((name) => readFileSync(at(name), "utf8"));
    writeFileSync(at("wrong.crt"), `${first}${second}`);
    writeFileSync(at("right.crt"), `${second}${first}`);
    expect(rulesFor(pki("wrong.crt", "ec.key"))).toContain("key-of-another-certificate");
    expect(rulesFor(pki("right.crt", "ec.key"))).not.toContain("key-of-another-certificate");
  });

  test.each(nameSets.map((names) => [names.join(" "), names] as const))("the hosts of %s", (_, names) => {
    makeCertificate("names.crt", "ec.key", names);
    for (const host of hosts) {
      const listener = `listen on lo tls pki x hostname ${host}\n`;
      const finds = rulesFor(pki("names.crt", "ec.key") + listener).includes("name-not-in-certificate");
      const printed = openssl("x509", "-in", at("names.crt"), "-noout", "-checkhost", host);
      expect([host, finds]).toEqual([host, printed.includes("does NOT match")]);
    }
  });

  test.each([2, 13, 15, 400])("valid for %s days", (days) => {
    makeCertificate("days.crt", "ec.key", ["x.example"], days);
    const { start, end } = datesOf("days.crt");
    expect(end - start).toBe(days * day);
    for (const left of [-day, 0, day, 14 * day, 14 * day + second, 15 * day, 390 * day].filter(
      (left) => left <= days * day,
    )) {
      const finds = rulesFor(pki("days.crt", "ec.key"), end - left).includes("expired-certificate");
      expect([left, finds]).toEqual([left, left <= 14 * day]);
    }
  });

  test("one that is not valid yet", () => {
    makeCertificate("early.crt", "ec.key", ["x.example"]);
    const { start } = datesOf("early.crt");
    expect(rulesFor(pki("early.crt", "ec.key"), start - second)).toContain("expired-certificate");
    expect(rulesFor(pki("early.crt", "ec.key"), start)).not.toContain("expired-certificate");
  });

  test("a chain is whole where each certificate has issued the one before it", () => {
    for (const name of ["root", "middle", "leaf"]) makeKey(`${name}.chain.key`, keyTypes[1][1]);
    const sign = (name: string, issuer: string, ...extensions: string[]) => {
      const request = ["-new", "-subj", `/CN=${name}`, "-key", at(`${name}.chain.key`)];
      const options = [...extensions.flatMap((text) => ["-addext", text]), "-out", at(`${name}.chain.pem`)];
      const self = ["-x509", "-days", "30", ...options];
      if (issuer === name) return openssl("req", ...request, ...self);
      return openssl("req", ...request, ...self, "-CA", at(`${issuer}.chain.pem`), "-CAkey", at(`${issuer}.chain.key`));
    };
    sign("root", "root", "basicConstraints=critical,CA:TRUE");
    sign("middle", "root", "basicConstraints=critical,CA:TRUE");
    sign("leaf", "middle", "authorityInfoAccess=caIssuers;URI:http://ca.example/middle.crt");
    const text = (name: string) => readFileSync(at(`${name}.chain.pem`), "utf8");
    const chainOf = (...names: string[]) => {
      writeFileSync(at("chain.pem"), names.map(text).join(""));
      return machine.certificate(at("chain.pem"));
    };
    expect(chainOf("leaf", "middle", "root")).toMatchObject({ chain: [true, true], namesIssuer: true });
    expect(chainOf("leaf", "root", "middle")?.chain).toEqual([false, false]);
    expect(chainOf("leaf", "middle")?.chain).toEqual([true]);
    expect(chainOf("leaf")).toMatchObject({ chain: [], namesIssuer: true });
    expect(chainOf("root")).toMatchObject({ chain: [], namesIssuer: false });
  });
});
