import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Release, releases } from "@smtpdlint/grammar";
import { analyse } from "@smtpdlint/lint";
import { describe, expect, test } from "vitest";
import { NodeHost } from "../packages/cli/src/node-host.ts";

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

/** What no file says: it depends on the machine, its network, or other programs. */
const undecidable: Readonly<Record<string, string>> = {
  "29-smarthost-in-network": "a server that only its own network reaches",
  "32-listen-all-linux": "the addresses of the interfaces",
  "44-crypt-prefix-in-passwd": "the users of the machine",
  "46-extras-after-7.6": "the version of the table packages",
  "55-local-maildir-domain-lmtp": "whose the mailboxes are",
  "56-lmtp-socket-denied": "the mode of a socket",
  "58-lmtp-after-lhlo": "a server's replies",
  "61-dkimsign-user-missing": "the users of the machine",
  "65-rspamd-gtube": "what the filter does with a message",
  "70-letsencrypt-symlink": "certificates",
  "71-cert-owner-acme": "certificates",
  "73-hostname-without-dot": "the name of the machine",
  "74-mailname-vs-relay-helo": "the name of the machine",
  "76-aliases-db-old": "the age of a database",
  "77-mx-is-localhost": "the DNS",
  "85-message-id-submission": "what a client writes into a message",
  "86-certificate-expired": "certificates",
};

const folder = fileURLToPath(new URL("fixtures/reports/", import.meta.url));

function lint(name: string, kind: "bad" | "good", target: Release) {
  const main = `${folder}${name}/${kind}.conf`;
  const root = `${folder}${name}/root-${kind}`;
  const host = new NodeHost({ main, root: existsSync(root) ? root : undefined, machine: undefined });
  return analyse(main, readFileSync(main, "utf8"), host, { target }).diagnostics;
}

test("each report is looked at", () => {
  const known = [...Object.keys(reports), ...Object.keys(undecidable)].sort();
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
    const graver = ({ severity }: { severity: string }) => severity === "error" || severity === "warning";
    // What the answer needs may be newer than the question.
    const target = releases.find((one) => !refuses(name, one, release)) ?? release;
    expect(lint(name, "good", target).filter(graver)).toEqual([]);
  });
});

/** True for a release older than the one of the report, and for one that refuses the answer. */
const refuses = (name: string, release: Release, since: Release) =>
  releases.indexOf(release) < releases.indexOf(since) ||
  lint(name, "good", release).some(({ category }) => category === "refused");
