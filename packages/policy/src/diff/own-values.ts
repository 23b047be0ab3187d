import type { Action, Listen, Pki } from "@smtpdlint/grammar";
import type { Smtpd } from "../smtpd.ts";
import type { Box, Group } from "./boxes.ts";
import type { Hosts } from "./hosts.ts";
import { isOwnOption } from "./own-options.ts";
import type { Side } from "./side.ts";
import type { Sides } from "./sides.ts";
import { textAt } from "./text-at.ts";

/** The values that are a host's own, as texts by what they are. */
export function ownValuesOf({ policy, environment }: Smtpd): ReadonlyMap<string, string> {
  const { model } = policy;
  const found = new Map<string, string>();
  const add = (what: string, text: string) => found.set(what, `${found.get(what) ?? ""}${text}\n`);
  if (environment.hostName !== undefined) add("name", environment.hostName);
  const { statements } = model.config;
  const users = statements.filter((one): one is Action | Listen => one.kind === "action" || one.kind === "listen");
  for (const user of users) {
    if (user.kind === "listen" && user.interface) add("address of a listener", user.interface.value.toLowerCase());
    for (const { keyword, span } of user.options) if (isOwnOption(keyword.word)) add(keyword.word, textAt(span, model));
  }
  for (const statement of statements) {
    if (statement.kind === "pki") add("pki", textAt(statement.span, model));
    if (statement.kind === "admd") add("admd", textAt(statement.span, model));
  }
  return found;
}

/** The names by which a host is known, in lower case. */
function ownNamesOf({ policy, environment }: Smtpd): string[] {
  const { config, listeners } = policy.model;
  const greetings = listeners.flatMap(({ options }) =>
    options.flatMap(({ keyword, value }) => (keyword.word === "hostname" && value?.kind === "text" ? value.value : [])),
  );
  const certified = config.statements
    .filter((statement): statement is Pki => statement.kind === "pki")
    .flatMap(({ name }) => (name && name.value !== "*" ? name.value : []));
  return [...greetings, ...certified, ...(environment.hostName ? [environment.hostName] : [])].map((name) =>
    name.toLowerCase(),
  );
}

/**
 * The groups without the messages to, or from, the names of the hosts themselves,
 * if each host treats those of its own name as the other one does those of its own.
 */
export function withoutOwnNames(groups: readonly Group[], sides: Sides): Group[] {
  const ofOld = ownChoices(sides.old, sides);
  const ofNew = ownChoices(sides.current, sides);
  const isMirrored = (group: Group, ofOther: OwnChoices) =>
    groups.some(
      (one) => one.old === group.new && one.new === group.old && one.boxes.some((box) => names(box, ofOther)),
    );
  return groups.flatMap((group) => {
    const dropped = [...(isMirrored(group, ofNew) ? [ofOld] : []), ...(isMirrored(group, ofOld) ? [ofNew] : [])];
    const boxes = dropped.reduce<readonly Box[]>((all, own) => all.flatMap((box) => without(box, own)), group.boxes);
    return boxes.length > 0 ? [{ ...group, boxes }] : [];
  });
}

const named = ["domain", "senderDomain"] as const;

/** The choices that are names of a host. */
type OwnChoices = Readonly<Record<(typeof named)[number], ReadonlySet<number>>>;

function ownChoices({ smtpd }: Side, { domains, senderDomains }: Sides): OwnChoices {
  const own = ownNamesOf(smtpd);
  const among = ({ choices }: Hosts) => new Set(own.flatMap((name) => choices.find(name) ?? []));
  return { domain: among(domains), senderDomain: among(senderDomains) };
}

/** True for a box with messages to, or from, such a name. */
const names = ({ sets }: Box, own: OwnChoices): boolean =>
  named.some((dimension) => {
    const set = sets[dimension];
    return set !== undefined && !set.isOthers && [...set.numbers].some((number) => own[dimension].has(number));
  });

/** A box without those messages; none if they are all. */
function without(box: Box, own: OwnChoices): Box[] {
  let { sets } = box;
  for (const dimension of named) {
    const set = sets[dimension];
    if (!set || set.isOthers) continue;
    const numbers = [...set.numbers].filter((number) => !own[dimension].has(number));
    if (numbers.length === 0) return [];
    sets = { ...sets, [dimension]: { isOthers: false, numbers: new Set(numbers) } };
  }
  return [{ ...box, sets }];
}
