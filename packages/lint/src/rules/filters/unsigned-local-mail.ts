import type { Filter } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { isError, isSigner, type Policy, portsOf } from "@smtpdlint/policy";
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
    const signs = (filter: Filter) => isSigner(filter, model.symbols);
    // Where a relay signs, everything that goes out is signed.
    if (model.actions.some((action) => policy.filtersOf(action).some(signs))) return;
    const lists = new Set(model.listeners.map((listener) => policy.filtersOf(listener)));
    const signer = [...lists].flatMap((filters) => filters.find(signs) ?? [])[0];
    const onSocket = model.listeners.some((listener) => listener.socket && policy.filtersOf(listener).some(signs));
    if (!signer?.name || onSocket || comesBack(policy, signs)) return;
    const help = `add listen on socket filter ${signer.name.value}`;
    report({ span: signer.name.span, message: "unsigned", data: { name: quote(signer.name.value) }, help });
  },
});

/** True if a relay hands mail to this machine again, at a listener whose filter signs it. */
function comesBack(policy: Policy, signs: (filter: Filter) => boolean): boolean {
  const ports = policy.model.listeners
    .filter((listener) => policy.filtersOf(listener).some(signs))
    .flatMap((listener) => portsOf(listener));
  const relays = policy.model.actions.flatMap((action) => policy.relayHosts(action));
  return relays.some(
    ({ url }) =>
      !isError(url) &&
      /^(?:127\.\d+\.\d+\.\d+|\[?(?:IPv6:)?::1\]?|localhost)$/i.test(url.host) &&
      ports.includes(url.port ?? 25),
  );
}
