import { parseNetwork, quote } from "@smtpdlint/model";
import { substitute } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { bareTablesOf } from "../shared/bare-table.ts";
import { asEntries } from "../shared/several-entries.ts";

export const rule = defineRule({
  meta: {
    id: "not-an-address",
    category: "broken",
    summary: "not an IP address or network, where smtpd compares addresses",
    fixable: true,
    messages: {
      never: "{text} is neither an address nor a network: no client matches it",
      bare: "{name} is a table, but {instead}: no client matches it",
    },
  },
  model(model, { policy, report }) {
    const bareTables = bareTablesOf(model);
    for (const entry of policy.comparedEntries) {
      const { key, place, service } = entry;
      if (service !== "netaddr" || place === "from rdns") continue;
      // Addresses with a scope and the socket are compared as texts.
      if (key.toLowerCase() === "local" || key.includes("%") || parseNetwork(key)) continue;
      const { span, table } = entry;
      const bare = bareTables.at(span);
      if (bare) {
        report({ ...bare.mending, span, message: "bare", data: { name: quote(bare.name), instead: bare.instead } });
        continue;
      }
      const [, network, length] = /^\[([^\]]*)\](\/\d+)$/.exec(key) ?? [];
      const meant = network !== undefined && parseNetwork(`${network}${length}`) ? `${network}${length}` : undefined;
      const fixes =
        key === "localhost"
          ? asEntries(model, span, table, ["127.0.0.1", "::1"])
          : meant === undefined
            ? []
            : substitute(model, span, { wrong: key, meant });
      report({ span, message: "never", data: { text: quote(key) }, help: adviceFor(key), fixes });
    }
  },
});

function adviceFor(text: string): string {
  if (/^[\d.]+\/\d+$/.test(text)) return "write four numbers up to 255, and at most /32";
  if (/^\[[^\]]*\]\/\d+$/.test(text)) return "write the length inside the brackets, or leave them out: 2001:db8::/32";
  if (/^[\da-f:.]+\/\d+$/i.test(text) && text.includes(":")) return "write an address of IPv6, and at most /128";
  if (text === "localhost") return "write 127.0.0.1 and ::1, or 'from local'";
  if (/[a-z]/i.test(text)) return "write addresses: smtpd does not look a name up here; 'from rdns' compares names";
  return "write an address like 192.0.2.1 or a network like 192.0.2.0/24 or 2001:db8::/32";
}
