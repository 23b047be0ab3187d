import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Release, releases } from "@smtpdlint/grammar";
import { analyse, type Diagnostic } from "@smtpdlint/lint";
import { describe, expect, test } from "vitest";
import { NodeHost } from "../packages/cli/src/node-host.ts";
import { lintCase } from "./helpers/check.ts";
import { parseCase } from "./helpers/fixture.ts";

/**
 * Mistakes that people have asked about in public, made anonymous: the
 * configuration as it was, the one that was the answer, and copies of their
 * machines. Each mistake is found by the rules that name its cause, or it
 * stands in none of the files; and of the answer nothing is said.
 */
const reports: Readonly<Record<string, readonly [release: Release, ...rules: string[]]>> = {
  "01-auth-no-rule": ["6.8", "no-rule-for-users"],
  "02-users-login-and-mask-source": ["6.4", "no-rule-for-users", "auth-table-not-mapping"],
  "04-from-local-without-for": ["6.4", "relay-for-local-names"],
  "05-reject-without-for": ["6.8", "narrow-reject"],
  "07-old-accept-relay": ["6.4", "old-syntax"],
  "08-old-accept-table": ["6.8", "old-syntax"],
  "10-helo-names-typo": ["6.4", "misspelt-word"],
  "11-helo-as-statement": ["6.4", "unknown-statement"],
  "13-forward-without-relay-rule": ["6.8", "refused-recipient"],
  "14-error-in-forward-only": ["6.8", "refused-recipient"],
  "16-catch-all-bare-at": ["6.6", "catch-all-takes-users"],
  "17-null-sender-reject": ["6.8", "null-sender-pattern"],
  "19-content-filter-loop": ["6.8", "unreachable-match"],
  "20-from-socket-6.4": ["6.4", "failing-condition"],
  "22-macro-in-url": ["6.7", "unexpanded-macro"],
  "23-relay-url-slash": ["6.7", "ignored-part-of-relay"],
  "25-relay-verify-short-name": ["7.4", "relay-cannot-verify"],
  "26-relay-src-v6-only": ["7.8", "relay-source-of-one-family"],
  "28-helo-src-v6-key": ["6.8", "unbracketed-address-key"],
  "31-senders-without-auth": ["6.8", "senders-without-auth"],
  "34-wildcard-pki-name": ["6.8", "invalid-certificate-name"],
  "35-tls-without-pki-68": ["6.8", "no-matching-pki"],
  "37-auth-behind-tls-proxy": ["7.6", "listener-auth-without-tls"],
  "38-smtps-with-starttls": ["6.8", "wrong-tls-mode"],
  "40-table-without-braces": ["6.8", "list-without-braces"],
  "41-reserved-word-senders": ["6.8", "reserved-word"],
  "43-passwd-file-as-file-table": ["6.8", "plain-password"],
  "44-crypt-prefix-in-passwd": ["6.8", "plain-password"],
  "47-userbase-keys-with-domain": ["6.8", "key-never-looked-up"],
  "49-mysql-conf-as-file-table": ["6.8", "backend-configuration"],
  "50-shared-maildir": ["7.4", "shared-maildir-without-user"],
  "52-nested-quotes": ["6.4", "empty-sender-option"],
  "53-root-without-alias": ["6.8", "root-without-alias"],
  "59-dkim-not-for-local": ["7.6", "unsigned-local-mail"],
  "62-dkim-on-mx-exit-1": ["6.8", "dkim-filter-on-mx"],
  "64-whitelist-next-chain": ["6.8", "syntax-error"],
  "67-custom-reject-code": ["7.6", "syntax-error"],
  "68-macro-path-raw": ["7.6", "unquoted-text"],
  "79-tls-require-verify-ca": ["6.6", "open-relay"],
  "80-mda-root-dovecot": ["6.6", "empty-sender-option"],
  "82-wildcard-apex": ["7.4", "wildcard-of-one-label"],
  "83-v6-in-table-file": ["6.8", "wrong-table-kind", "split-address"],
};

/** What an answer left as it was: true, and not what had been asked. */
const leftByAnswer: Readonly<Record<string, readonly string[]>> = {
  "44-crypt-prefix-in-passwd": ["duplicate-listener"],
};

const certificateIn = (dates: string) => `CERTIFICATE ${dates} mx.example.org K`;
const key = "BEGIN PRIVATE KEY K";
const valid = certificateIn("2026-01-01 2027-01-01");

const aliases = "--- /etc/mail/aliases\nroot: joe\n";

/**
 * What `--on-host` finds. The files of the machine are written as in a case of
 * a rule (helpers/machine.ts), those of the question before those of the answer.
 */
