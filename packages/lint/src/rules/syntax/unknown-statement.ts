import type { Statement } from "@smtpdlint/grammar";
import { alternatives, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { statementsWith } from "../../syntax-errors/cause.ts";
import { statementWords } from "../../syntax-errors/tokens.ts";

export const rule = defineRule({
  meta: {
    id: "unknown-statement",
    category: "refused",
    summary: "a line that starts like no statement",
    messages: {
      unknown: "no statement starts with {word}",
      sasl: "this is a configuration file of Cyrus SASL, which has the same name: smtpd refuses it",
    },
  },
  problems(_, { causedBy, model, report }) {
    const all = causedBy("unknown-statement");
    const [first] = all;
    if (first && isOfSasl(all.map(({ cause }) => cause.token.image)) && model.config.statements.every(isUnread)) {
      const { file, start, end } = first.cause.token;
      report({ span: { file, start, end }, message: "sasl", help: 'leave it out: "exclude" in .smtpdlintrc.json' });
      return;
    }
    for (const { cause } of all) {
      const { file, start, end, image } = cause.token;
      const owners = statementsWith(image, model.target);
      report({
        span: { file, start, end },
        message: "unknown",
        data: { word: quote(image) },
        help:
          owners.length > 0
            ? `it can only appear within ${alternatives(owners)}`
            : `a statement starts with ${alternatives(statementWords(model.target))}, or is NAME = VALUE`,
      });
    }
  },
});

const isUnread = ({ kind, broken }: Statement) => kind === "unknown" || broken;

/** What no mail server but one with Cyrus SASL sets (options.html of Cyrus SASL). */
const saslOption =
  /^(?:pwcheck_method|mech_list|auxprop_plugin|saslauthd_path|sasldb_path|authdaemond_path|sql_engine):/;

/** True if all lines are options with a colon, and one of them tells whose. */
const isOfSasl = (words: readonly string[]) =>
  words.every((word) => /^\w+:/.test(word)) && words.some((word) => saslOption.test(word));
