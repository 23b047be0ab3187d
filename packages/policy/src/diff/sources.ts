import { type Block, isInBlock, parseNetwork } from "@smtpdlint/model";
import ipaddr from "ipaddr.js";
import { behind, firstIn, isTrusted, neverOutside, plus } from "../networks.ts";
import { answerToAll } from "./expressions.ts";
import type { Asked } from "./hosts.ts";
import { depends, type Effect, holds, negated, type Verdict } from "./tests.ts";

/** The local socket, and an address that an alias or a .forward has produced; then come the networks. */
export const local = 0;
export const internal = 1;

const loopback = ["127.0.0.0/8", "::1"].map((text) => parseNetwork(text) as Block);

const always = ["0.0.0.0/0", "::/0", "127.0.0.1", "::1", "203.0.113.0/24", "2001:db8::/32"];

/** Addresses, in ranges that no condition of either side cuts. */
export class Sources {
  /** The first address of each range, in order; IPv4 before IPv6. */
  private starts: string[] = [];
  private readonly blocks = new Map<string, Block>();
  private readonly trusted: Block[] = [];
  private numbers: Map<string, number> | undefined;
  private outside: readonly boolean[] | undefined;

  constructor() {
    for (const block of [...neverOutside, ...always.map((text) => parseNetwork(text) as Block)]) this.cut(block);
  }

  add(blocks: readonly Block[], negated: boolean): void {
    for (const block of blocks) {
      this.cut(block);
      if (!negated && isTrusted(block)) this.trusted.push(block);
    }
  }

  private cut(block: Block): void {
    this.blocks.set(`${hex(block.bytes)}/${block.length}`, block);
  }

  /** Ends the collection. */
  private prepare(): Map<string, number> {
    if (!this.numbers) {
      const starts = new Set<string>();
      for (const block of this.blocks.values()) {
        starts.add(hex(firstIn(block)));
        const next = behind(block);
        if (next) starts.add(hex(next));
      }
      // IPv4 addresses are shorter.
      this.starts = [...starts].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
      this.numbers = new Map(this.starts.map((start, index) => [start, index + 2]));
    }
    return this.numbers;
  }

  get count(): number {
    this.prepare();
    return this.starts.length + 2;
  }

  /** The address that stands for a range: the first of it, but one that a host can have. */
  text(number: number): string {
    if (number === local || number === internal) return "local";
    const start = bytesOf(this.starts[number - 2] as string);
    const end = this.endOf(number);
    const second = plus(start, 1);
    const isNetwork = start.at(-1) === 0 && second && end.some((byte, index) => byte !== start[index]);
    return textOf(isNetwork ? second : start);
  }

  /** The last address of a range. */
  private endOf(number: number): readonly number[] {
    const start = this.starts[number - 2] as string;
    const next = this.starts[number - 1];
    if (next === undefined || next.length !== start.length) return bytesOf("f".repeat(start.length));
    return plus(bytesOf(next), -1) as readonly number[];
  }

  /** The networks that ranges make up, as few as can be. */
  networks(numbers: readonly number[]): string[] {
    this.prepare();
    const found: string[] = [];
    const sorted = [...numbers].filter((number) => number > 1).sort((a, b) => a - b);
    for (let at = 0; at < sorted.length; ) {
      const first = sorted[at] as number;
      let last = first;
      const family = this.starts[first - 2]?.length;
      while (sorted[at + 1] === last + 1 && this.starts[last - 1]?.length === family) last = sorted[++at] as number;
      at++;
      found.push(...cidrs(bytesOf(this.starts[first - 2] as string), this.endOf(last)));
    }
    return found;
  }

  /** True for clients that nobody has named, in no network of one's own. */
  isOutside(number: number): boolean {
    if (number === local || number === internal) return false;
    this.outside ??= this.findOutside();
    return this.outside[number] === true;
  }

  /** One pass over all ranges: how many networks begin before one, and have not ended. */
  private findOutside(): boolean[] {
    const steps = new Array<number>(this.count + 1).fill(0);
    for (const block of [...neverOutside, ...this.trusted]) {
      const [first, end] = this.rangesOf(block);
      steps[first] = (steps[first] as number) + 1;
      steps[end] = (steps[end] as number) - 1;
    }
    let open = 0;
    return steps.map((step) => {
      open += step;
      return open === 0;
    });
  }

