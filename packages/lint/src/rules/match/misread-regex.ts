import { quote, Regex } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

/** What Perl's expressions mean, and smtpd's do not. */
const traps: readonly {
  readonly pattern: RegExp;
  readonly message: "letter" | "lazy" | "lower";
  readonly help: string;
}[] = [
  { pattern: /\\[dDnrtfv]/, message: "letter", help: "write [0-9] for a digit, [[:space:]] for a space" },
  { pattern: /\\[SWB]/, message: "lower", help: "write [^[:space:]] or [^[:alnum:]_]" },
  { pattern: /[*+}]\?/, message: "lazy", help: "write it without the '?', which means 'or nothing at all'" },
];

export const rule = defineRule({
  meta: {
    id: "misread-regex",
    category: "suspicious",
    summary: "a regular expression that means something else to smtpd than to Perl",
    lifetime: { since: "6.6" },
    messages: {
      letter: "{part} stands for the letter {letter} in a regular expression of POSIX",
      lower: "smtpd turns the expression into lower case: {part} becomes {lower}, its opposite",
      lazy: "{part} does not make the expression match less: POSIX has no such operator",
    },
  },
  model(_model, { policy, report }) {
    for (const { key, span, service } of policy.comparedEntries) {
      if (service !== "regex" || !(Regex.parse(key.toLowerCase()) instanceof Regex)) continue;
      const plain = key.replaceAll("\\\\", "  ");
      for (const { pattern, message, help } of traps) {
        const part = pattern.exec(plain)?.[0];
        if (part === undefined) continue;
        const data = { part: quote(part), letter: quote(part[1] ?? ""), lower: quote(part.toLowerCase()) };
        report({ span, message, data, help });
        break;
      }
    }
  },
});
