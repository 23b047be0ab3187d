import { isIP } from "node:net";
import type { Listen } from "@smtpdlint/grammar";
import type { Message } from "@smtpdlint/policy";
import fc from "fast-check";

/** Random rule sets and messages over few values, so that rules overlap. */

const domains = ["a.org", "b.a.org", "c.b.a.org", "other.net", "*.a.org", "*", "*a.org", "mx*.org", "mx1.org"];
const networks = [
  "10.0.0.0/8",
  "10.0.0.0/9",
  "10.128.0.0/9",
  "10.1",
  "10.1.2.3",
  "192.0.2.0/24",
  "0.0.0.0/0",
  "0.0.0.0/1",
];
const networks6 = ["128.0.0.0/1", "::/0", "2001:db8::/32", "[2001:db8::1]", "::1", "127.0.0.1", "local", "no-address"];
const addresses = [
  "joe@a.org",
  "joe",
  "joe+x",
  "joe+x@a.org",
  "@a.org",
  "@*.a.org",
  "ann@other.net",
  "@",
  "",
  "@*",
  "a.org",
];
const users = ["joe", "ann", "joe@a.org", "@a.org", ""];
const tags = ["IN", "OUT", "MSA"];
const expressions = ["^joe", "a\\.org$", "", "10\\.", "local", "(["];

const quoted = (texts: readonly string[]) =>
  fc.constantFrom(...texts).map((text) => JSON.stringify(text).replaceAll("\\\\", "\\"));

const table = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: quoted(texts) },
    {
      weight: 3,
      arbitrary: fc.array(quoted(texts), { minLength: 2, maxLength: 4 }).map((list) => `{ ${list.join(", ")} }`),
    },
    { weight: 1, arbitrary: quoted(expressions).map((text) => `regex ${text}`) },
  );

const negation = fc.constantFrom("", "", "", "! ");
const condition = (words: string, texts: readonly string[]) =>
  fc.tuple(negation, table(texts)).map(([not, list]) => `${not}${words} ${list}`);
const plain = (...words: string[]) => fc.tuple(negation, fc.constantFrom(...words)).map(([not, word]) => not + word);
const sometimes = (arbitrary: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant("") }, { weight: 1, arbitrary });

const from = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("from any", "from any", "") },
  plain("from local", "from socket", "from rdns", "from any", "from auth"),
  { weight: 3, arbitrary: condition("from src", [...networks, ...networks6]) },
  condition("from rdns", domains),
  condition("from mail-from", addresses),
);
const destination = fc.oneof(
  { weight: 2, arbitrary: fc.constant("for any") },
  plain("for local", "for any"),
  { weight: 3, arbitrary: condition("for domain", domains) },
  condition("for rcpt-to", addresses),
);

const rule = fc
  .tuple(
    fc.tuple(
      sometimes(condition("tag", tags)),
      from,
      destination,
      sometimes(condition("helo", domains)),
      sometimes(fc.oneof(plain("auth"), condition("auth", users))),
      sometimes(condition("mail-from", addresses)),
      sometimes(condition("rcpt-to", addresses)),
    ),
    fc.constantFrom("reject", "action r", "action l"),
  )
  .map(([parts, outcome]) => {
    const [tag, origin, domain, helo, auth, mailFrom, rcptTo] = parts;
    // What parse.y refuses to hear twice.
    const rest = [
      tag,
      domain,
      helo,
      origin.includes("auth") ? "" : auth,
      origin.includes("mail-from") ? "" : mailFrom,
      domain.includes("rcpt-to") ? "" : rcptTo,
    ];
    return ["match", origin, ...rest, outcome].filter(Boolean).join(" ");
  });

const listener = fc
  .record({
    address: fc.constantFrom("eth0", "lo", "192.0.2.1", "socket"),
    tag: fc.constantFrom("", "", ...tags),
    auth: fc.constantFrom("", "", "auth", "auth-optional"),
  })
  .map(({ address, tag, auth }) => {
    const words = ["listen on", address, tag && `tag ${tag}`];
    if (auth && address !== "socket") words.push("port 587 tls-require pki x", auth);
    return words.filter(Boolean).join(" ");
  });

const head = ['pki x cert "/c"', 'pki x key "/k"', "action r relay", "action l mbox"];

/** A configuration with some listeners and rules. */
export const configuration: fc.Arbitrary<string> = fc
  .tuple(
    fc.uniqueArray(listener, { maxLength: 3, selector: (text) => text.includes("socket") || text }),
    fc.array(rule, { minLength: 1, maxLength: 7 }),
  )
  .map(([listeners, rules]) => `${[...head, ...listeners, ...rules].join("\n")}\n`);

const sources = [
  "local",
  "10.1.2.3",
  "10.200.0.1",
  "192.0.2.7",
  "198.51.100.4",
  "127.0.0.1",
  "2001:db8::1",
  "2001:db9::1",
  "::1",
];
const names = domains.filter((name) => !name.includes("*"));
const senders = ["joe@a.org", "joe+x@a.org", "ann@other.net", "@", "x@c.b.a.org", "joe@mx1.org"];

/** A message through any entry point, also one that no machine would see. */
export const message: fc.Arbitrary<Message> = fc.record({
  src: fc.constantFrom(...sources),
  rdns: fc.constantFrom("", ...names),
  helo: fc.constantFrom(...names, "[10.1.2.3]"),
  mailFrom: fc.constantFrom(...senders),
  rcptTo: fc.constantFrom(...senders.filter((text) => text !== "@")),
  tag: fc.constant(""),
  user: fc.constantFrom(undefined, undefined, "joe", "ann", "joe@a.org"),
  internal: fc.boolean(),
});

/** A message of somebody outside, not logged in, to a domain that no configuration names. */
export const outsideMessage: fc.Arbitrary<Message> = fc.record({
  src: fc.constantFrom("198.51.100.4", "203.0.113.9", "99.1.2.3", "2001:db9::1", "2620::1"),
  rdns: fc.constantFrom("", "host.stranger.net", ...names),
  helo: fc.constantFrom("stranger.net", ...names),
  mailFrom: fc.constantFrom("zoe@stranger.net", ...senders),
  rcptTo: fc.constantFrom("joe@stranger.net", "ann@stranger.org", "zoe@far.away.com", "joe+x@stranger.org"),
  tag: fc.constant(""),
  user: fc.constant(undefined),
});

/** False for a client of one version of IP at a listener of the other: no such message comes in. */
export function canConnect(src: string, { interface: name, options }: Listen): boolean {
  const has = (word: string) => options.some(({ keyword }) => keyword.word === word);
  const address = isIP(name?.value ?? "");
  return src.includes(":") ? address !== 4 && !has("inet4") : address !== 6 && !has("inet6");
}
