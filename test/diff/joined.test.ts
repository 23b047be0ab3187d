import { type Box, type Flow, flowOf, has, joined, ownNames, Smtpd, unknownEnvironment } from "@smtpdlint/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../helpers/random.ts";
import { fromVectors, load } from "../helpers/random-configuration.ts";
import { configuration } from "../rule-set/arbitrary.ts";

type Point = Readonly<Record<"way" | "source" | "user" | "domain", number>> & { readonly isOwnName: boolean };

/** Listeners of both versions of IP, with and without logins, more than the generator makes. */
const listeners = [
  "listen on 192.0.2.25\nlisten on 2001:db8::25",
  "listen on 192.0.2.25\nlisten on 192.0.2.25 port 587 tls pki p auth\nlisten on 2001:db8::25 port 587 tls pki p auth",
  "listen on lo0\nlisten on 192.0.2.25 tls pki p auth-optional",
];
const pki = "pki p cert p.crt\npki p key p.key\n";

/** All combinations of what can be and what a set is joined by; of other dimensions each set holds the same. */
function* pointsOf({ sides }: Flow): Generator<Point> {
  const { ways, sources, logins, domains } = sides;
  const users = [...logins.choices.all.keys(), -1];
  const names = [...domains.choices.all.keys(), -1];
  const localhost = domains.numberOf("localhost");
  for (const way of ways.keys()) {
    const point = ways[way]?.new;
    if (!point) continue;
    const isSocket = point.reach === "socket";
    const all = point.families.flatMap((family) => sources.ofFamily(family));
    const clients = isSocket ? [0] : all.filter((one) => point.reach !== "loopback" || sources.isLoopback(one));
    for (const user of users) {
      if ((user === logins.sendmail) !== isSocket) continue;
      if (user === logins.nobody ? point.auth === "required" : !isSocket && point.auth === "none") continue;
      for (const source of clients) {
        for (const domain of names) {
          if (domain !== localhost) yield { way, user, source, domain, isOwnName: false };
          yield { way, user, source, domain, isOwnName: true };
        }
      }
    }
  }
}

/** The rest of each box that a point is in: what the other dimensions are. */
function restsAt(point: Point, boxes: readonly Box[], names: number): string[] {
  const found = boxes.filter(
    ({ sets, unknowns }) =>
      (["way", "source", "user", "domain"] as const).every((key) => !sets[key] || has(sets[key], point[key])) &&
      (unknowns.get(names) ?? point.isOwnName) === point.isOwnName,
  );
  const restOf = ({ sets: { way, source, user, domain, ...rest }, unknowns }: Box) =>
    JSON.stringify([
      Object.entries(rest)
        .map(([key, set]) => `${key} ${set.isOthers} ${[...set.numbers].sort()}`)
        .sort(),
      [...unknowns].filter(([number]) => number !== names),
    ]);
  return [...new Set(found.map(restOf))].sort();
}

test("sets of messages that are joined hold the same messages as before", () => {
  let joins = 0;
  const withListeners = fc
    .tuple(fc.oneof(configuration, fromVectors), fc.constantFrom(...listeners))
    .map(([text, more]) => `${pki}${more}\n${text}`);
  fc.assert(
    fc.property(withListeners, (text) => {
      const loaded = load(text);
      if (!loaded) return;
      const flow = flowOf(new Smtpd(loaded.policy, unknownEnvironment));
      const names = ownNames(flow.sides);
      const points = [...pointsOf(flow)];
      for (const boxes of [...flow.taken.values(), flow.untaken]) {
        if (boxes.length > 20) continue;
        const few = joined(boxes, flow.sides);
        joins += boxes.length - few.length;
        for (const point of points) {
          expect(restsAt(point, few, names), `${text}\n${JSON.stringify(point)}`).toEqual(restsAt(point, boxes, names));
        }
      }
    }),
    { numRuns: runs(30), seed },
  );
  expect(joins).toBeGreaterThan(50);
});
