import { groupBy } from "@smtpdlint/model";
import type { Smtpd } from "../smtpd.ts";
import { diffPolicies, type PolicyDiff } from "./diff.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { ownValuesOf } from "./own-values.ts";

/** Hosts that do the same with mail. */
export interface FleetGroup<H> {
  /** In the order in which they were given. */
  readonly hosts: readonly H[];
  /** From the first group to this one; from the first group to itself, it holds what was assumed. */
  readonly diff: PolicyDiff;
  /** What of names, certificates and addresses is not the same on all hosts of this group and the first. */
  readonly own: readonly string[];
}

/** So many groups are tried for a host, of those that differ from the first group in the same respects. */
const mostTries = 8;

/**
 * Puts hosts that do the same with mail into one group; the largest comes first,
 * and the others are compared with it. Hosts that say the same need no proof, so
 * that there are not many more comparisons than hosts. `place` puts two hosts
 * on machines that know the addresses of both.
 */
export function groupsOfFleet<H extends { readonly smtpd: Smtpd }>(
  hosts: readonly H[],
  place: (one: H, other: H) => readonly [Smtpd, Smtpd],
): FleetGroup<H>[] {
  const models = [...groupBy(hosts, ({ smtpd }) => fingerprintOf(smtpd)).values()].sort(bySize);
  const compare = (one: H, other: H) => diffPolicies(...place(one, other), "hosts");
  let found = groupsAround(models, compare);
  // The largest that is proved to be one is not always the one with the most that say the same.
  const proved = found.filter(({ diff }) => diff.gaps.length === 0).map(({ models: own }) => own);
  const [largest = []] = proved.sort((one, other) => sizeOf(other) - sizeOf(one));
  if (sizeOf(largest) > sizeOf(found[0]?.models ?? [])) {
    found = groupsAround([...largest, ...models.filter((model) => !largest.includes(model))], compare);
  }
  const [first, ...others] = found;
  const sorted = first ? [first, ...others.sort((one, other) => sizeOf(other.models) - sizeOf(one.models))] : [];
  const order = new Map(hosts.map((host, index) => [host, index]));
  const all = sorted.map(({ models: own, diff }) => {
    const members = own.flat().sort((one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0));
    return { hosts: members, diff };
  });
  return all.map((group) => ({ ...group, own: differentValues([...(all[0]?.hosts ?? []), ...group.hosts]) }));
}

const bySize = (one: readonly unknown[], other: readonly unknown[]) => other.length - one.length;

const sizeOf = (models: readonly (readonly unknown[])[]) => models.reduce((sum, { length }) => sum + length, 0);

const isEqual = (diff: PolicyDiff) => isWithoutDifference(diff) && diff.gaps.length === 0;

const isWithoutDifference = ({ messages, structure }: PolicyDiff) => messages.length + structure.length === 0;

/** Hosts that say the same. */
type Model<H> = readonly H[];

interface Found<H> {
  readonly models: Model<H>[];
  readonly diff: PolicyDiff;
}

/** Groups of models: the first one and its equals, and those that differ from it. */
function groupsAround<H>(models: readonly Model<H>[], compare: (one: H, other: H) => PolicyDiff): Found<H>[] {
  const [first] = models;
  const reference = first?.[0];
  if (!first || !reference) return [];
  const equal: Found<H> = { models: [first], diff: compare(reference, reference) };
  const others: (Found<H> & { readonly host: H; readonly respects: string })[] = [];
  for (const model of models.slice(1)) {
    const [host] = model as readonly [H];
    const diff = compare(reference, host);
    if (isEqual(diff)) {
      equal.models.push(model);
      continue;
    }
    const respects = respectsOf(diff);
    const alike = others.filter((one) => one.respects === respects).slice(0, mostTries);
    const same = alike.find((one) => {
      const between = compare(one.host, host);
      // Of what is not proved anyway, more need not be.
      return diff.gaps.length > 0 && one.diff.gaps.length > 0 ? isWithoutDifference(between) : isEqual(between);
    });
    if (same) same.models.push(model);
    else others.push({ models: [model], diff, host, respects });
  }
  return [equal, ...others];
}

/** In what a host differs, roughly: not the same for two that do not do the same. */
function respectsOf({ messages, structure, sides }: PolicyDiff): string {
  const ofMessages = messages.map(({ kind, group, keys }) => {
    const outcome = sides.outcomes.at(group.new);
    const domains = group.boxes.flatMap(({ sets: { domain } }) =>
      domain ? [...domain.numbers].map((number) => sides.domains.choices.all[number]?.name) : [],
    );
    return [kind, outcome.kind, outcome.meaning, [...new Set(domains)].sort(), keys];
  });
  const ofRest = structure.map((difference) => [difference.kind, difference.what, difference.new?.text]);
  return JSON.stringify([ofMessages.map((one) => JSON.stringify(one)).sort(), ofRest]);
}

/** What the hosts have of their own, as far as it is not the same for all. */
function differentValues(hosts: readonly { readonly smtpd: Smtpd }[]): string[] {
  const all = hosts.map(({ smtpd }) => ownValuesOf(smtpd));
  const words = [...new Set(all.flatMap((values) => [...values.keys()]))].sort();
  return words.filter((word) => all.some((values) => values.get(word) !== all[0]?.get(word)));
}
