import type { Listen } from "@smtpdlint/grammar";
import { alternatives } from "@smtpdlint/model";
import { type Box, type ChoiceSet, has, joined, ownNames, portsOf, type Sides } from "@smtpdlint/policy";

/** So many names are listed; of more it is said how many there are. */
const mostNames = 5;

/** The messages of some boxes, in words, those that aliases lead to last: each text stands for a set of messages. */
export function whoTexts(boxes: readonly Box[], sides: Sides): string[] {
  const few = joined(boxes, sides).toSorted((one, other) => Number(isOfAliases(one)) - Number(isOfAliases(other)));
  return [...new Set(few.map((box) => whoText(box, sides)))];
}

const isOfAliases = ({ sets: { source } }: Box) =>
  source !== undefined && !source.isOthers && [...source.numbers].join() === "1";

/** `from 10.0.0.0/8, not logged in, to any domain but example.org` */
function whoText({ sets, unknowns }: Box, sides: Sides): string {
  const { senderDomains, senders, greetings, reverseNames, domains, recipients } = sides;
  const own = ownNamesIn({ sets, unknowns }, sides);
  const parts = [
    originText(sets, sides),
    sets.rdns && `with ${namesText(sets.rdns, reverseNames.all, "reverse name", "no reverse name")}`,
    sets.helo && `with ${namesText(sets.helo, greetings.choices.all, "greeting")}`,
    sets.senderDomain || sets.sender
      ? `with ${senderText(addressText(sets.senderDomain, sets.sender, senderDomains.choices.all, senders.choices.all))}`
      : "",
    ...unknownTexts(
      [...unknowns].filter(([number]) => number !== own.number),
      sides,
    ),
    `to ${addressText(sets.domain, sets.recipient, domains.choices.all, recipients.choices.all, own.is)}`,
  ];
  const found = parts.filter((part) => part !== undefined && part !== "");
  return found.length === 2 && !found[0]?.includes(", ") ? found.join(" ") : found.join(", ");
}

/** What is said of the names of this machine together with the recipient's domain: its number, and whether it is one. */
function ownNamesIn({ sets: { domain }, unknowns }: Box, sides: Sides) {
  const number = ownNames(sides);
  const isJoined = !domain || domain.isOthers;
  return isJoined && unknowns.has(number) ? { number, is: unknowns.get(number) } : { number: undefined, is: undefined };
}

interface Named {
  readonly name: string;
}

/** `a`, `a or b`; of many the first. */
export const listed = (names: readonly string[]): string =>
  names.length <= mostNames + 1
    ? alternatives(names)
    : `${names.slice(0, mostNames).join(", ")} or ${names.length - mostNames} more`;

const namesOf = ({ numbers }: ChoiceSet, all: readonly Named[]) =>
  [...numbers].map((number) => all[number]?.name ?? "");

/** Names of something, or all but some; `none` says that there is no name. */
function namesText(set: ChoiceSet, all: readonly Named[], what: string, none = ""): string {
  const names = namesOf(set, all);
  const given = names.filter((name) => name !== "");
  const hasNone = none !== "" && names.length > given.length;
  if (!set.isOthers) {
    const named = given.length > 0 ? [`the ${what} ${listed(given)}`] : [];
    return alternatives([...named, ...(hasNone ? [none] : [])]);
  }
  if (given.length === 0) return hasNone ? `a ${what}` : `any ${what}`;
  return `${hasNone || none === "" ? "a" : "no or another"} ${what} that is not ${listed(given)}`;
}

// ---- where it comes from

const isSocket = ({ old, new: current }: Sides["ways"][number]) => (current ?? old)?.reach === "socket";

const waysIn = (set: ChoiceSet | undefined, { ways }: Sides) => ways.filter((_, number) => !set || has(set, number));

