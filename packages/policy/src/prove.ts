import type { Filter } from "@smtpdlint/grammar";
import { type Block, isInBlock, isRelay, parseNetwork, subAddressDelimiter } from "@smtpdlint/model";
import ipaddr from "ipaddr.js";
import type { Assumption } from "./assumptions.ts";
import type { Delivered } from "./delivery/bounce.ts";
import { type EntryPoint, isOpenToAll, portsOf } from "./entry-points.ts";
import { type AskedProperty, ask } from "./evaluate.ts";
import type { Message } from "./message.ts";
import { findOpenRelays, relaysAnywhere } from "./open-relay.ts";
import { outsideMessage } from "./outside.ts";
import type { Condition, MatchRule } from "./ruleset.ts";
import { plainMessage } from "./scenario.ts";
import type { Smtpd } from "./smtpd.ts";
import { type Scenario, type Trace, traceMessage } from "./trace.ts";
import { verdictOf } from "./verdict.ts";

/** What no message of a set may fare: to be accepted at all, or handed on to another server. */
export type Forbidden = "accept" | "relay";

/** Messages from outside: of nobody who has logged in, from any sender. */
export interface MessageSet {
  /** Addresses or networks of clients; undefined for all that the configuration does not trust. */
  readonly sources: readonly Block[] | undefined;
  /** Addresses of recipients; `other` for all domains that the configuration does not name, `any` for all. */
  readonly recipients: { readonly addresses: readonly string[] } | "other" | "any";
  /** True for the ways in that are meant. */
  readonly enters: (point: EntryPoint) => boolean;
}

/** What is known of the claim that no message of a set fares so. */
export type Proof =
  | { readonly result: "proved" }
  /** A message that does, as smtpd would treat it. */
  | { readonly result: "refuted"; readonly scenario: Scenario; readonly trace: Trace }
  | { readonly result: "not proved"; readonly reasons: readonly Unproved[] };

/** Why a claim is neither proved nor refuted. */
export type Unproved =
  /** The rule takes such messages, but for none that was tried it is certain that it fares so. */
  | { readonly kind: "no witness"; readonly rule: MatchRule; readonly assumptions: readonly Assumption[] }
  /** The rule delivers here, and aliases and `.forward` files may lead elsewhere. */
  | { readonly kind: "forwarding"; readonly rule: MatchRule }
  /** The filter may change what the rules get to see: it rewrites, or is a program of which nothing is known. */
  | { readonly kind: "filter"; readonly filter: Filter }
  | { readonly kind: "too many" };

/** So many messages are followed for a match rule and a way in. */
const mostTries = 100;

/**
 * Proves that no message of a set fares so, or finds one that does. The proof
 * is by the match rules alone: what filters refuse counts for witnesses only.
 */
export function proveNever(smtpd: Smtpd, set: MessageSet, forbidden: Forbidden): Proof {
  const { candidates, forwarding, isCut } = searchForbidden(smtpd, set, forbidden);
  const reasons: Unproved[] = isCut ? [{ kind: "too many" }] : [];
  const known = forbidden === "relay" && !set.sources && set.recipients === "other" ? openRelays(smtpd, set) : [];
  for (const { rule, point, messages } of [...known, ...candidates]) {
    const assumptions: Assumption[] = [];
    let tries = 0;
    for (const message of messages) {
      if (++tries > mostTries) break;
      const scenario = scenarioOfMessage(smtpd, point, message);
      const { alternatives, complete } = traceMessage(smtpd, scenario);
      const bad = alternatives.filter(({ result }) => fares(result, forbidden));
      const isCertain = complete && bad.length === alternatives.length;
      const shown = isCertain ? bad[0] : bad.find(({ when }) => when.some(isByTurns));
      if (shown) return { result: "refuted", scenario, trace: shown.result };
      if (bad[0]) assumptions.push(...(bad[0].when[0] ?? []));
    }
    if (!reasons.some((reason) => reason.kind === "no witness" && reason.rule === rule)) {
      reasons.push({ kind: "no witness", rule, assumptions });
    }
  }
  for (const filter of changingFilters(smtpd, set)) reasons.push({ kind: "filter", filter });
  for (const rule of forwarding) reasons.push({ kind: "forwarding", rule });
  return reasons.length === 0 ? { result: "proved" } : { result: "not proved", reasons };
}

