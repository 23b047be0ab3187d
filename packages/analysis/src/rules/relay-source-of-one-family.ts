import { entriesOf } from "../model/table-entries.ts";
import { defineRule } from "../rule.ts";
import { parseNetwork } from "../values/network.ts";

export const rule = defineRule({
  meta: {
    id: "relay-source-of-one-family",
    category: "suspicious",
    severity: "info",
    summary: "source addresses of one family, so that hosts of the other cannot be reached",
    messages: { family: "with source addresses of {ours} only, hosts that have only {theirs} cannot be reached" },
  },
  visit: {
    action({ options, broken }, { model, report }) {
      const src = options.find(({ keyword }) => keyword.word === "src");
      const table = src?.value;
      if (
        !src ||
        broken ||
        (table?.kind !== "table-reference" && table?.kind !== "inline-table" && table?.kind !== "single-value")
      )
        return;
      const families = new Set([...entriesOf(model.table(table))].map(({ key }) => parseNetwork(key)?.bytes.length));
      if (families.size !== 1 || families.has(undefined)) return;
      const [ours, theirs] = families.has(4) ? ["IPv4", "IPv6"] : ["IPv6", "IPv4"];
      const data = { ours: ours as string, theirs: theirs as string };
      report({ span: src.span, message: "family", data, help: `add an address of ${theirs}, if this machine has one` });
    },
  },
});
