import type { TableExpression } from "@smtpdlint/grammar";
import { entriesOf, type Model, optionOf, quoteText } from "@smtpdlint/model";
import { isError, type RelayHost } from "@smtpdlint/policy";
import type { Fix } from "../../diagnostic.ts";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { relayHostsOf } from "../shared/relay-hosts.ts";

export const rule = defineRule({
  meta: {
    id: "relay-auth-without-label",
    category: "suspicious",
    summary: "a relay with a table of passwords, and no label that says which one",
    fixable: true,
    messages: { unused: "'auth' has no use: no relay of this action names a label, so that smtpd does not log in" },
  },
  visit: {
    action(action, context) {
      const auth = optionOf(action, "auth");
      if (!auth) return;
      const hosts = relayHostsOf(action, context);
      if (hosts.length === 0 || hosts.some(({ url }) => isError(url) || url.label)) return;
      context.report({
        span: auth.keyword.span,
        message: "unused",
        help: "write host smtp+tls://LABEL@HOST, LABEL being a key of the table",
        fixes:
          hosts.length === 1
            ? fixesFor(hosts[0] as RelayHost, auth.value as TableExpression | undefined, context.model)
            : [],
      });
    },
  },
});

/** So many logins of a table are offered. */
const mostLabels = 3;

/** The relay with a label in front, over TLS: those of the table, as far as they are known. */
function fixesFor({ text, node }: RelayHost, table: TableExpression | undefined, model: Model): Fix[] {
  if (!table || !node || node.macro) return [];
  const labels = [...entriesOf(model.tables.of(table))].map(({ key }) => key).filter((key) => /^[\w.-]+$/.test(key));
  const scheme = /^smtps:/i.test(text) ? "smtps" : "smtp+tls";
  const host = text.replace(/^[\w+]*:\/\//, "");
  return (labels.length > 0 ? labels.slice(0, mostLabels) : ["label"]).flatMap((label) => {
    const url = `${scheme}://${label}@${host}`;
    const written = node.quoted ? quoteText(url) : url;
    return written === undefined ? [] : rewrite(model, node.span, written, false);
  });
}
