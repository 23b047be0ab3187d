import type { Listen, Option } from "@smtpdlint/grammar";
import ipaddr from "ipaddr.js";

/**
 * The option inet4 or inet6 of a listener on an address of the other family.
 * smtpd then finds no address, warns and goes on without the listener: it
 * looks up neither its pki nor its ca (parse.y, host_dns).
 */
export function wrongFamily({ interface: name, options }: Listen): Option | undefined {
  const family = options.find(({ keyword }) => keyword.word === "inet4" || keyword.word === "inet6");
  if (!family || !name || name.faulty) return undefined;
  const { value } = name;
  const isIPv6 = ipaddr.IPv6.isValid(value) && !value.includes("%");
  const isOther = family.keyword.word === "inet4" ? isIPv6 : ipaddr.IPv4.isValidFourPartDecimal(value);
  return isOther ? family : undefined;
}
