import type { Listen, Option } from "@smtpdlint/grammar";
import { isIPAddress, isIPv4, isIPv6 } from "./values/ip-address.ts";

/**
 * The option inet4 or inet6 of a listener on an address of the other family.
 * smtpd then finds no address, warns and goes on without the listener: it
 * looks up neither its pki nor its ca (parse.y, host_dns).
 */
export function wrongFamily({ interface: name, options }: Listen): Option | undefined {
  const family = options.find(({ keyword }) => keyword.word === "inet4" || keyword.word === "inet6");
  if (!family || !name || name.faulty) return undefined;
  const { value } = name;
  const isOfIPv6 = isIPv6(value) && !value.includes("%");
  const isOther = family.keyword.word === "inet4" ? isOfIPv6 : isIPv4(value);
  return isOther ? family : undefined;
}

/** What is no name of an interface or host and no address on any machine, and the address in it. */
export interface ImpossibleAddress {
  readonly kind: "network" | "port" | "brackets" | "nothing" | "name";
  /** The address that its author means, as far as there is one. */
  readonly address: string | undefined;
  readonly port: string | undefined;
}

/**
 * Tells what smtpd can listen on nowhere (parse.y: interface, host_v4, host_v6,
 * host_dns): a network, an address with a port, one in brackets, a path, text
 * with blanks. Undefined for all that some machine may know.
 */
export function impossibleAddress(text: string): ImpossibleAddress | undefined {
  const impossible = (kind: ImpossibleAddress["kind"], address?: string, port?: string) => ({ kind, address, port });
  if (text === "") return impossible("nothing");
  const [, bracketed = "", behind] = /^\[(.*?)\](?::(\d+))?$/.exec(text) ?? [];
  if (bracketed) return impossible("brackets", isIPAddress(bracketed) ? bracketed : undefined, behind);
  const [, withPort = "", port] = /^([\d.]+):(\d+)$/.exec(text) ?? [];
  if (isIPv4(withPort)) return impossible("port", withPort, port);
  const [address = "", length] = text.split("/");
  if (length !== undefined && isIPAddress(address)) {
    // Of a network with one address, or of all, it is known which is meant.
    const isOne = length === "0" || length === (isIPv6(address) ? "128" : "32");
    return impossible("network", isOne ? address : undefined);
  }
  return /[\s/]/.test(text) ? impossible("name") : undefined;
}
