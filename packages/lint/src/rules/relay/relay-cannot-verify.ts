import { isAtLeast } from "@smtpdlint/grammar";
import { isIPAddress, optionOf, quote } from "@smtpdlint/model";
import { isError } from "@smtpdlint/policy";
import ipaddr from "ipaddr.js";
import { defineRule } from "../../rule.ts";
import { relayHostsOf } from "../shared/relay-hosts.ts";

export const rule = defineRule({
  meta: {
    id: "relay-cannot-verify",
    category: "suspicious",
    severity: "info",
    summary: "a relay that must prove its name, by an address or a name without a dot",
    messages: {
      address: "smtpd wants a certificate for {host}, and hardly any has an address in it: mail stays in the queue",
      name: "smtpd wants a certificate for {host}, and hardly any has a name without a dot: mail stays in the queue",
    },
  },
  visit: {
    action(action, context) {
      const tls = optionOf(action, "tls");
      const demands = tls !== undefined;
      if (action.broken || tls?.modifier) return;
      for (const { url, span } of relayHostsOf(action, context)) {
        if (isError(url)) continue;
        // Since 7.2 these schemes verify too (mta_session.c).
        const verifies = /^(?:smtps|smtp\+tls)$/.test(url.scheme) && isAtLeast(context.target, "7.2");
        const host = url.host.replace(/^\[|\]$/g, "");
        const isAddress = isIPAddress(host);
        if (!(demands || verifies) || isLoopback(host) || (!isAddress && host.includes("."))) continue;
        context.report({
          span,
          message: isAddress ? "address" : "name",
          data: { host: quote(host) },
          help: "write the name that is in the certificate, or add tls no-verify",
        });
      }
    },
  },
});

const isLoopback = (host: string) =>
  host === "localhost" || (isIPAddress(host) && ipaddr.parse(host).range() === "loopback");
