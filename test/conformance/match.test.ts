import { readFileSync } from "node:fs";
import { analyse } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import { evaluate, explain, matches, outsideEnvironment, rulesetOf, unknownEnvironment } from "@smtpdlint/policy";
import { expect, test } from "vitest";

/**
 * What the rule set of smtpd 7.8 answered for messages: a line of
 * `vectors/match.jsonl` is [id, text, messages], a message its properties and
 * the number of the rule that took it, or `nomatch`, or `tempfail`.
 */
type Answer = number | "nomatch" | "tempfail";
type Row = [
  src: string,
  rdns: string,
  helo: string,
  mailFrom: string,
  rcptTo: string,
  tag: string,
  user: string,
  Answer,
];
type Vector = [id: string, text: string, rows: Row[]];

const vectors = readFileSync(new URL("vectors/match.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Vector);

test(`${vectors.length} rule sets take the messages that smtpd's take`, () => {
  let messages = 0;
  const wrong: string[] = [];
  for (const [id, text, rows] of vectors) {
    const { model } = analyse("smtpd.conf", text, blindHost, { rules: [] });
    const rules = rulesetOf(model, outsideEnvironment);
    for (const [src, rdns, helo, mailFrom, rcptTo, tag, user, expected] of rows) {
      messages++;
      const message = { src, rdns, helo, mailFrom, rcptTo, tag, user: user === "" ? undefined : user };
      const result = evaluate(rules, message);
      const found = result.outcome === "rule" ? model.matches.indexOf(result.match) + 1 : result.outcome;
      if (found !== expected) wrong.push(`${id}: ${JSON.stringify(message)}: ${found} instead of ${expected}`);
    }
  }
  expect(messages).toBe(12_000);
  expect(wrong).toEqual([]);
});

test("an explanation says what decided, and agrees with the match", () => {
  const answers = new Map<unknown, number>();
  for (const [, text, rows] of vectors.slice(0, 200)) {
    const { model } = analyse("smtpd.conf", text, blindHost, { rules: [] });
    for (const rule of rulesetOf(model, outsideEnvironment)) {
      for (const [src, rdns, helo, mailFrom, rcptTo, tag, user] of rows.slice(0, 4)) {
        const message = { src, rdns, helo, mailFrom, rcptTo, tag, user: user === "" ? undefined : user };
        const explanations = explain(rule, message);
        const last = explanations.at(-1)?.answer;
        expect(explanations.slice(0, -1).every(({ answer }) => answer === true || answer === "unknown")).toBe(true);
        expect(last).toBe(matches(rule, message));
        answers.set(last, (answers.get(last) ?? 0) + 1);
        for (const { compared, answer, origin } of explanations) {
          if (!compared || answer !== true || origin === "implied" || origin.negation) continue;
          expect(compared.found).toHaveProperty("key");
        }
      }
    }
  }
  expect([...answers.keys()]).toEqual(expect.arrayContaining([true, false]));
});

test("what the machine decides is unknown, and what does not depend on it is not", () => {
  const { model } = analyse("smtpd.conf", "match from any for domain a.org reject\nmatch for any reject\n", blindHost);
  const message = { src: "192.0.2.1", rdns: "", helo: "h", mailFrom: "@", tag: "", user: undefined };
  const ask = (rcptTo: string, src = message.src) =>
    evaluate(rulesetOf(model, unknownEnvironment), { ...message, src, rcptTo }).outcome;
  expect(ask("x@a.org")).toBe("rule");
  expect(ask("x@b.org")).toBe("unknown");
});

test("what a table decides that nobody has read is unknown, even if the rule then fails", () => {
  const text = "table t file:/t\nmatch from src <t> tls for any reject\nmatch from src 10.0.0.1 tls for any reject\n";
  const { model } = analyse("smtpd.conf", text, blindHost);
  const [unread, failing] = rulesetOf(model, unknownEnvironment);
  const message = {
    src: "10.0.0.1",
    rdns: "",
    helo: "h",
    mailFrom: "@",
    rcptTo: "x@a.org",
    tag: "",
    user: undefined,
  };
  const ask = (rule: typeof unread) => evaluate(rule ? [rule] : [], message).outcome;
  expect([ask(unread), ask(failing)]).toEqual(["unknown", "tempfail"]);
});

test("names of users are compared as they are, and addresses as addresses", () => {
  const { model } = analyse("smtpd.conf", 'match from any auth { joe, "@a.org" } for any reject\n', blindHost);
  const message = { src: "192.0.2.1", rdns: "", helo: "h", mailFrom: "@", rcptTo: "x@b.org", tag: "" };
  const taken = ["joe", "JOE", "joe+x", "ann", "ann@a.org", "joe@b.org", ""].filter(
    (user) => evaluate(rulesetOf(model, unknownEnvironment), { ...message, user }).outcome === "rule",
  );
  expect(taken).toEqual(["joe", "JOE", "ann@a.org", "joe@b.org"]);
});

test("an address of a table that is longer than smtpd's is nobody's", () => {
  const long = `joe@${"a".repeat(256)}.org`;
  const { model } = analyse(
    "smtpd.conf",
    `match from any mail-from { "${long}", "@b.org" } for any reject\n`,
    blindHost,
  );
  const message = { src: "192.0.2.1", rdns: "", helo: "h", rcptTo: "x@b.org", tag: "", user: undefined };
  const ask = (mailFrom: string) => evaluate(rulesetOf(model, unknownEnvironment), { ...message, mailFrom }).outcome;
  expect(["joe@b.org", "joe@a.org", long].map(ask)).toEqual(["rule", "nomatch", "nomatch"]);
});
