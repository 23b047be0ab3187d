import { type Block, parseNetwork } from "@smtpdlint/model";

/** Networks that are nobody's outside: of this machine, private ones, and what is not routed. */
export const neverOutside = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
  "::/3",
  "4000::/2",
  "8000::/1",
].map((text) => parseNetwork(text) as Block);

/** A network with a shorter prefix is no group of hosts that somebody knows. */
const shortestTrusted = { 4: 8, 16: 16 } as const;

/** True for a network that is small enough to be meant by a condition that names it. */
export const isTrusted = ({ bytes, length }: Block): boolean => length >= shortestTrusted[bytes.length as 4 | 16];

/** The first address of a block. */
export const firstIn = ({ bytes, length }: Block): readonly number[] =>
  bytes.map((byte, index) => byte & ((0xff << Math.max(0, 8 - Math.max(0, length - 8 * index))) & 0xff));

/** The address behind the last of a block; undefined if there is none. */
export function behind(block: Block): readonly number[] | undefined {
  const { length } = block;
  if (length === 0) return undefined;
  return plus(firstIn(block), 1 << ((8 - (length % 8)) % 8), Math.ceil(length / 8) - 1);
}

/** An address with something added to the byte at an index, the last one by default; undefined beyond the end. */
export function plus(bytes: readonly number[], step: number, at = bytes.length - 1): readonly number[] | undefined {
  const sum = [...bytes];
  let carry = step;
  for (let index = at; index >= 0; index--) {
    const value = (sum[index] as number) + carry;
    sum[index] = value & 0xff;
    if (value >= 0 && value <= 0xff) return sum;
    carry = value < 0 ? -1 : 1;
  }
  return undefined;
}
