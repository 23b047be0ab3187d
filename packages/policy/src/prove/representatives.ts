import { type Block, isInBlock, parseNetwork } from "@smtpdlint/model";
import ipaddr from "ipaddr.js";
import { FreshNames, namesIn, reverseNamesOf } from "../fresh-names.ts";
import { behind, firstIn, neverOutside } from "../networks.ts";
import { outsideMessage, trustedNetworks } from "../outside.ts";
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

const examples = [outsideMessage.src, "2001:db8:77::1"].map((text) => parseNetwork(text)?.bytes as readonly number[]);

/** An address of each part into which the networks of the conditions cut the set. */
function addressesOf(ruleset: readonly MatchRule[], sources: readonly Block[] | undefined): string[] {
  const blocks = ruleset.flatMap(({ from }) =>
    from.kind === "address" && !from.condition.regex ? from.condition.table.blocks : [],
  );
  const inside = sources ? [] : [...neverOutside, ...trustedNetworks(ruleset)];
  const starts = [...blocks, ...neverOutside, ...(sources ?? [])].flatMap((block) => [firstIn(block), behind(block)]);
  const isMeant = (bytes: readonly number[]) =>
    sources ? sources.some((block) => isIn(bytes, block)) : !inside.some((block) => isIn(bytes, block));
  const all = [...examples, ...starts].filter((bytes) => bytes !== undefined).filter(isMeant);
  return [...new Set(all.map((bytes) => ipaddr.fromByteArray([...bytes]).toString()))];
}

const isIn = (bytes: readonly number[], block: Block) => bytes.length === block.bytes.length && isInBlock(bytes, block);
