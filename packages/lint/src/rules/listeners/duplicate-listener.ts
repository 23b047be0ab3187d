import { type Listen, originOf } from "@smtpdlint/grammar";
import { familyOption, isIPv4, isIPv6, quote } from "@smtpdlint/model";
import { portsOf } from "@smtpdlint/policy";
import ipaddr from "ipaddr.js";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "duplicate-listener",
    category: "broken",
    summary: "two listeners on the same address and port",
    messages: {
      used: "another listener already has port {port} of {address}: smtpd does not start",
      covered:
        "{address} is one of the addresses of {other}, which has port {port} already: on Linux smtpd does not start",
      covers: "all addresses include {other}, which has port {port} already: on Linux smtpd does not start",
    },
  },
  model({ listeners, hasRules, machine }, { report }) {
    // An excerpt may show one listener in several ways.
    if (!hasRules) return;
    // A BSD lets an address be bound beside all of them; only Linux calls its loopback so.
    const isLinux =
      machine?.interfaces.includes("lo") || listeners.some((listener) => originOf(listener).interface?.value === "lo");
    const places = new Map<string, Listen>();
    for (const listener of listeners) {
      const asRead = originOf(listener);
      const { interface: address, broken } = asRead;
      if (!address || address.faulty || broken) continue;
      for (const port of portsOf(listener)) {
        const clash = addressesOf(asRead).flatMap((one) => {
          const found = placesThatClash(one, isLinux).find((place) => places.has(`${place} ${port}`));
          return found === undefined ? [] : [{ one, first: places.get(`${found} ${port}`) as Listen, found }];
        })[0];
        for (const one of addressesOf(asRead)) {
          const key = `${one.family} ${one.host} ${port}`;
          if (!places.has(key)) places.set(key, listener);
          // A wildcard is found by the addresses that it takes.
          const any = `${one.family} some ${port}`;
          if (one.isAddress && !places.has(any)) places.set(any, listener);
        }
        if (!clash) continue;
        const { one, first, found } = clash;
        const message = found === `${one.family} ${one.host}` ? "used" : one.host === wildcard ? "covers" : "covered";
        report({
          span: listener.span,
          message,
          data: { port, address: quote(address.value), other: quote(first.interface?.value ?? "") },
          related: [{ span: first.span, message: "the first listener" }],
          help: "merge the two, or give one another port",
        });
      }
    }
  },
});

/** What bind(2) is asked for: an address of one family, or the name of an interface, whose addresses nobody knows. */
interface Address {
  readonly family: "inet4" | "inet6";
  readonly host: string;
  /** False for an interface, a group or a host name other than that of the loopback. */
  readonly isAddress: boolean;
}

const wildcard = "*";

const loopbacks = new Set(["localhost", "lo", "lo0"]);

function addressesOf(listener: Listen): Address[] {
  const name = listener.interface?.value.toLowerCase() ?? "";
  const wanted = familyOption(listener)?.keyword.word;
  const of = (family: Address["family"], host: string, isAddress: boolean): Address[] =>
    wanted === undefined || wanted === family ? [{ family, host, isAddress }] : [];
  if (isIPv4(name)) return of("inet4", name === "0.0.0.0" ? wildcard : name, true);
  if (isIPv6(name) && !name.includes("%")) {
    const text = ipaddr.IPv6.parse(name).toString();
    return of("inet6", text === "::" ? wildcard : text, true);
  }
  if (loopbacks.has(name)) return [...of("inet4", "127.0.0.1", true), ...of("inet6", "::1", true)];
  return [...of("inet4", name, false), ...of("inet6", name, false)];
}

/** The addresses with which one cannot be bound together; an interface may have no address of a family. */
function placesThatClash({ family, host, isAddress }: Address, isLinux: boolean): string[] {
  if (!isLinux) return [`${family} ${host}`];
  if (host === wildcard) return [`${family} ${wildcard}`, `${family} some`];
  return [`${family} ${host}`, ...(isAddress ? [`${family} ${wildcard}`] : [])];
}