/** The filters of the ways in that may give the rules another sender, recipient or greeting. */
function changingFilters({ policy, environment }: Smtpd, { enters }: MessageSet): Set<Filter> {
  const listeners = policy.entryPoints.flatMap((point) =>
    isOpenToAll(point) && enters(point) && point.listener ? [point.listener] : [],
  );
  const mayChange = ({ phase, action, name }: Filter) =>
    phase
      ? action?.keyword.word === "rewrite"
      : environment.filterAnswer(name?.value ?? "", "rcpt-to")?.kind !== "proceed";
  return new Set(listeners.flatMap((listener) => policy.filtersOf(listener)).filter(mayChange));
}

/** True for what comes with no more than time: the relays of a list take turns. */
const isByTurns = (way: readonly Assumption[]) => way.every(({ question }) => question.topic === "smarthost");

/** Messages for which expressions in rules and filters are read too. */
const openRelays = ({ policy }: Smtpd, { enters }: MessageSet): Search["candidates"] =>
  findOpenRelays(policy).flatMap(({ rule, listener, message }) => {
    const point = policy.entryPoints.find((one) => one.listener === listener && enters(one));
    return point ? [{ rule, point, messages: [message] }] : [];
  });

/** A server of LMTP keeps the mail. */
function fares({ recipients, isDead }: Trace, forbidden: Forbidden): boolean {
  return recipients.some((recipient) => {
    const verdict = verdictOf(recipient);
    if (isDead || verdict.kind !== "accepted") return false;
    return (
      forbidden === "accept" ||
      verdict.deliveries.some(({ kind, delivered }) => kind === "relayed" && isElsewhere(delivered))
    );
  });
}

function isElsewhere({ outcome: { destination } }: Delivered): boolean {
  return destination?.kind === "server" && destination.protocol === "smtp";
}

function scenarioOfMessage(smtpd: Smtpd, point: EntryPoint, message: Message): Scenario {
  const { src, rdns, helo, rcptTo } = message;
  const mailFrom = message.mailFrom === "@" ? "" : message.mailFrom;
  const port = point.listener && portsOf(point.listener)[0];
  const listener = smtpd.listener(point, undefined, port);
  const client = { name: rdns, confirmed: rdns === "" ? "fail" : "pass" } as const;
  return {
    connection: { listener, src, client },
    usesTls: true,
    user: undefined,
    helo,
    mailFrom,
    rcptTo: [rcptTo],
    message: plainMessage(mailFrom, [rcptTo]),
  };
}

/** Sets of messages that a match rule takes so, and rules that may lead elsewhere. */
interface Search {
  readonly candidates: readonly {
    readonly rule: MatchRule;
    readonly point: EntryPoint;
    readonly messages: Iterable<Message>;
  }[];
  readonly forwarding: readonly MatchRule[];
  /** True if there were too many sets to look at. */
  readonly isCut: boolean;
}

/** So many sets of messages are looked at, and so many texts of one kind. */
const mostSets = 20_000;
const mostTexts = 20_000;

/** What can be told apart: the same answer to each condition makes two texts the same. */
const dimensions = ["src", "rdns", "helo", "mailFrom", "rcptTo"] as const;
type Dimension = (typeof dimensions)[number];
/** A set of messages: each combination of a text of each kind, which stands for all that smtpd cannot tell from it. */
type Box = { readonly [D in Dimension]: readonly string[] };

/**
 * Goes through the match rules with the whole set at once: what a rule takes is
 * cut off, and the rest goes on to the next. Where a condition cannot be
 * decided by names alone (a regular expression, a table that nobody has read)
 * the set goes both ways, so that nothing is overlooked.
 */
