import { quote, quoteText } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

/** Endings that no local part has by chance. */
const topLevel = new Set(
  "com net org edu gov mil int info biz name eu de at ch nl be fr it es pt pl cz sk hu ro se no dk fi is uk ie ru ua jp cn kr in au nz br ar mx ca us io dev app cloud email example test invalid localdomain lan internal".split(
    " ",
  ),
);

export const rule = defineRule({
  meta: {
    id: "domain-as-user",
    category: "suspicious",
    summary: "a domain without '@' where smtpd compares mail addresses",
    fixable: true,
    messages: {
      user: "without '@' {text} is the name of a user, in any domain",
      star: "'*' is not a wildcard in a user name: no address is equal to {text}",
    },
  },
  model(model, { policy, report }) {
    for (const entry of policy.comparedEntries) {
      const { key, service, place } = entry;
      // What has an `@` is an address, unless it begins with a star; most have one.
      if (service !== "mailaddr" || (key.includes("@") && !key.startsWith("*"))) continue;
      const star = /^\*(@.+)$/.exec(key)?.[1];
      const isDomain = /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]+$/i.test(key) && topLevel.has(ending(key));
      if (!star && !isDomain) continue;
      const { span } = entry;
      const text = star ?? `@${key}`;
      const isInTableFile = model.sources.fileOf(span).id >= model.config.files.length;
      const written = isInTableFile ? text : quoteText(text);
      report({
        span,
        message: star ? "star" : "user",
        data: { text: quote(key) },
        help: `write ${text} for all addresses of the domain`,
        // Of `senders` an entry can be a part of a text.
        fixes: written === undefined || place === "senders" ? [] : rewrite(model, span, written, false),
      });
    }
  },
});

const ending = (name: string) => name.slice(name.lastIndexOf(".") + 1).toLowerCase();
