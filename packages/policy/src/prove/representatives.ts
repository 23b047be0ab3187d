import { type Block, isInBlock, parseNetwork } from "@smtpdlint/model";
import ipaddr from "ipaddr.js";
import { FreshNames, namesIn, reverseNamesOf } from "../fresh-names.ts";
import { trustedNetworks } from "../outside.ts";
import type { MatchRule } from "../ruleset.ts";
import { type Box, dimensions } from "./boxes.ts";
import type { MessageSet } from "./message-set.ts";

/** So many texts of one kind are looked at. */
const mostTexts = 20_000;

/**
 * Texts that stand for all of a set: those that conditions name, one for each
 * pattern, and some that no condition names. `isCut` says that there are more.
 */
export function representativesOf(
  ruleset: readonly MatchRule[],
  { sources, recipients }: MessageSet,
  delimiter: string,
): { readonly box: Box; readonly isCut: boolean } {
  const fresh = new FreshNames(ruleset);
  const domains = namesIn(ruleset, ({ destination }) => destination);
  const greetings = namesIn(ruleset, ({ helo }) => helo);
  const senders = namesIn(ruleset, ({ mailFrom }) => mailFrom);
  const addressees = namesIn(ruleset, ({ rcptTo }) => rcptTo);
  const reverseNames = namesIn(ruleset, reverseNamesOf);
  const hosts = (patterns: readonly string[]) => [
    fresh.host,
    ...patterns.filter((key) => key !== "" && key !== "*").map((key) => key.replaceAll("*", fresh.label)),
  ];
  /** Addresses with each user and each domain that patterns name, and with others. */
  const addresses = (patterns: readonly string[], named: readonly string[] | undefined) => {
    const parts = patterns.map((pattern) => {
      const at = pattern.lastIndexOf("@");
      return at === -1 ? { user: pattern, domain: "" } : { user: pattern.slice(0, at), domain: pattern.slice(at + 1) };
    });
    const known = parts.flatMap(({ user }) => user || []);
    // What stands behind a delimiter belongs to the same user.
    const users = [fresh.user, ...known, ...known.map((user) => `${user}${delimiter}${fresh.label}`)];
    const places = named ? hosts([...named, ...parts.map(({ domain }) => domain)]) : [fresh.host];
    return [...new Set(places)].flatMap((domain) => [...new Set(users)].map((user) => `${user}@${domain}`));
  };
  const all: Box = {
    src: addressesOf(ruleset, sources),
    rdns: [...hosts(reverseNames), ""],
    helo: hosts(greetings),
    mailFrom: [...addresses(senders, []), "@"],
    rcptTo:
      typeof recipients === "object"
        ? recipients.addresses
        : addresses(addressees, recipients === "any" ? domains : undefined),
  };
  const isCut = dimensions.some((name) => all[name].length > mostTexts);
  const box = Object.fromEntries(dimensions.map((name) => [name, [...new Set(all[name])].slice(0, mostTexts)]));
  return { box: box as unknown as Box, isCut };
}

/** Networks that are nobody's outside: of this machine, private ones, and what is not routed. */
const special = [
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

const examples = ["203.0.113.77", "2001:db8:77::1"].map((text) => parseNetwork(text)?.bytes as readonly number[]);

/** An address of each part into which the networks of the conditions cut the set. */
function addressesOf(ruleset: readonly MatchRule[], sources: readonly Block[] | undefined): string[] {
  const blocks = ruleset.flatMap(({ from }) =>
    from.kind === "address" && !from.condition.regex ? from.condition.table.blocks : [],
  );
  const inside = sources ? [] : [...special, ...trustedNetworks(ruleset)];
  const starts = [...blocks, ...special, ...(sources ?? [])].flatMap((block) => [firstIn(block), behind(block)]);
  const isMeant = (bytes: readonly number[]) =>
    sources ? sources.some((block) => isIn(bytes, block)) : !inside.some((block) => isIn(bytes, block));
  const all = [...examples, ...starts].filter((bytes) => bytes !== undefined).filter(isMeant);
  return [...new Set(all.map((bytes) => ipaddr.fromByteArray([...bytes]).toString()))];
}

const isIn = (bytes: readonly number[], block: Block) => bytes.length === block.bytes.length && isInBlock(bytes, block);

/** The first address of a block. */
const firstIn = ({ bytes, length }: Block): readonly number[] =>
  bytes.map((byte, index) => byte & ((0xff << Math.max(0, 8 - Math.max(0, length - 8 * index))) & 0xff));

/** The address behind the last of a block; undefined if there is none. */
function behind(block: Block): readonly number[] | undefined {
  const { length } = block;
  const bytes = [...firstIn(block)];
  let index = Math.ceil(length / 8) - 1;
  let step = 1 << ((8 - (length % 8)) % 8);
  for (; index >= 0; index--) {
    const sum = (bytes[index] as number) + step;
    bytes[index] = sum & 0xff;
    if (sum <= 0xff) return bytes;
    step = 1;
  }
  return undefined;
}
