import { analyse, describeDiff } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import { diffPolicies, outsideEnvironment, Smtpd } from "@smtpdlint/policy";
import { expect, test } from "vitest";

/** Thousands of match rules of one kind: work that grows with the square of them would not end, or take all memory. */
const kinds: Readonly<Record<string, (n: number) => string>> = {
  domains: (n) => `match from any for domain "d${n}.example" action "in"`,
  "patterns of domains": (n) => `match from any for domain "*.d${n}.example" action "in"`,
  recipients: (n) => `match from any for any rcpt-to "u${n}@d${n % 100}.example" action "in"`,
  senders: (n) => `match from any mail-from "u${n}@d${n % 100}.example" for any action "in"`,
  networks: (n) => `match from src "10.${n >> 8}.${n & 255}.0/24" for any action "out"`,
  "networks and domains": (n) => `match from src "10.${n >> 8}.${n & 255}.0/24" for domain "d${n}.example" action "in"`,
  greetings: (n) => `match from any helo "h${n}.example" for any action "out"`,
  "names of clients": (n) => `match from rdns "h${n}.example" for any action "out"`,
  actions: (n) =>
    `action "a${n}" relay host "smtp://h${n}.example"\nmatch from any for domain "d${n}.example" action "a${n}"`,
};

const head = 'listen on eth0\naction "in" mbox\naction "out" relay\n';
const load = (text: string) => new Smtpd(analyse("smtpd.conf", text, blindHost).policy, outsideEnvironment);

test.each(Object.entries(kinds))(
  "%s",
  (_, ruleFor) => {
    const lines = Array.from({ length: 4000 }, (_, n) => ruleFor(n));
    const text = head + lines.join("\n");
    const [before, same] = [load(`${text}\n`), load(`${text}\n`)];
    expect(describeDiff(diffPolicies(before, same)).result).toBe("equal");
    const changed = lines.with(2000, (lines[2000] ?? "").replace(/action \S+$/, "reject"));
    const { differences, unproved } = describeDiff(diffPolicies(before, load(`${head}${changed.join("\n")}\n`)));
    expect(new Set(differences.map(({ kind }) => kind))).toEqual(new Set(["lost"]));
    expect(unproved).toEqual([]);
  },
  60_000,
);

test("logins, each with a relay of its own", () => {
  const rules = Array.from(
    { length: 4000 },
    (_, n) => `action "a${n}" relay host "smtp://h${n}.example"\nmatch auth "u${n}" from any for any action "a${n}"\n`,
  );
  const listener = 'pki x cert "/c"\npki x key "/k"\nlisten on eth0 tls-require pki x auth\n';
  const text = head.replace("listen on eth0\n", listener) + rules.join("");
  const changed = text.replace(/(auth "u2000".*) action "a2000"/, "$1 reject");
  const { differences, unproved } = describeDiff(diffPolicies(load(text), load(changed)));
  expect(differences.map(({ kind, who }) => [kind, ...who])).toEqual([
    [
      "lost",
      "from anywhere, logged in as u2000, to any domain",
      "from anywhere, logged in as a name with @, where the login is not among u0, u1, u2, u3, u4 or 1995 more, where the login is among u2000, to any domain",
    ],
  ]);
  expect(unproved).toEqual([]);
});
