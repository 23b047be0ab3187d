import { isAlive, type Keyword, type Lifetime } from "@smtpdlint/grammar";
import { optionOf, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

/** Pairs of options that exclude each other. */
const pairs: readonly (readonly [string, string])[] = [
  ["alias", "virtual"],
  ["backup", "host"],
  ["backup", "domain"],
];

/** Methods that choose the user themselves, or deliver nothing. */
const userless: Readonly<Record<string, Lifetime>> = {
  mbox: {},
  "forward-only": {},
  "expand-only": {},
  lmtp: { since: "7.0", until: "7.5" },
};

export const rule = defineRule({
  meta: {
    id: "conflicting-options",
    category: "refused",
    judgesCombinations: true,
    summary: "options of an action that exclude each other",
    messages: {
      pair: "{option} cannot be combined with {earlier}",
      user: "{method} cannot have an option 'user'",
    },
  },
  visit: {
    action(node, context) {
      // The first option of each word, in order.
      const before = new Map<string, Keyword>();
      for (const { keyword } of node.options) {
        const earlier = [...before.values()].find(({ word }) =>
          pairs.some((pair) => excludes(pair, keyword.word, word)),
        );
        if (!before.has(keyword.word)) before.set(keyword.word, keyword);
        if (!earlier) continue;
        context.report({
          span: keyword.span,
          message: "pair",
          data: { option: quote(keyword.word), earlier: quote(earlier.word) },
          related: [{ span: earlier.span, message: `${quote(earlier.word)} is here` }],
        });
      }
      const user = optionOf(node, "user");
      const method = node.method;
      if (!user?.value || !method || !Object.hasOwn(userless, method.word)) return;
      if (!isAlive(userless[method.word] as Lifetime, context.target)) return;
      const fixed = method.word === "lmtp" ? "from 7.0 to 7.4 lmtp always runs as smtpd's own user" : undefined;
      context.report({
        span: user.keyword.span,
        message: "user",
        data: { method: quote(method.word) },
        help:
          fixed ?? (method.word === "mbox" ? "mbox always delivers as the recipient" : "it delivers nothing itself"),
      });
    },
  },
});

const excludes = ([a, b]: readonly [string, string], one: string, other: string) =>
  (a === one && b === other) || (a === other && b === one);
