import { describe, expect, test } from "vitest";
import { messageFields, messageWords } from "../../packages/site/src/playground/message.ts";
import { secretsIn, withoutSecrets } from "../../packages/site/src/playground/secrets.ts";
import { decodeProject, encodeProject } from "../../packages/site/src/playground/share.ts";

/** The parts of the playground that need no browser. */
describe("a link", () => {
  const project = {
    files: { "smtpd.conf": "listen on lo\n# ü, 邮件, \u{1f4e7}\n", aliases: "" },
    target: "6.8",
    view: "trace",
    message: "from local to bob",
    old: "match for any reject\n",
  };

  test("holds everything", async () => {
    const fragment = await encodeProject(project);
    expect(fragment).toMatch(/^1[\w-]+$/);
    expect(await decodeProject(`#${fragment}`)).toEqual(project);
  });

  test("of the first version is read for ever", async () => {
    const fragment =
      "1BcExDoAgDAXQqzR_NqwazsJCsCgGWgNdDOHuvjeRS-UBPzGavadLKhketQxjIRWqGqRFSzdl7RTlo84PJwuCtcFiv9jgsbsD6wc";
    expect(await decodeProject(fragment)).toEqual({
      files: { "smtpd.conf": "listen on lo\nmatch for any reject\n" },
      target: "7.8",
    });
    expect(await decodeProject(fragment.slice(0, 20))).toBeUndefined();
  });

  test.each(["", "#", "1", "2abc", "1%%%", "1bm90IGRlZmxhdGU", "#/rules"])("%j is none", async (fragment) => {
    expect(await decodeProject(fragment)).toBeUndefined();
  });

  test("that unpacks to very much is none", async () => {
    expect(await decodeProject(await encodeProject({ files: { bomb: "a".repeat(6_000_000) } }))).toBeUndefined();
  });

  test("with other things in it has only what is known", async () => {
    const odd = { files: { "smtpd.conf": "x", other: 5 }, target: 7, more: true } as never;
    expect(await decodeProject(await encodeProject(odd))).toEqual({ files: { "smtpd.conf": "x" } });
  });
});

describe("secrets", () => {
  test.each([
    ['srs key "very secret"', 'srs key "****** ******"'],
    ["srs key backup abcdef", "srs key backup ******"],
    ["queue encryption 0123456789abcdef", "queue encryption ******"],
    [
      'action out relay host smtps://l@h auth { l = "joe:secret" }',
      'action out relay host smtps://l@h auth { l = "joe:******" }',
    ],
    ["table t { joe = $2b$10$abcdefghijklmnopqrstuv }", "table t { joe = ****** }"],
    ["label joe:secret", "label joe:******"],
    ["username cn=smtpd,dc=example,dc=org\npassword secret", "username cn=smtpd,dc=example,dc=org\npassword ******"],
    [
      "conninfo host=db user=smtpd password='a secret' dbname=mail",
      "conninfo host=db user=smtpd password='****** ******' dbname=mail",
    ],
    ["conninfo host=db password=secret", "conninfo host=db password=******"],
    [
      "accept for any relay via tls+auth://label@h\nuri ldap://joe:secret@db",
      "accept for any relay via tls+auth://label@h\nuri ldap://joe:******@db",
    ],
    [
      "-----BEGIN PRIVATE KEY-----\nabc\ndef\n-----END PRIVATE KEY-----",
      "-----BEGIN PRIVATE KEY-----\n******\n******\n-----END PRIVATE KEY-----",
    ],
  ])("%s", (text, hidden) => {
    expect(secretsIn(text).length).toBeGreaterThan(0);
    expect(withoutSecrets(text)).toBe(hidden);
    // What is hidden is no secret any more.
    expect(secretsIn(hidden)).toEqual([]);
  });

  test.each([
    'table aliases file:/etc/mail/aliases\naction in maildir "/var/mail/%{user.username}"',
    'pki mail cert "/etc/ssl/mail.crt"\nlisten on 192.0.2.25 tls pki mail\nlisten on ::1',
    "root: alice\ninfo: alice, bob\n",
    'action out relay host "smtp+tls://label@mx.example.org:587" auth <secrets>',
    "# login password; one a line",
    "match from any for domain { example.org, example.net } action in",
  ])("nothing in %j", (text) => {
    expect(secretsIn(text)).toEqual([]);
    expect(withoutSecrets(text)).toBe(text);
  });
});

describe("the form of a message", () => {
  test.each([
    "from 203.0.113.5 to bob@example.org",
    "auth bob port 587 to x@elsewhere.example",
    "from 10.0.0.1 mail-from <> rdns none helo a.example to bob@example.org",
    'from local to "a b@example.org"',
  ])("%s", (words) => {
    const again = messageWords(messageFields(words));
    expect(messageFields(again)).toEqual(messageFields(words));
    expect(again.split(" ").sort()).toEqual(words.split(" ").sort());
  });
});