  /** The ranges that a network is cut into: the first, and that behind the last. */
  private rangesOf(block: Block): [first: number, end: number] {
    const numbers = this.prepare();
    const next = behind(block);
    const end = next ? (numbers.get(hex(next)) as number) : this.endOfFamily(hex(block.bytes).length);
    return [numbers.get(hex(firstIn(block))) as number, end];
  }

  /** True for addresses of this machine alone. */
  isLoopback(number: number): boolean {
    if (number === local || number === internal) return false;
    this.prepare();
    const bytes = bytesOf(this.starts[number - 2] as string);
    return loopback.some((block) => isInBlock(bytes, block));
  }

  isIPv6(number: number): boolean {
    this.prepare();
    return number > 1 && this.starts[number - 2]?.length === 32;
  }

  /** The number of the range that an address is in. */
  numberOf(address: string): number {
    if (address === "local") return local;
    this.prepare();
    const start = hex(parseNetwork(address)?.bytes ?? []);
    const index = this.starts.findLastIndex((one) => one.length === start.length && one <= start);
    return index + 2;
  }

  /** All ranges of a version of IP. */
  ofFamily(family: 4 | 6): number[] {
    const all = Array.from({ length: this.count }, (_, number) => number).filter((number) => number > 1);
    return all.filter((number) => this.isIPv6(number) === (family === 6));
  }

  /** What a table says of addresses. */
  effect(asked: Asked, blocks: readonly Block[]): Effect {
    const effect = this.plainEffect(asked, blocks);
    return asked.negated ? negated(effect) : effect;
  }

  private plainEffect({ keys, regex, lookup, literal, surely }: Asked, blocks: readonly Block[]): Effect {
    this.prepare();
    const exceptions = new Map<number, Verdict>();
    const unknown = depends(literal, false);
    const answer = (number: number, text: string) => {
      const found = surely(text) || lookup.test(text);
      exceptions.set(number, found === undefined ? unknown : found && holds);
    };
    let fallback: Verdict = false;
    const all = keys && regex ? answerToAll(keys) : "open";
    if (all !== "open") return { fallback: all && holds, exceptions };
    if (!keys || regex) {
      fallback = unknown;
      for (const number of this.singles()) {
        const text = this.text(number);
        answer(number, text.includes(":") ? `[${text}]` : text);
      }
    } else {
      // An address of a scope can be compared as a text only.
      if (keys.some((key) => key.includes("%"))) fallback = unknown;
      for (const block of blocks) {
        const [first, end] = this.rangesOf(block);
        for (let number = first; number < end; number++) exceptions.set(number, holds);
      }
    }
    answer(local, "local");
    answer(internal, "local");
    return { fallback, exceptions };
  }

  private endOfFamily(length: number): number {
    return length === 32 ? this.count : 2 + this.starts.filter((start) => start.length === length).length;
  }

  /** The ranges that are one address. */
  private singles(): number[] {
    return this.starts.flatMap((start, index) => (hex(this.endOf(index + 2)) === start ? [index + 2] : []));
  }
}

const hex = (bytes: readonly number[]) => bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (text: string): number[] => (text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
const textOf = (bytes: readonly number[]) => ipaddr.fromByteArray([...bytes]).toString();

/** The networks from one address to another. */
function cidrs(first: readonly number[], last: readonly number[]): string[] {
  const bits = first.length * 8;
  const found: string[] = [];
  let from = toBigInt(first);
  const to = toBigInt(last);
  while (from <= to) {
    let size = 0;
    while (size < bits && (from >> BigInt(size)) % 2n === 0n && from + (1n << BigInt(size + 1)) - 1n <= to) size++;
    const address = textOf(toBytes(from, first.length));
    found.push(size === 0 ? address : `${address}/${bits - size}`);
    from += 1n << BigInt(size);
  }
  return found;
}

const toBigInt = (bytes: readonly number[]) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const toBytes = (value: bigint, length: number) =>
  Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 0xffn));