/** `from anywhere or sendmail`; `from 10.0.0.0/8, by eth0 port 587, logged in, or from sendmail` */
function originText({ source, way, user }: Box["sets"], sides: Sides): string {
  const { sources } = sides;
  const ways = waysIn(way, sides);
  const all = Array.from({ length: sources.count }, (_, number) => number);
  const inSet = all.filter((number) => !source || has(source, number));
  const points = ways.filter((one) => !isSocket(one));
  const clients = points.length === 0 ? "" : clientsText(inSet, points, sides);
  const hasSocket = ways.some(isSocket) && inSet.includes(0);
  if (clients === "") return hasSocket ? "from sendmail" : inSet.includes(1) ? "by aliases and .forward files" : "";
  const details = [listenersText(way, sides), loginText(user, way, sides)].filter((text) => text !== "");
  const text = [`from ${clients}`, ...details].join(", ");
  if (!hasSocket) return text;
  return details.length === 0 ? `${text} or sendmail` : `${text}, or from sendmail`;
}

/** Networks, those that stand for all that can be outside or not in one word. */
function clientsText(inSet: readonly number[], points: Sides["ways"], { sources }: Sides): string {
  const isNear = points.every(({ old, new: current }) => (current ?? old)?.reach === "loopback");
  const families = new Set(points.flatMap(({ old, new: current }) => [old, current].flatMap((p) => p?.families ?? [])));
  const possible = [...families].flatMap((family) => sources.ofFamily(family));
  const chosen = new Set(inSet);
  const clients = possible.filter((number) => chosen.has(number));
  if (clients.length === 0) return "";
  // Other addresses of the loopback nobody uses.
  const used = ["127.0.0.1", "::1"].map((address) => sources.numberOf(address)).filter((one) => possible.includes(one));
  const isAllUsed = used.every((number) => chosen.has(number));
  if (isAllUsed && (isNear || clients.every((number) => sources.isLoopback(number)))) return "this machine";
  if (clients.length === possible.length) return "anywhere";
  const outside = possible.filter((number) => sources.isOutside(number));
  const known = possible.filter((number) => !sources.isOutside(number));
  const wider = [
    ["anywhere", possible],
    ["outside", outside],
    ["private and known networks", known],
  ] as const;
  let best = { text: "", names: sources.networks(clients) };
  for (const [text, all] of wider) {
    const wide = new Set<number>(all);
    if (!clients.every((number) => wide.has(number))) continue;
    const names = sources.networks(all.filter((number) => !chosen.has(number)));
    if (names.length === 0) return text;
    if (names.length < best.names.length) best = { text: `${text} but `, names };
  }
  return `${best.text}${listed(best.names)}`;
}

function listenersText(set: ChoiceSet | undefined, sides: Sides): string {
  const inSet = waysIn(set, sides).filter((way) => !isSocket(way));
  const all = sides.ways.filter((way) => !isSocket(way));
  if (inSet.length === all.length || inSet.length === 0) return "";
  return `by ${listed(inSet.map((way) => listenerText((way.new ?? way.old)?.listener)))}`;
}

/** `eth0 port 587` */
export function listenerText(listener: Listen | undefined): string {
  if (!listener || listener.socket) return "the socket";
  return `${listener.interface?.value ?? ""} port ${portsOf(listener).join(", ")}`;
}

function loginText(set: ChoiceSet | undefined, way: ChoiceSet | undefined, sides: Sides): string {
  const { logins } = sides;
  const ways = waysIn(way, sides).filter((one) => !isSocket(one));
  const canLogIn = ways.some((one) => [one.old, one.new].some((point) => point && point.auth !== "none"));
  // Elsewhere nobody gets in without a login.
  const isNeeded = ways.every((one) => (one.new ?? one.old)?.auth === "required");
  if (!set) return canLogIn && isNeeded ? "logged in" : "";
  if (!canLogIn) return "";
  const isAnonymous = has(set, logins.nobody);
  const names = [...set.numbers]
    .filter((number) => number !== logins.nobody && number !== logins.sendmail)
    .map((number) => (number === logins.withDomain ? "a name with @" : (logins.choices.all[number]?.name ?? "")));
  if (!set.isOthers) {
    const named = names.length > 0 ? [`logged in as ${listed(names)}`] : [];
    return alternatives([...named, ...(isAnonymous ? ["not logged in"] : [])]);
  }
  if (isAnonymous) return names.length === 0 ? "" : `not logged in as ${listed(names)}`;
  return names.length === 0 ? "logged in" : `logged in, but not as ${listed(names)}`;
}