function searchForbidden({ policy, ruleset }: Smtpd, set: MessageSet, forbidden: Forbidden): Search {
  const texts = new Texts(ruleset, set, subAddressDelimiter(policy.model.config));
  // Where no domain is named, a relay for domains of its own takes none of the messages.
  const relays = set.recipients === "other" ? relaysAnywhere : isRelay;
  const candidates: Search["candidates"][number][] = [];
  const forwarding: MatchRule[] = [];
  let isCut = texts.isCut;
  let sets = 0;
  for (const point of policy.entryPoints.filter((one) => isOpenToAll(one) && set.enters(one))) {
    const start = texts.boxFor(point);
    let boxes: Box[] = Object.values(start).every((list) => list.length > 0) ? [start] : [];
    for (const rule of ruleset) {
      const next: Box[] = [];
      for (const box of boxes) {
        if (++sets > mostSets) {
          isCut = true;
          break;
        }
        const { taken, left } = split(box, rule, point);
        next.push(...left);
        if (!taken) continue;
        const action = rule.match.broken ? undefined : policy.model.symbols.actionOf(rule.match);
        if (!action) continue;
        if (forbidden === "accept" || relays(action))
          candidates.push({ rule, point, messages: messagesIn(taken, point) });
        else if (!isRelay(action) && !forwarding.includes(rule)) forwarding.push(rule);
      }
      boxes = next;
    }
  }
  return { candidates, forwarding, isCut };
}

/** In the order in which smtpd asks. */
const properties: readonly (readonly [AskedProperty, Dimension | undefined])[] = [
  ["tag", undefined],
  ["from", "src"],
  ["destination", "rcptTo"],
  ["helo", "helo"],
  ["auth", undefined],
  ["tls", undefined],
  ["mailFrom", "mailFrom"],
  ["rcptTo", "rcptTo"],
];

/** The part of a set that a rule takes, and the parts that go on to the next one. */
function split(box: Box, rule: MatchRule, { tag }: EntryPoint): { taken: Box | undefined; left: Box[] } {
  const left: Box[] = [];
  let rest = box;
  for (const [property, usual] of properties) {
    const dimension = property === "from" && rule.from.kind === "rdns" ? "rdns" : usual;
    const message = { ...firstOf(rest), tag, user: undefined };
    if (!dimension) {
      const answer = ask(property, rule, message);
      // smtpd gives up for now, whatever the rules behind would say.
      if (answer === "tempfail") return { taken: undefined, left };
      if (answer !== true) left.push(rest);
      if (answer === false) return { taken: undefined, left };
      continue;
    }
    const isOpen = isUndecidable(conditionOf(property, rule));
    const answers = rest[dimension].map(
      (text) => [text, ask(property, rule, { ...message, [dimension]: text })] as const,
    );
    const no = isOpen
      ? rest[dimension]
      : answers.filter(([, answer]) => answer !== true && answer !== "tempfail").map(([text]) => text);
    const yes = isOpen
      ? rest[dimension]
      : answers.filter(([, answer]) => answer === true || answer === "unknown").map(([text]) => text);
    if (no.length > 0) left.push({ ...rest, [dimension]: no });
    if (yes.length === 0) return { taken: undefined, left };
    rest = { ...rest, [dimension]: yes };
  }
  return { taken: rest, left };
}

/** True if texts that are not told apart may get different answers. */
function isUndecidable(condition: Condition | undefined): boolean {
  return condition !== undefined && (condition.regex || !(condition.table.keys ?? []).every(isPlain));
}

/** A star for a first label, or for all, makes kinds of names that can be listed. */
function isPlain(key: string): boolean {
  if (!key.includes("*")) return true;
  const at = key.lastIndexOf("@");
  return !key.slice(0, Math.max(0, at)).includes("*") && /^(?:\*|\*\.[^*]+)$/.test(key.slice(at + 1));
}

function conditionOf(property: AskedProperty, rule: MatchRule): Condition | undefined {
  switch (property) {
    case "from":
      return rule.from.kind === "socket" ? undefined : rule.from.condition;
    case "destination":
      return rule.destination;
    case "helo":
      return rule.helo;
    case "mailFrom":
      return rule.mailFrom;
    case "rcptTo":
      return rule.rcptTo;
    default:
      return undefined;
  }
}

const firstOf = (box: Box) =>
  Object.fromEntries(dimensions.map((name) => [name, box[name][0]])) as Pick<Message, Dimension>;

/** The messages of a set, those first that differ least from an ordinary one. */
function* messagesIn(box: Box, { tag }: EntryPoint): Generator<Message> {
  for (const rcptTo of box.rcptTo) {
    for (const mailFrom of box.mailFrom) {
      for (const helo of box.helo) {
        for (const rdns of box.rdns) {
          for (const src of box.src) yield { src, rdns, helo, mailFrom, rcptTo, tag, user: undefined };
        }
      }
    }
  }
}

