import { analyse } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import { DomainEvaluation, evaluate, type Message, rulesetOf, unknownEnvironment } from "@smtpdlint/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../helpers/random.ts";
import { configuration, outsideMessage } from "./arbitrary.ts";

const domains = ["a.org", "A.org", "b.a.org", "c.b.a.org", "other.net", "mx1.org", "elsewhere.example"];

/** What takes somebody in each domain, by the way that is made for many domains and by smtpd's. */
function both(text: string, message: Message, names: readonly string[]) {
  const rules = rulesetOf(analyse("smtpd.conf", text, blindHost, { rules: [] }).model, unknownEnvironment);
  const many = new DomainEvaluation(rules, message);
  return names.map((domain) => ({
    domain,
    fast: many.evaluate(domain),
    slow: evaluate(rules, { ...message, rcptTo: `someone@${domain}` }),
  }));
}

test("many domains are evaluated as each of them is", () => {
  fc.assert(
    fc.property(configuration, outsideMessage, (text, message) => {
      for (const { domain, fast, slow } of both(text, message, domains))
        expect({ domain, ...fast }).toEqual({ domain, ...slow });
    }),
    { numRuns: runs(500) },
  );
});

test("rules that name a domain, rules that compare, and rules that the message cannot take", () => {
  const text = `match from any for domain "a.org" rcpt-to "ann" reject
match from any tag OUT for domain { "a.org", "b.org" } reject
match from any for domain "A.org" reject
match from any for domain { "a.org", "b.org", "*.c.org" } reject
match from any ! for domain { "c.org", "d.org", "e.org", "f.org", "x.c.org" } reject
match from any for domain regex "^e" reject
match from any for domain { "e.org", "f.org" } reject
match from any for domain "d.org" tls reject
match from any for domain { "f.org", "h.org" } reject
`;
  const message: Message = {
    src: "192.0.2.1",
    rdns: "",
    helo: "h",
    mailFrom: "@",
    rcptTo: "someone@elsewhere.example",
    tag: "IN",
    user: undefined,
  };
  const names = ["a.org", "A.ORG", "b.org", "c.org", "x.c.org", "d.org", "e.org", "f.org", "g.org"];
  const line = ({ fast }: ReturnType<typeof both>[number]) => {
    if (fast.outcome === "nomatch") return "none";
    return text.slice(0, fast.match.span.start).split("\n").length;
  };
  const found = both(text, message, names);
  expect(found.map(line)).toEqual([3, 3, 4, "none", 4, 8, 6, 7, 5]);
  for (const { fast, slow } of found) expect(fast).toEqual(slow);
});
