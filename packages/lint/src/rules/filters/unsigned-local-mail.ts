import type { Filter } from "@smtpdlint/grammar";
import { outcomeOf, quote } from "@smtpdlint/model";
import {
  type EntryPoint,
  evaluate,
  isError,
  isSigner,
  maySign,
  outsideMessage,
  type Policy,
  portsOf,
} from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unsigned-local-mail",
    category: "suspicious",
    severity: "info",
    summary: "locally submitted mail bypasses the DKIM filter",
    lifetime: { since: "6.6" },
    messages: {
      unsigned: "mail of sendmail(8), as cron(8) sends it, does not pass the filter {name} and is not signed",
      passes:
        "mail of sendmail(8), as cron(8) sends it, does not pass the filter {name}, as other mail of this machine does",
    },
  },
  model(model, { policy, report }) {
    if (model.sources.isIncompleteAt(undefined)) return;
    const isCertain = (filter: Filter) => isSigner(filter, model.symbols);
    // One that signs if it is told to is meant for mail of this machine where it stands on the loopback interface too.
    const onLoopback = filtersAt(policy, ({ reach }) => reach === "loopback");
    const elsewhere = new Set(filtersAt(policy, ({ reach }) => reach !== "loopback" && reach !== "socket"));
    const isMeant = (filter: Filter) =>
      maySign(filter, model.symbols) && onLoopback.includes(filter) && elsewhere.has(filter);
    const certain = model.listeners.flatMap((listener) => policy.filtersOf(listener)).find(isCertain);
    const signs = certain ? isCertain : isMeant;
    const signer = certain ?? onLoopback.find(isMeant);
    // Where a relay signs, everything that goes out is signed.
    if (!signer?.name || model.actions.some((action) => policy.filtersOf(action).some(signs))) return;
    const onSocket = model.listeners.some((listener) => listener.socket && policy.filtersOf(listener).some(signs));
    if (onSocket || comesBack(policy, signs) || isRefused(policy)) return;
    report({
      span: signer.name.span,
      message: certain ? "unsigned" : "passes",
      data: { name: quote(signer.name.value) },
      help: `add listen on socket filter ${signer.name.value}`,
    });
  },
});

const filtersAt = (policy: Policy, isThere: (point: EntryPoint) => boolean): readonly Filter[] =>
  policy.entryPoints.filter(isThere).flatMap(({ listener }) => (listener ? policy.filtersOf(listener) : []));

/** True if no rule accepts what sendmail(8) hands over for somebody elsewhere, so that there is nothing to sign. */
function isRefused({ outsideRuleset, entryPoints, isRulesetComplete }: Policy): boolean {
  const tag = entryPoints.find(({ reach }) => reach === "socket")?.tag ?? "";
  const evaluation = evaluate(outsideRuleset, { ...outsideMessage, src: "local", user: "", tag });
  const accepts = outsideRuleset.some(({ match }) => outcomeOf(match) === "action");
  return isRulesetComplete && accepts && evaluation.outcome === "nomatch";
}

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
