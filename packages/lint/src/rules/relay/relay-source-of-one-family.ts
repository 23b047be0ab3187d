import { entriesOf, optionOf, parseNetwork } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "relay-source-of-one-family",
    category: "suspicious",
    severity: "info",
    summary: "source addresses of IPv6 only, so that most hosts cannot be reached",
    messages: { family: "with source addresses of IPv6 only, hosts that have only IPv4 cannot be reached" },
  },
  visit: {
    action(action, context) {
      const { options, broken } = action;
      const src = optionOf(action, "src");
      const table = src?.value;
      if (
        !src ||
        broken ||
        (table?.kind !== "table-reference" && table?.kind !== "inline-table" && table?.kind !== "single-value")
      )
        return;
      // Whoever names the relay knows its address.
      if (options.some(({ keyword }) => keyword.word === "host" || keyword.word === "domain")) return;
      const blocks = [...entriesOf(context.model.tables.of(table))].map(({ key }) => parseNetwork(key));
      if (blocks.length === 0 || blocks.some((block) => block?.bytes.length !== 16)) return;
      context.report({ span: src.span, message: "family", help: "add an address of IPv4" });
    },
  },
});
