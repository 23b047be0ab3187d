import { quote } from "@smtpdlint/model";
import { isSigner } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unsigned-local-mail",
    category: "suspicious",
    severity: "info",
    summary: "mail of this machine that is not signed, while that of others is",
    lifetime: { since: "6.6" },
    messages: {
      unsigned: "mail of sendmail(8), as cron(8) sends it, does not pass the filter {name} and is not signed",
    },
  },
  model(model, { policy, report }) {
    if (model.sources.isIncompleteAt(undefined)) return;
    const signs = (filter: Parameters<typeof isSigner>[0]) => isSigner(filter, model.symbols);
    // Where a relay signs, everything that goes out is signed.
    if (model.actions.some((action) => policy.filtersOf(action).some(signs))) return;
    const lists = new Set(model.listeners.map((listener) => policy.filtersOf(listener)));
    const signer = [...lists].flatMap((filters) => filters.find(signs) ?? [])[0];
    const onSocket = model.listeners.some((listener) => listener.socket && policy.filtersOf(listener).some(signs));
    if (!signer?.name || onSocket) return;
    const help = `add listen on socket filter ${signer.name.value}`;
    report({ span: signer.name.span, message: "unsigned", data: { name: quote(signer.name.value) }, help });
  },
});
