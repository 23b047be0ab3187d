import type { Action, TableExpression } from "@smtpdlint/grammar";
import { isRelay, optionOf } from "@smtpdlint/model";
import { combinations } from "../combinations.ts";
import type { Policy } from "../policy.ts";
import { type Box, type Group, isIn } from "./boxes.ts";
import { type ChoiceSet, has } from "./choice-set.ts";
import { type Candidate, messageOf } from "./confirm.ts";
import { membersIn, valuesOf } from "./contents.ts";
import type { Side } from "./side.ts";
import type { Sides } from "./sides.ts";
import { internal, local } from "./sources.ts";
import type { Dimension } from "./tests.ts";

/** So many choices of each set are tried, so many boxes of a group, and so many messages of a box. */
const mostChoices = 4;
const mostNames = 12;
const mostBoxes = 12;
const mostMessages = 60;

/** Messages of a group, the most ordinary first, to be asked about on both sides; with a key of an alias table, for what it names. */
export function* candidatesOf(group: Group, sides: Sides, key?: string): Generator<Candidate> {
  const recipient = key === undefined ? undefined : recipientFor(key);
  const isOrdinary = ({ sets }: Box) =>
    numbersOf(sets.way, sides.ways.length).some((number) => isOpen(number, sides)) &&
    numbersOf(sets.source, sides.sources.count).some((number) => sides.sources.isOutside(number));
  const boxes = [...group.boxes.filter(isOrdinary), ...group.boxes.filter((box) => !isOrdinary(box))];
  // Virtual users are those that a table names, and nobody else.
  const others = key === undefined ? keysOf(group, sides).slice(0, mostNames).map(recipientFor) : [];
  for (const who of [recipient, ...others]) {
    for (const box of boxes.slice(0, mostBoxes)) {
      for (const candidate of inBox(box, sides, who)) {
        if (isIn(box, sides.numbersOf(messageOf(candidate), candidate.way))) yield candidate;
      }
    }
  }
}

/** The keys of alias tables under which the two sides have something else. */
export function changedKeys({ old, new: current }: Pick<Group, "old" | "new">, sides: Sides): string[] {
  const [before, after] = [sides.outcomes.at(old).actions.old, sides.outcomes.at(current).actions.new];
  if (!before || !after || isRelay(before) || isRelay(after)) return [];
  return ["alias", "virtual", "userbase"].flatMap((word) => {
    const values = [
      valuesIn(before, word, sides.old.smtpd.policy),
      valuesIn(after, word, sides.current.smtpd.policy),
    ].map((found) => found ?? new Map<string, string>());
    const keys = new Set(values.flatMap((map) => [...map.keys()]));
    return [...keys].filter((key) => values[0]?.get(key) !== values[1]?.get(key));
  });
}

/** All keys of the alias tables of both sides. */
export function keysOf({ old, new: current }: Pick<Group, "old" | "new">, sides: Sides): string[] {
  const keysIn = (action: Action | undefined, { smtpd }: Side) =>
    action && !isRelay(action)
      ? ["alias", "virtual"].flatMap((word) => [...(valuesIn(action, word, smtpd.policy)?.keys() ?? [])])
      : [];
  const { outcomes } = sides;
  return [
    ...new Set([
      ...keysIn(outcomes.at(old).actions.old, sides.old),
      ...keysIn(outcomes.at(current).actions.new, sides.current),
    ]),
  ];
}

function valuesIn(action: Action, word: string, { model }: Policy): ReadonlyMap<string, string> | undefined {
  const value = optionOf(action, word)?.value as TableExpression | undefined;
  return value && valuesOf(model.tables.of(value), word === "userbase" ? undefined : membersIn);
}

interface Recipient {
  readonly user: string;
  /** Undefined for any. */
  readonly domain: string | undefined;
}

/** Somebody whom a key of an alias table stands for. */
function recipientFor(key: string): Recipient {
  const at = key.lastIndexOf("@");
  if (at === -1) return { user: key, domain: undefined };
  return { user: key.slice(0, at) || "someone", domain: key.slice(at + 1) || undefined };
}

