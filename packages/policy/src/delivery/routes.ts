import { isIPv4, isIPv6 } from "@smtpdlint/model";
import type { Environment } from "../environment.ts";

/** A server that takes mail for a domain. */
export interface Route {
  readonly host: string;
  readonly address: string;
}

/** The servers in the order in which they are tried, or why there are none. */
export type Routes =
  | { readonly routes: readonly Route[] }
  | { readonly failure: "TempFail" | "PermFail"; readonly status: string };

/**
 * Finds the servers of a host, or of a domain by its exchangers (dns.c;
 * mta.c, mta_on_mx). With `backup`, only those that come before the one of that
 * name. Undefined if the DNS is not known.
 */
export function findRoutes(
  target: { readonly host: string } | { readonly domain: string },
  backup: string | undefined,
  environment: Pick<Environment, "addresses" | "exchangers">,
  knowsNullMx: boolean,
): Routes | undefined {
  if ("host" in target) return routesTo([target.host], environment, "Host not found");
  const { domain } = target;
  const literal = literalAddress(domain);
  if (literal !== undefined) return { routes: [{ host: domain, address: literal }] };
  const found = environment.exchangers(domain);
  if (found === undefined) return undefined;
  if (found === "missing") return { failure: "PermFail", status: "Domain does not exist" };
  const isNull = ({ preference, host }: (typeof found)[number]) =>
    knowsNullMx && ((preference === 0 && host === "") || host === "localhost");
  const exchangers = found.filter((exchanger) => !isNull(exchanger));
  if (exchangers.length === 0 && found.length > 0) {
    return { failure: "PermFail", status: "Domain does not accept mail" };
  }
  if (exchangers.length === 0) return routesTo([domain], environment, "No MX found for domain");
  const own = backup && exchangers.find(({ host }) => host.toLowerCase() === backup.toLowerCase())?.preference;
  const sorted = exchangers.toSorted((a, b) => a.preference - b.preference);
  const all = routesTo(
    sorted.map(({ host }) => host),
    environment,
    "No MX found for domain",
  );
  if (typeof own !== "number" || !all || !("routes" in all)) return all;
  const better = new Set(sorted.filter(({ preference }) => preference < own).map(({ host }) => host));
  return { routes: all.routes.filter(({ host }) => better.has(host)) };
}

function routesTo(
  hosts: readonly string[],
  { addresses }: Pick<Environment, "addresses">,
  status: string,
): Routes | undefined {
  const routes: Route[] = [];
  for (const host of hosts) {
    const literal = literalAddress(host);
    const found = literal === undefined ? addresses(host) : [literal];
    if (found === undefined) return undefined;
    routes.push(...found.map((address) => ({ host, address })));
  }
  return routes.length === 0 ? { failure: "TempFail", status } : { routes };
}

/** `[192.0.2.1]`, `[IPv6:2001:db8::1]` or an address as it is. */
function literalAddress(host: string): string | undefined {
  const inner = /^\[(?:ipv6:)?(.*)\]$/i.exec(host)?.[1] ?? host;
  return isIPv4(inner) || isIPv6(inner) ? inner : undefined;
}
