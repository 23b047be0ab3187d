import ipaddr from "ipaddr.js";
import { isIPv4, isIPv6 } from "./ip-address.ts";
import type { Block } from "./network-trie.ts";

/**
 * Reads an address or a network as smtpd does (to.c, text_to_netaddr):
 * `10.1.2.3`, `10.0.0.0/8`, the short `10.1`, `::1`, `[2001:db8::/32]`,
 * `IPv6:::1`. Undefined if smtpd takes it for neither, and so for something
 * that no address is equal to.
 */
export function parseNetwork(text: string): Block | undefined {
  const rest = withoutPrefix(text);
  const block = parseIPv4(rest);
  if (block || !rest.startsWith("[")) return block ?? parseIPv6(rest);
  const inner = withoutPrefix(rest.slice(1));
  return inner.endsWith("]") ? parseIPv6(inner.slice(0, -1)) : undefined;
}

const withoutPrefix = (text: string) => (/^ipv6:/i.test(text) ? text.slice(5) : text);

/** inet_net_pton(AF_INET): without a length, the class of the first byte decides, or the number of bytes. */
function parseIPv4(text: string): Block | undefined {
  const [, hex, decimal, suffix] = /^(?:0x([0-9a-f]{1,8})|(\d+(?:\.\d+){0,3}))(?:\/(\d{1,9}))?$/i.exec(text) ?? [];
  const bytes = hex
    ? (hex.match(/..?/g) as string[]).map((pair) => Number.parseInt(pair.padEnd(2, "0"), 16))
    : (decimal ?? "").split(".").map(Number);
  const first = bytes[0];
  if ((!hex && !decimal) || first === undefined || bytes.some((byte) => byte > 255)) return undefined;
  const length = suffix === undefined ? Math.max(classLength(first), bytes.length * 8) : Number(suffix);
  if (length > 32) return undefined;
  while (bytes.length < 4) bytes.push(0);
  return { bytes, length: suffix === undefined && first === 224 && length === 8 ? 4 : length };
}

function classLength(first: number): number {
  if (first >= 240) return 32;
  if (first >= 224) return 8;
  if (first >= 192) return 24;
  return first >= 128 ? 16 : 8;
}

function parseIPv6(text: string): Block | undefined {
  const [, address = "", suffix] = /^([0-9a-f:.]+)(?:\/([+-]?\d{1,9}))?$/i.exec(text) ?? [];
  const length = suffix === undefined ? 128 : Number(suffix);
  const bytes = ipv6Bytes(address);
  return bytes && length >= 0 && length <= 128 ? { bytes, length } : undefined;
}

/** inet_pton(AF_INET6), which is stricter than the library about long groups and short IPv4 endings. */
function ipv6Bytes(address: string): number[] | undefined {
  const at = address.lastIndexOf(":");
  const tail = address.slice(at + 1);
  if (at === -1 || (tail.includes(".") && !isIPv4(tail))) return undefined;
  if (/[0-9a-f]{5}/i.test(address) || !isIPv6(address)) return undefined;
  return ipaddr.IPv6.parse(address).toByteArray();
}

/**
 * Compares the text of a session's address with an entry of a table (table.c,
 * table_netaddr_match): equal in any case, or inside the network.
 */
export function matchesNetwork(address: string, entry: string): boolean {
  return networkMatcher(entry)(address);
}

/** The same for many addresses. */
export function networkMatcher(entry: string): (address: string) => boolean {
  const lower = entry.toLowerCase();
  const network = parseNetwork(entry);
  return (address) => {
    if (address.toLowerCase() === lower) return true;
    const host = network && parseAgain(address);
    return host !== undefined && isInBlock(host.bytes, network as Block);
  };
}

/** So many addresses are kept, for others that come in their place. */
const mostKept = 100;
const kept = new Map<string, Block | undefined>();

/** `parseNetwork`, for a few addresses that are compared with many networks. */
function parseAgain(text: string): Block | undefined {
  if (!kept.has(text)) {
    if (kept.size === mostKept) kept.clear();
    kept.set(text, parseNetwork(text));
  }
  return kept.get(text);
}

/** True if an address, given by its bytes, lies in a block of the same family. */
export function isInBlock(bytes: readonly number[], block: Block): boolean {
  if (bytes.length !== block.bytes.length) return false;
  for (let index = 0, bits = block.length; bits > 0; index++, bits -= 8) {
    const mask = bits < 8 ? (0xff00 >> bits) & 0xff : 0xff;
    if (((bytes[index] as number) & mask) !== ((block.bytes[index] as number) & mask)) return false;
  }
  return true;
}

/** The first address of a network. */
export const firstAddress = ({ bytes, length }: Block): string =>
  addressOf(bytes.map((byte, index) => byte & maskOf(length, index)));

/** The last one. */
export const lastAddress = ({ bytes, length }: Block): string =>
  addressOf(bytes.map((byte, index) => (byte & maskOf(length, index)) | (0xff & ~maskOf(length, index))));

/** The bits of a byte that belong to the network. */
const maskOf = (length: number, index: number) => (0xff00 >> Math.min(Math.max(length - index * 8, 0), 8)) & 0xff;

const addressOf = (bytes: number[]) => ipaddr.fromByteArray(bytes).toString();