const onHost: Readonly<Record<string, readonly [release: Release, rule: string, bad: string, good?: string]>> = {
  "32-listen-all-linux": ["6.8", "unknown-interface", "", ""],
  "55-local-maildir-domain-lmtp": [
    "6.8",
    "unwritable-maildir",
    `bare persons=joe\n${aliases}--- /home/joe /0755:1001:1001\n--- /home/joe/Maildir /0700:5000:5000\n`,
    `bare persons=joe\n${aliases}--- /var/dovecot/lmtp =0666:0:0\nsocket\n`,
  ],
  "56-lmtp-socket-denied": [
    "7.6",
    "closed-lmtp-socket",
    "--- /etc/run/lmtp =0660:107:107\nsocket\n",
    "--- /etc/run/lmtp =0660:107:107\nsocket\n",
  ],
  "61-dkimsign-user-missing": ["6.8", "unknown-user", ""],
  "70-letsencrypt-symlink": [
    "6.8",
    "unusable-certificate",
    `--- /etc/ssl/mx.crt\n${valid}\n--- /etc/ssl/private/mx.key 0644\n${key}\n`,
    `--- /etc/ssl/mx.crt\n${valid}\n--- /etc/ssl/private/mx.key 0600\n${key}\n`,
  ],
  "71-cert-owner-acme": [
    "6.8",
    "unusable-certificate",
    `--- /etc/ssl/mx.crt 0644 1\n${valid}\n--- /etc/ssl/private/mx.key 0600\n${key}\n`,
    `--- /etc/ssl/mx.crt 0644 0\n${valid}\n--- /etc/ssl/private/mx.key 0600\n${key}\n`,
  ],
  "73-hostname-without-dot": ["6.8", "short-host-name", "hostname=mx"],
  "76-aliases-db-old": [
    "6.8",
    "outdated-database",
    "--- /etc/mail/aliases 0644 0 2026-03-01\nroot: joe\n--- /etc/mail/aliases.db 0644 0 2026-02-01\nhash\n",
  ],
  "86-certificate-expired": [
    "6.8",
    "expired-certificate",
    `--- /etc/ssl/exp.crt\n${certificateIn("2025-01-01 2026-01-01")}\n--- /etc/ssl/private/mx.key 0600\n${key}\n`,
    `--- /etc/ssl/mx.crt\n${valid}\n--- /etc/ssl/private/mx.key 0600\n${key}\n`,
  ],
};

/** What no file says: it depends on the machine, its network, or other programs. */
const undecidable: Readonly<Record<string, string>> = {
  "29-smarthost-in-network": "a server that only its own network reaches",
  "46-extras-after-7.6": "the version of the table packages",
  "58-lmtp-after-lhlo": "a server's replies",
  "65-rspamd-gtube": "what the filter does with a message",
  "74-mailname-vs-relay-helo": "the name of the machine",
  "77-mx-is-localhost": "the DNS",
  "85-message-id-submission": "what a client writes into a message",
};

const folder = fileURLToPath(new URL("fixtures/reports/", import.meta.url));

function lint(name: string, kind: "bad" | "good", target: Release) {
  const main = `${folder}${name}/${kind}.conf`;
  const root = `${folder}${name}/root-${kind}`;
  const host = new NodeHost({ main, root: existsSync(root) ? root : undefined, machine: undefined });
  return analyse(main, readFileSync(main, "utf8"), host, { target }).diagnostics;
}

test("each report is looked at", () => {
  const known = [...[reports, onHost, undecidable].flatMap(Object.keys)].sort();
  expect(readdirSync(folder).sort()).toEqual(known);
});

describe.each(Object.entries(reports))("%s", (name, [release, ...rules]) => {
  test("the mistake is found", () => {
    const found = lint(name, "bad", release).map(({ rule }) => rule);
    expect(found).toEqual(expect.arrayContaining(rules));
  });

  // To some there was none.
  if (!existsSync(`${folder}${name}/good.conf`)) return;
  test("nothing is wrong with the answer", () => {
    // What the answer needs may be newer than the question.
    const target = releases.find((one) => !refuses(name, one, release)) ?? release;
    const found = lint(name, "good", target).filter(isGrave);
    expect(found.map(({ rule }) => rule)).toEqual(leftByAnswer[name] ?? []);
  });
});

describe.each(Object.entries(onHost))("%s, on its host", (name, [target, rule, bad, good]) => {
  const lintOnHost = (kind: "bad" | "good", machine: string) => {
    const [options = ""] = machine.split("---", 1);
    const files = machine.slice(options.length);
    const text = readFileSync(`${folder}${name}/${kind}.conf`, "utf8");
    return lintCase(parseCase(`${name} | on-host target=${target} ${options.trim()}\n${text}${files}`)).diagnostics;
  };
  test("the mistake is found", () => {
    expect(lintOnHost("bad", bad).map((item) => item.rule)).toContain(rule);
  });

  if (good === undefined) return;
  test("nothing is wrong with the answer", () => {
    expect(lintOnHost("good", good).filter(isGrave)).toEqual([]);
  });
});

const isGrave = ({ severity }: Diagnostic) => severity === "error" || severity === "warning";

/** True for a release older than the one of the report, and for one that refuses the answer. */
const refuses = (name: string, release: Release, since: Release) =>
  releases.indexOf(release) < releases.indexOf(since) ||
  lint(name, "good", release).some(({ category }) => category === "refused");
