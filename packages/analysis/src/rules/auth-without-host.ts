import { defineRule } from "../rule.ts";

export const rule = defineRule({
  meta: {
    id: "auth-without-host",
    category: "refused",
    summary: "relay auth without a host before it",
    messages: {
      none: "'auth' needs a relay host to log in at",
      after: "'auth' must stand after 'host'",
    },
  },
  visit: {
    action({ options }, { report }) {
      const isHost = (word: string) => word === "host" || word === "domain";
      const auth = options.findIndex(({ keyword }) => keyword.word === "auth");
      const host = options.findIndex(({ keyword }) => isHost(keyword.word));
      const option = options[auth];
      if (!option || (host !== -1 && host < auth)) return;
      const related = options[host] ? [{ span: options[host].span, message: "the host is named here" }] : [];
      const help = host === -1 ? "add host smtp+tls://LABEL@HOST before it" : undefined;
      report({ span: option.keyword.span, message: host === -1 ? "none" : "after", related, help });
    },
  },
});
