import { moveBehind } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "auth-without-host",
    category: "refused",
    judgesCombinations: true,
    summary: "relay auth without a host before it",
    fixable: true,
    messages: {
      none: "'auth' needs a relay host to log in at",
      after: "'auth' must come after 'host'",
    },
  },
  visit: {
    action({ options }, context) {
      const isHost = (word: string) => word === "host" || word === "domain";
      const auth = options.findIndex(({ keyword }) => keyword.word === "auth");
      const host = options.findIndex(({ keyword }) => isHost(keyword.word));
      const option = options[auth];
      if (!option || (host !== -1 && host < auth)) return;
      const target = options[host];
      const related = target ? [{ span: target.span, message: "the host is named here" }] : [];
      const help = host === -1 ? "add host smtp+tls://LABEL@HOST before it" : undefined;
      const movable = target && !options.some(({ keyword }) => context.model.sources.macroAt(keyword.span));
      const fixes = movable
        ? [{ title: "move it after the host", safe: true, edits: moveBehind(context.model, option.span, target.span) }]
        : [];
      context.report({ span: option.keyword.span, message: host === -1 ? "none" : "after", related, help, fixes });
    },
  },
});
