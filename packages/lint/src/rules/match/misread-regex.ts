import type { Edit, Span } from "@smtpdlint/grammar";
import { type Model, quote, Regex } from "@smtpdlint/model";
import type { Fix } from "../../diagnostic.ts";
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

/** What POSIX has for them. */
const posix: Readonly<Record<string, string>> = {
  "\\d": "[0-9]",
  "\\D": "[^0-9]",
  "\\S": "[^[:space:]]",
  "\\W": "[^[:alnum:]_]",
  "*?": "*",
  "+?": "+",
  "}?": "}",
};

export const rule = defineRule({
  meta: {
    id: "misread-regex",
    category: "suspicious",
    fixable: true,
    summary: "a regular expression that means something else to smtpd than to Perl",
    lifetime: { since: "6.6" },
    messages: {
      letter: "{part} stands for the letter {letter} in a regular expression of POSIX",
      lower: "smtpd turns the expression into lower case: {part} becomes {lower}, its opposite",
      lazy: "{part} does not make the expression match less: POSIX has no such operator",
    },
  },
  model(model, { policy, report }) {
    for (const entry of policy.comparedEntries) {
      const { key, service } = entry;
      if (service !== "regex" || !(Regex.parse(key.toLowerCase()) instanceof Regex)) continue;
      const plain = key.replaceAll("\\\\", "  ");
      for (const { pattern, message, help } of traps) {
        const part = pattern.exec(plain)?.[0];
        if (part === undefined) continue;
        const data = { part: quote(part), letter: quote(part[1] ?? ""), lower: quote(part.toLowerCase()) };
        const { span } = entry;
        report({ span, message, data, help, fixes: fixesFor(model, span, key, part) });
        break;
      }
    }
  },
});

/** Writes what POSIX has for a part of an expression, each time; none within brackets, where that is another thing. */
function fixesFor(model: Model, span: Span, key: string, part: string): Fix[] {
  const now = posix[part];
  const written = model.sources.textAt(span);
  const isVerbatim = written === key || written === `"${key}"`;
  if (now === undefined || !isVerbatim || model.sources.macroAt(span) || /\[|\\\\/.test(key)) return [];
  const edits: Edit[] = [];
  for (let at = written.indexOf(part); at !== -1; at = written.indexOf(part, at + part.length)) {
    const start = span.start + at;
    edits.push({ span: { file: span.file, start, end: start + part.length }, text: now });
  }
  return [{ title: `write ${now} for ${part}`, safe: false, edits }];
}
