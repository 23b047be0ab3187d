import { type EntryPoint, portsOf } from "../entry-points.ts";
import type { Policy } from "../policy.ts";
import { placeOf } from "./meanings.ts";
import type { Comparison } from "./own-options.ts";

/** A way for messages to come in, on both sides; undefined where it is not there. */
export interface Way {
  readonly old: EntryPoint | undefined;
  readonly new: EntryPoint | undefined;
}

/**
 * The ways in of both sides: those at the same address and port are the same,
 * first those for the same versions of IP, then those that have one in common.
 * Of two hosts those at the same port are the same too, if as many can reach them.
 */
export function waysOf(old: Policy, current: Policy, comparison: Comparison): Way[] {
  const rest = new Set(current.entryPoints);
  const found = new Map<EntryPoint, EntryPoint>();
  const ofHosts = comparison === "hosts" ? [isAlike, isAtPort] : [];
  for (const isSame of [isExactly, overlaps, ...ofHosts]) {
    for (const point of old.entryPoints) {
      const other = found.has(point) ? undefined : [...rest].find((candidate) => isSame(point, candidate));
      if (!other) continue;
      found.set(point, other);
      rest.delete(other);
    }
  }
  const ways = old.entryPoints.map((point): Way => ({ old: point, new: found.get(point) }));
  return [...ways, ...[...rest].map((point): Way => ({ old: undefined, new: point }))];
}

const overlaps = (one: EntryPoint, other: EntryPoint): boolean =>
  keyOf(one) === keyOf(other) && shareFamily(one, other);

/** By the socket nobody comes by IP, whether or not it is written down. */
const shareFamily = (one: EntryPoint, other: EntryPoint): boolean =>
  (isSocket(one) && isSocket(other)) || one.families.some((family) => other.families.includes(family));

const isExactly = (one: EntryPoint, other: EntryPoint): boolean =>
  keyOf(one) === keyOf(other) && one.families.join() === other.families.join();

const isAtPort = (one: EntryPoint, other: EntryPoint): boolean =>
  one.reach === other.reach && portKeyOf(one) === portKeyOf(other) && shareFamily(one, other);

const isAlike = (one: EntryPoint, other: EntryPoint): boolean =>
  isAtPort(one, other) &&
  one.tag === other.tag &&
  one.auth === other.auth &&
  one.families.join() === other.families.join();

const portKeyOf = ({ listener }: EntryPoint) => (listener && !listener.socket ? portsOf(listener).join() : "socket");

const isSocket = ({ reach }: EntryPoint) => reach === "socket";

const keyOf = (point: EntryPoint) => (isSocket(point) || !point.listener ? "socket" : placeOf(point.listener));
