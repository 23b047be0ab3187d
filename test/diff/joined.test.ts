import {
  type Box,
  diffPolicies,
  flowOf,
  has,
  joined,
  ownNames,
  type Sides,
  Smtpd,
  unknownEnvironment,
} from "@smtpdlint/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { whoTexts } from "../../packages/lint/src/policy-diff/who.ts";
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
/** More kinds of them, of which some are taken. */
const manyListeners = [
  ...(listeners[1] as string).split("\n"),
  "listen on 2001:db8::25",
  "listen on lo0",
  "listen on lo0 inet6 port 27",
  "listen on ::1 port 28",
  "listen on 127.0.0.1 port 29",
  "listen on eth7 inet6 port 31 tls pki p auth-optional tag Z",
  "listen on socket tag Z",
];
/** What goes with the names of this machine, logins, the socket and senders. */
const rules = [
  "match for local reject",
  "match from any for local action l",
  "match from any for domain localhost action l",
  'match from any ! for domain { "localhost", "a.org" } action r',
  "match ! from local for any reject",
  "match ! tag Z from any for local action l",
  "match auth from any for any action r",
  "match ! auth from any for local reject",
  'match from auth { "joe", "ann" } for any action l',
  "match from socket for any action r",
  'match from src { "192.0.2.0/24", "::1" } ! for local action r',
  'match from src "2001:db8::/32" for any action r',
  'match from any for rcpt-to { "joe@localhost", "@a.org" } action l',
  'match from any mail-from "<>" for local reject',
  "match from rdns for local action r",
];
const pki = "pki p cert p.crt\npki p key p.key\n";

/** All combinations of what can be and what a set is joined by; of other dimensions each set holds the same. */
function* pointsOf({ ways, sources, logins, domains }: Sides): Generator<Point> {
  const users = [...logins.choices.all.keys(), -1];
  const names = [...domains.choices.all.keys(), -1];
  const localhost = domains.numberOf("localhost");
  const clients = [0, ...sources.ofFamily(4), ...sources.ofFamily(6)];
  for (const [way, { old, new: current }] of ways.entries()) {
    const points = [old, current].filter((point) => point !== undefined);
    for (const user of users) {
      for (const source of clients) {
        const canBe = points.some(({ reach, families, auth }) => {
          if (reach === "socket") return source === 0 && user === logins.sendmail;
          if (source === 0 || user === logins.sendmail || !families.includes(sources.isIPv6(source) ? 6 : 4))
            return false;
          if (reach === "loopback" && !sources.isLoopback(source)) return false;
          return user === logins.nobody ? auth !== "required" : auth !== "none";
        });
        if (!canBe) continue;
        for (const domain of names) {
          if (domain !== localhost) yield { way, user, source, domain, isOwnName: false };
          yield { way, user, source, domain, isOwnName: true };
        }
      }
    }
  }
}

const isAt = ({ sets, unknowns }: Box, point: Point, names: number) =>
  (["way", "source", "user", "domain"] as const).every((key) => !sets[key] || has(sets[key], point[key])) &&
  (unknowns.get(names) ?? point.isOwnName) === point.isOwnName;

/** What the other dimensions of a box are. */
const restOf = ({ sets: { way, source, user, domain, ...rest }, unknowns }: Box, names: number) =>
  JSON.stringify([
    Object.entries(rest)
      .map(([key, set]) => `${key} ${set.isOthers} ${[...set.numbers].sort()}`)
      .sort(),
    [...unknowns].filter(([number]) => number !== names).sort(([one], [other]) => one - other),
  ]);

/** The rest of each box that a point is in. */
function restsAt(point: Point, boxes: readonly Box[], names: number): string[] {
  const found = boxes.filter((box) => isAt(box, point, names));
  return [...new Set(found.map((box) => restOf(box, names)))].sort();
}

/** Joins sets, and looks whether they are the same as before, and whether the same words are said of the same only; how many fewer they are. */
function checkJoined(sets: readonly (readonly Box[])[], sides: Sides, text: string): number {
  let joins = 0;
  const names = ownNames(sides);
  const points = [...pointsOf(sides)];
  const said = new Map<string, string>();
  const used = ["127.0.0.1", "::1"].map((address) => sides.sources.numberOf(address));
  const isUsed = ({ source }: Point) => !sides.sources.isLoopback(source) || used.includes(source);
  for (const boxes of sets) {
    if (boxes.length > 20) continue;
    const few = joined(boxes, sides);
    joins += boxes.length - few.length;
    for (const point of points) {
      expect(restsAt(point, few, names), `${text}\n${JSON.stringify(point)}`).toEqual(restsAt(point, boxes, names));
    }
    for (const box of few) {
      const inside = points.flatMap((point, number) => (isAt(box, point, names) && isUsed(point) ? number : []));
      const words = whoTexts([box], sides).join("; ");
      // Of many names not all are said, nor which expressions stand together; what no message is in may be said in any way.
      const isSaid = [...box.unknowns.keys()].every((number) => number === names) && !/ or \d+ more/.test(words);
      if (inside.length === 0 || !isSaid) continue;
      const meaning = `${restOf(box, names)} ${inside}`;
      expect(said.get(words) ?? meaning, `${text}\n${words}`).toBe(meaning);
      said.set(words, meaning);
    }
  }
  return joins;
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
      const { taken, untaken, sides } = flowOf(new Smtpd(loaded.policy, unknownEnvironment));
      joins += checkJoined([...taken.values(), untaken], sides, text);
    }),
    { numRuns: runs(30), seed },
  );
  expect(joins).toBeGreaterThan(50);
});

test("sets of messages that two configurations treat differently are joined as well", () => {
  let joins = 0;
  const some = fc
    .tuple(
      fc.subarray(manyListeners, { minLength: 1, maxLength: 4 }),
      fc.array(fc.constantFrom(...rules), { minLength: 1, maxLength: 6 }),
    )
    .map((lines) => `${pki}action r relay\naction l mbox\n${lines.flat().join("\n")}\n`);
  fc.assert(
    fc.property(some, some, (before, after) => {
      const [one, other] = [load(before), load(after)];
      if (!one || !other) return;
      const [old, current] = [one, other].map(({ policy }) => new Smtpd(policy, unknownEnvironment)) as [Smtpd, Smtpd];
      const { messages, sides } = diffPolicies(old, current);
      const sets = messages.filter(({ isByRelease }) => !isByRelease).map(({ group }) => group.boxes);
      joins += checkJoined(sets, sides, `${before}---\n${after}`);
    }),
    { numRuns: runs(30), seed },
  );
  expect(joins).toBeGreaterThan(50);
});