function* inBox({ sets }: Box, sides: Sides, recipient: Recipient | undefined): Generator<Candidate> {
  const { domains, senderDomains, senders, recipients, greetings, reverseNames, logins } = sides;
  const named = (dimension: Dimension, of: { all: readonly { text: string }[] }, other: string) => {
    const set = sets[dimension];
    const numbers = numbersOf(set, of.all.length);
    const texts = numbers.slice(0, mostNames).map((number) => of.all[number]?.text ?? "");
    return !set || set.isOthers ? [other, ...texts] : texts;
  };
  const users = named("recipient", recipients.choices, recipients.unnamed("someone"));
  const hosts = named("domain", domains.choices, domains.unnamed("elsewhere.example"));
  const addresses = recipient
    ? addressesFor(recipient, sets, hosts, sides)
    : [
        ...hosts.flatMap((host) => users.slice(0, 3).map((user) => `${user}@${host}`)),
        ...hosts.slice(0, 1).flatMap((host) => users.slice(3).map((user) => `${user}@${host}`)),
      ];
  const senderHosts = named("senderDomain", senderDomains.choices, senderDomains.unnamed("sender.example"));
  const senderUsers = named("sender", senders.choices, senders.unnamed("someone"));
  const from = senderHosts.flatMap((host) => (host === "" ? [""] : senderUsers.map((user) => `${user}@${host}`)));
  const helo = named("helo", greetings.choices, greetings.unnamed("mail.sender.example"));
  const rdns = named("rdns", reverseNames, "mail.sender.example");
  const login = loginsIn(sets.user, logins.choices.all, logins.nobody);
  const all = numbersOf(sets.way, sides.ways.length);
  const ways = [...all.filter((number) => isOpen(number, sides)), ...all.filter((number) => !isOpen(number, sides))];
  for (const way of ways.slice(0, mostChoices)) {
    const isSocket = [sides.ways[way]?.old, sides.ways[way]?.new].some((point) => point?.reach === "socket");
    const clients = clientsIn(sets.source, isSocket, sides);
    const auth = isSocket ? [undefined] : login;
    const choices = [clients, auth, rdns, helo, from, addresses] as const;
    let count = 0;
    for (const [client, user, name, greeting, sender, to] of combinations(choices)) {
      if (++count > mostMessages) break;
      yield {
        way,
        description: {
          to: [to as string],
          from: sender as string,
          client,
          auth: user,
          rdns: name === "" ? "none" : (name as string),
          helo: greeting as string,
          socket: isSocket,
        },
      };
    }
  }
}

const isOpen = (number: number, { ways }: Sides) => (ways[number]?.new ?? ways[number]?.old)?.reach === "outside";

/** The addresses of somebody, as far as they are in a box. */
function addressesFor(
  { user, domain }: Recipient,
  sets: Box["sets"],
  hosts: readonly string[],
  sides: Sides,
): string[] {
  if (sets.recipient && !has(sets.recipient, sides.recipients.numberOf(user))) return [];
  if (domain === undefined) return hosts.slice(0, 1).map((host) => `${user}@${host}`);
  return !sets.domain || has(sets.domain, sides.domains.numberOf(domain)) ? [`${user}@${domain}`] : [];
}

function numbersOf(set: ChoiceSet | undefined, count: number): number[] {
  if (set && !set.isOthers) return [...set.numbers];
  return Array.from({ length: count }, (_, number) => number).filter((number) => !set || has(set, number));
}

function loginsIn(set: ChoiceSet | undefined, all: readonly { text: string }[], nobody: number) {
  const texts = numbersOf(set, all.length)
    .filter((number) => number !== nobody && all[number]?.text !== "")
    .slice(0, mostChoices)
    .map((number) => all[number]?.text);
  const other = !set || set.isOthers ? ["somebody"] : [];
  const anonymous = !set || has(set, nobody) ? [undefined] : [];
  return [...anonymous, ...other, ...texts];
}

/** Addresses of clients, those outside first. */
function clientsIn(set: ChoiceSet | undefined, isSocket: boolean, { sources }: Sides): (string | undefined)[] {
  if (isSocket) return !set || has(set, local) ? [undefined] : [];
  const numbers = numbersOf(set, sources.count).filter((number) => number !== local && number !== internal);
  const usual = ["203.0.113.25", "10.0.0.1", "127.0.0.1"].filter((text) => numbers.includes(sources.numberOf(text)));
  const isOutside = (number: number) => sources.isOutside(number);
  const sorted = [...numbers.filter(isOutside), ...numbers.filter((number) => !isOutside(number))];
  const IPv6 = sorted.filter((number) => sources.isIPv6(number));
  const texts = [...sorted.slice(0, mostChoices), ...IPv6.slice(0, 2)].map((number) => sources.text(number));
  // The address of a network itself is nobody's, most often.
  const isOrdinary = (text: string) => !/(?:\.0|::)$/.test(text);
  return [...usual, ...texts.filter(isOrdinary), ...texts.filter((text) => !isOrdinary(text))];
}