/** Texts that stand for all: those that conditions name, and some that none names. */
class Texts {
  isCut = false;
  private readonly box: Box;

  constructor(ruleset: readonly MatchRule[], { sources, recipients }: MessageSet, delimiter: string) {
    const domains = [...new Set(ruleset.flatMap(({ destination }) => hostNames(keysOf(destination))))];
    const senders = ruleset.flatMap(({ mailFrom }) => keysOf(mailFrom));
    const addressees = ruleset.flatMap(({ rcptTo }) => keysOf(rcptTo));
    const rcptTo =
      recipients === "other" || recipients === "any"
        ? addresses(addressees, recipients === "any" ? domains : [], recipients === "any", delimiter)
        : recipients.addresses;
    const box = {
      src: addressesOf(ruleset, sources),
      rdns: [
        outsideMessage.rdns,
        "",
        ...ruleset.flatMap(({ from }) => (from.kind === "rdns" ? hostNames(keysOf(from.condition)) : [])),
      ],
      helo: [outsideMessage.helo, ...ruleset.flatMap(({ helo }) => hostNames(keysOf(helo)))],
      mailFrom: ["someone@sender.example", "@", ...addresses(senders, [], true, delimiter)],
      rcptTo,
    };
    this.isCut = Object.values(box).some((list) => list.length > mostTexts);
    this.box = Object.fromEntries(
      Object.entries(box).map(([name, list]) => [name, [...new Set(list)].slice(0, mostTexts)]),
    ) as unknown as Box;
  }

  /** Those of clients that can reach an entry point. */
  boxFor({ families }: EntryPoint): Box {
    return { ...this.box, src: this.box.src.filter((address) => families.includes(address.includes(":") ? 6 : 4)) };
  }
}

const keysOf = (condition: Condition | undefined): readonly string[] =>
  condition?.regex ? [] : (condition?.table.keys ?? []);

/** A name for each pattern: `*` takes the first label. */
const hostNames = (keys: readonly string[]): string[] =>
  keys.filter((key) => key !== "" && key !== "*").map((key) => key.replaceAll("*", "xq"));

/** Addresses with each user and each domain that patterns name, and with others; only other domains unless `isNamed`. */
function addresses(
  patterns: readonly string[],
  domains: readonly string[],
  isNamed: boolean,
  delimiter: string,
): string[] {
  const parts = patterns.map((pattern) => {
    const at = pattern.lastIndexOf("@");
    return at === -1 ? [pattern, ""] : [pattern.slice(0, at), pattern.slice(at + 1)];
  });
  const named = parts.flatMap(([user]) => (user ? [user.replaceAll("*", "xq")] : []));
  // What stands behind a delimiter belongs to the same user.
  const users = ["someone", ...named, ...named.map((user) => `${user}${delimiter}xq`)];
  const hosts = isNamed ? hostNames([...domains, ...parts.map(([, domain]) => domain as string)]) : [];
  const all = ["elsewhere.example", ...hosts];
  return [...new Set(all)].flatMap((domain) => [...new Set(users)].map((user) => `${user}@${domain}`));
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

/** A network with a shorter prefix is no group of hosts that somebody knows. */
const shortestTrusted = { 4: 8, 16: 16 } as const;

/** An address of each part into which the networks of the conditions cut the set. */
function addressesOf(ruleset: readonly MatchRule[], sources: readonly Block[] | undefined): string[] {
  const blocks = ruleset.flatMap(({ from }) =>
    from.kind === "address" && !from.condition.regex ? from.condition.table.blocks : [],
  );
  const trusted = blocks.filter(({ bytes, length }) => length >= shortestTrusted[bytes.length as 4 | 16]);
  const outside = sources ? [] : [...special, ...trusted];
  const starts = [...blocks, ...special, ...(sources ?? [])].flatMap((block) => [firstIn(block), behind(block)]);
  const examples = sources
    ? []
    : ["203.0.113.77", "2001:db8:77::1"].map((text) => parseNetwork(text)?.bytes as readonly number[]);
  const isMeant = (bytes: readonly number[]) =>
    sources ? sources.some((block) => isIn(bytes, block)) : !outside.some((block) => isIn(bytes, block));
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
