import { defineRule } from "../../rule.ts";

/** smtpd.h */
const MAX_BOUNCE_WARN = 4;

export const rule = defineRule({
  meta: {
    id: "ignored-delay",
    category: "suspicious",
    summary: "more than four delays of bounce warn-interval",
    messages: { ignored: "smtpd keeps {limit} delays and ignores those from here on" },
  },
  visit: {
    bounce({ delays }, { report }) {
      const first = delays[MAX_BOUNCE_WARN];
      const last = delays.at(-1);
      if (!first || !last) return;
      const span = first.span.file === last.span.file ? { ...first.span, end: last.span.end } : first.span;
      report({ span, message: "ignored", data: { limit: MAX_BOUNCE_WARN }, help: "keep the four that matter" });
    },
  },
});