// ---- addresses

function senderText(addresses: string): string {
  if (addresses === "any domain but <>") return "a sender";
  return addresses.startsWith("any domain") ? `a sender in ${addresses}` : `the sender ${addresses}`;
}

function addressText(
  domain: ChoiceSet | undefined,
  user: ChoiceSet | undefined,
  domains: readonly Named[],
  users: readonly Named[],
  isOwn?: boolean,
): string {
  const names = user && !user.isOthers ? namesOf(user, users) : ["*"];
  const but = user?.isOthers && user.numbers.size > 0 ? ` but ${listed(namesOf(user, users))}` : "";
  if (domain && !domain.isOthers) {
    const hosts = namesOf(domain, domains);
    const addresses = hosts.flatMap((host) => (host === "" ? ["<>"] : names.map((name) => `${name}@${host}`)));
    return `${listed(addresses)}${but}`;
  }
  const others = domain ? namesOf(domain, domains).map((name) => (name === "" ? "<>" : name)) : [];
  if (isOwn === false) others.push("a name of this machine");
  const any = isOwn ? "a name of this machine" : "any domain";
  const where = others.length === 0 ? any : `${any} but ${listed(others)}`;
  return names[0] === "*" && but === "" ? where : `${listed(names)}${but} at ${where}`;
}

const propertyNames: Readonly<Record<string, string>> = {
  domain: "the recipient's domain",
  recipient: "the recipient",
  sender: "the sender",
  source: "the client's address",
  rdns: "the reverse name",
  helo: "the greeting",
  user: "the login",
  tag: "the tag",
};

/** What must be so each for itself, and what must not be so together. */
function unknownTexts(unknowns: readonly (readonly [number: number, is: boolean])[], { unknowns: all }: Sides) {
  const groups = new Map<string, { is: boolean; like: Unknown; names: string[] }>();
  for (const [number, is] of unknowns) {
    const unknown = all.all[number];
    if (!unknown) continue;
    const { property, regex, isRead, table } = unknown;
    const key = is ? `${number}` : `not ${property} ${regex} ${isRead} ${isRead ? "" : ownTables[table]}`;
    const group = groups.get(key) ?? { is, like: unknown, names: [] };
    group.names.push(...(isRead ? keysIn(table) : [table]));
    groups.set(key, group);
  }
  return [...groups.values()].map(unknownText);
}

type Unknown = Sides["unknowns"]["all"][number];

/** Tables that smtpd makes itself. */
const ownTables: Readonly<Record<string, string>> = {
  "<localhost>": "one of this machine",
  "<localnames>": "a name of this machine",
};

function unknownText({ is, like, names }: { is: boolean; like: Unknown; names: readonly string[] }): string {
  const { property, regex, isRead, table } = like;
  const what = propertyNames[property] ?? property;
  const not = is ? "" : "not ";
  if (regex && isRead) {
    return `where ${what} ${is ? "matches" : "does not match"} ${listed(names.map((text) => `"${text}"`))}`;
  }
  if (isRead) return `where ${what} is ${not}among ${listed(names)}`;
  return `where ${what} is ${not}${ownTables[table] ?? `in ${listed(names)}`}`;
}

/** The keys of a table, by what makes it the same as another. */
const keysIn = (identity: string): string[] =>
  identity.startsWith('"') ? [identity.slice(1)] : (JSON.parse(identity) as string[]);
