import type { EntryPoint } from "../entry-points.ts";
import type { Policy } from "../policy.ts";
import { placeOf } from "./meanings.ts";

/** A way for messages to come in, on both sides; undefined where it is not there. */
export interface Way {
  readonly old: EntryPoint | undefined;
  readonly new: EntryPoint | undefined;
}

/** The ways in of both sides: those at the same address and port are the same. */
export function waysOf(old: Policy, current: Policy): Way[] {
  const rest = [...current.entryPoints];
  const ways = old.entryPoints.map((point): Way => {
    const at = rest.findIndex((other) => keyOf(other) === keyOf(point));
    return { old: point, new: at === -1 ? undefined : rest.splice(at, 1)[0] };
  });
  return [...ways, ...rest.map((point): Way => ({ old: undefined, new: point }))];
}

const keyOf = ({ reach, listener }: EntryPoint) => (reach === "socket" || !listener ? "socket" : placeOf(listener));
