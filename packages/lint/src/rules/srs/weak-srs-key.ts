import { defineRule } from "../../rule.ts";

/** Fewer characters can be guessed by trying. */
const shortest = 16;
const placeholders =
  /^(?:changeme|change-me|secret|srs[-_ ]?(?:key|secret)?|key|password|example|test|my[-_]?(?:srs[-_]?)?(?:key|secret)|.*(?:_here|example)|x+|\*+|0+|1234.*)$/i;

export const rule = defineRule({
  meta: {
    id: "weak-srs-key",
    category: "security",
    severity: "info",
    summary: "a key for SRS that can be guessed",
    lifetime: { since: "6.6" },
    messages: {
      placeholder: "this key looks like an example: whoever guesses it can send bounces through this server",
      short: "a key of {length} characters can be guessed: whoever does can send bounces through this server",
    },
  },
  visit: {
    srs({ setting, value }, { report }) {
      if (setting?.word !== "key" || !value || value.faulty || /\{\{|<%|\$/.test(value.value)) return;
      const { length } = value.value;
      const message = placeholders.test(value.value) ? "placeholder" : length < shortest ? "short" : undefined;
      const help = "write 32 random characters: openssl rand -hex 16";
      if (message) report({ span: value.span, message, data: { length }, help });
    },
  },
});
