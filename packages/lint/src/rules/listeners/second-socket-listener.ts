import { originOf } from "@smtpdlint/grammar";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "second-socket-listener",
    category: "refused",
    summary: "listen on socket twice",
    messages: { second: "there is only one local socket, and it is configured above" },
  },
  model({ listeners, sources }, { report }) {
    const sockets = listeners.filter((listener) => originOf(listener).socket && !listener.broken);
    for (const listener of sockets.slice(1)) {
      if (sources.areAlternatives((sockets[0] as typeof listener).span, listener.span)) continue;
      const related = [{ span: (sockets[0] as typeof listener).span, message: "the first one" }];
      report({ span: listener.span, message: "second", related, help: "merge the options of both" });
    }
  },
});
