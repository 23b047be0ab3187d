import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  type Candidate,
  confirm,
  diffPolicies,
  type Fate,
  groupsOfFleet,
  isIn,
  type Message,
  messageOf,
  type PolicyDiff,
} from "@smtpdlint/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../helpers/random.ts";
import { randomCandidate } from "../helpers/random-candidate.ts";
import { fromVectors, load } from "../helpers/random-configuration.ts";
import { configuration } from "../rule-set/arbitrary.ts";

/** Other people's configurations, where a folder with some is named. */
const corpus = process.env.SMTPDLINT_CORPUS;
const real = corpus
  ? readdirSync(corpus, { recursive: true, encoding: "utf8" })
      .filter((name) => /smtpd.*conf|\.conf$/.test(name) && statSync(join(corpus, name)).isFile())
      .map((name) => readFileSync(join(corpus, name), "latin1"))
      .filter((text) => text.length < 20_000 && /^match/m.test(text) && load(text) !== undefined)
  : [];

/** Tables of aliases, which lead to other rules, and one that nobody has read. */
const aliases = [
  "",
  'alias { joe = "ann@other.net" }',
  'alias { joe = "ann@other.net", x = joe }',
  'alias { joe = "joe, zoe@far.example", x = "error:550 gone" }',
  'virtual { "joe@a.org" = joe, "@other.net" = "x@mail.example.org", ann = ann }',
  'virtual { "joe@a.org" = "ann@a.org", "@other.net" = joe, "postmaster@example.org" = joe, ann = ann }',
];
const deliveries = /^(action \S+ (?:mbox|maildir))( .*)?$/m;
const withAlias = (text: string, alias: string) => text.replace(deliveries, (_, action) => `${action} ${alias}`.trim());
const unread = "table unread file:/etc/mail/unread\n";

/** One change of a configuration: of a line, of the order, or of a text in it. */
type Change = (lines: string[], pick: (count: number) => number) => string[];
const isRule = (line: string) => line.startsWith("match");
const placeOfRule = (lines: string[], pick: (count: number) => number) => {
  const places = [...lines.keys()].filter((index) => isRule(lines[index] as string));
  return places[pick(places.length)] ?? 0;
};
const replaceLine = (lines: string[], at: number, ...by: string[]) =>
  lines.flatMap((line, i) => (i === at ? by : [line]));

const changes: readonly Change[] = [
  (lines, pick) => replaceLine(lines, placeOfRule(lines, pick)),
  (lines, pick) => {
    const [from, to] = [placeOfRule(lines, pick), placeOfRule(lines, pick)];
    const moved = lines[from] as string;
    const rest = replaceLine(lines, from);
    return [...rest.slice(0, to), moved, ...rest.slice(to)];
  },
  (lines, pick) => {
    const at = placeOfRule(lines, pick);
    return replaceLine(lines, at, (lines[at] as string).replace(/(action ".*"|action \w+|reject)$/, "reject"));
  },
  (lines, pick) => {
    const [at, other] = [placeOfRule(lines, pick), placeOfRule(lines, pick)];
    const end = /(action \S+|reject)$/;
    return replaceLine(
      lines,
      at,
      (lines[at] as string).replace(end, end.exec(lines[other] as string)?.[0] ?? "reject"),
    );
  },
  (lines, pick) => {
    const [at, other] = [placeOfRule(lines, pick), placeOfRule(lines, pick)];
    const texts = (lines[other] as string).match(/"[^"]*"/g) ?? [];
    const text = texts[pick(texts.length)];
    return text ? replaceLine(lines, at, (lines[at] as string).replace(/"[^"]*"/, text)) : lines;
  },
  (lines, pick) => {
    const at = placeOfRule(lines, pick);
    return replaceLine(
      lines,
      at,
      (lines[at] as string).replace(/ (?:! )?(from|for|helo|rcpt-to|mail-from|tag) /, " ! $1 "),
    );
  },
  (lines, pick) => {
    const at = placeOfRule(lines, pick);
    return replaceLine(lines, at, (lines[at] as string).replace(/ ! /, " "));
  },
  (lines, pick) => withAlias(lines.join("\n"), aliases[pick(aliases.length)] as string).split("\n"),
  (lines, pick) => {
    const at = placeOfRule(lines, pick);
    return replaceLine(lines, at, (lines[at] as string).replace(/"[^"]*"(?! *[,}])/, "<unread>"));
  },
  // What changes nothing.
  (lines, pick) => {
    const at = placeOfRule(lines, pick);
    return replaceLine(lines, at, lines[at] as string, lines[at] as string);
  },
  (lines) => lines.map((line) => line.replace(/(action) "?(\w+)"?/, '$1 "other-$2"')),
  (lines, pick) => {
    const at = placeOfRule(lines, pick);
    const [, before, list, after] =
      /^(.*(?<!mail-from|helo|regex|!)) \{ ([^}]*) \}(.*)$/.exec(lines[at] as string) ?? [];
    if (!list || / ! /.test(lines[at] as string)) return lines;
    return replaceLine(lines, at, ...list.split(", ").map((one) => `${before} ${one}${after}`));
  },
];

const change = fc.tuple(fc.nat(changes.length - 1), fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }));

function changed(text: string, list: readonly [number, number[]][]): string {
  let lines = text.split("\n");
  for (const [index, numbers] of list) {
    let next = 0;
    lines = (changes[index] as Change)(
      lines,
      (count) => (numbers[next++ % numbers.length] as number) % Math.max(1, count),
    );
  }
  return lines.join("\n");
}

/** The addresses that the rules were asked about. */
const messagesOf = (fate: Fate): Message[] =>
  fate.kind === "no way in"
    ? []
    : fate.trace.recipients.flatMap(({ expansion }) =>
        (expansion?.visits ?? []).flatMap(({ node }) =>
          node.steps.flatMap((step) => (step.kind === "rule" ? [step.message] : [])),
        ),
      );

function isCovered(diff: PolicyDiff, candidate: Candidate, fates: readonly Fate[]): boolean {
  const { sides, messages, gaps } = diff;
  const { way } = candidate;
  const groups = [
    ...messages.map(({ group }) => group),
    ...gaps.flatMap((gap) => (gap.kind === "no witness" ? [gap.group] : [])),
  ];
  if (diff.structure.some((one) => one.way === way || one.way === undefined)) return true;
  return [messageOf(candidate), ...fates.flatMap(messagesOf)].some((message) =>
    groups.some(({ boxes }) => boxes.some((box) => isIn(box, sides.numbersOf(message, way)))),
  );
}

const before = fc
  .tuple(fc.oneof(configuration, fromVectors), fc.constantFrom(...aliases))
  .map(([text, alias]) => unread + withAlias(text, alias));
const pair = fc.tuple(
  real.length > 0 ? fc.oneof(before, fc.constantFrom(...real)) : before,
  fc.array(change, { minLength: 1, maxLength: 3 }),
);
const numRuns = runs(60);

test(
  `what is treated differently is in a difference, and each is confirmed (seed ${seed})`,
  () => {
    const seen = { equal: 0, different: 0, "no witness": 0, messages: 0, found: 0 };
    const property = fc.property(pair, fc.infiniteStream(fc.nat(1e6)), ([text, list], stream) => {
      const other = changed(text, list as [number, number[]][]);
      const [before, after] = [load(text), load(other)];
      if (!before || !after) return;
      const diff = diffPolicies(before, after);
      const both = `${text}\n--- and\n${other}`;
      for (const { witness } of diff.messages) {
        expect(witness, both).toBeDefined();
        if (witness) expect(confirm(witness.candidate, diff.sides), both).toBeDefined();
      }
      const isEqual = diff.messages.length === 0 && diff.structure.length === 0 && diff.gaps.length === 0;
      seen[isEqual ? "equal" : "different"]++;
      if (diff.gaps.some(({ kind }) => kind === "no witness")) seen["no witness"]++;
      for (let count = 0; count < 200; count++) {
        const candidate = randomCandidate(diff.sides, (many) => (stream.next().value as number) % many);
        const found = confirm(candidate, diff.sides);
        seen.messages++;
        if (!found) continue;
        seen.found++;
        expect(isCovered(diff, candidate, [found.old, found.new]), `${both}\n${JSON.stringify(candidate)}`).toBe(true);
      }
    });
    fc.assert(property, { numRuns, endOnFailure: true });
    expect(Math.min(seen.equal, seen.different)).toBeGreaterThan(numRuns / 20);
    // So that the search is none in vain: one message in a hundred fares differently, and most differences are shown.
    expect(seen.found).toBeGreaterThan(seen.messages / 100);
    expect(seen["no witness"]).toBeLessThan(seen.different / 2);
  },
  runs(120_000),
);

test(
  `hosts in one group do the same, and others do not (seed ${seed})`,
  () => {
    const variants = fc.array(fc.array(change, { maxLength: 2 }), { minLength: 3, maxLength: 7 });
    let split = 0;
    let joined = 0;
    const property = fc.property(before, variants, (text, lists) => {
      const hosts = lists.flatMap((list) => {
        const smtpd = load(changed(text, list as [number, number[]][]));
        return smtpd ? [{ smtpd }] : [];
      });
      const groups = groupsOfFleet(hosts, (one, other) => [one.smtpd, other.smtpd]);
      expect(groups.flatMap((group) => group.hosts)).toHaveLength(hosts.length);
      const isSame = ({ messages, structure, gaps }: PolicyDiff) =>
        messages.length + structure.length + gaps.length === 0;
      for (const group of groups) {
        // Hosts that are not proved to do the same may be more.
        if (group.diff.gaps.length === 0) {
          expect(group.hosts.length).toBeLessThanOrEqual(groups[0]?.hosts.length ?? 0);
        }
        for (const host of group.hosts) {
          const [first] = group.hosts as readonly [(typeof hosts)[0]];
          const { messages, structure } = diffPolicies(first.smtpd, host.smtpd, "hosts");
          expect([messages, structure], text).toEqual([[], []]);
          if (host !== first) joined++;
          if (group === groups[0]) continue;
          const [reference] = (groups[0]?.hosts ?? []) as readonly (typeof hosts)[0][];
          if (reference) expect(isSame(diffPolicies(reference.smtpd, host.smtpd, "hosts")), text).toBe(false);
          split++;
        }
      }
    });
    fc.assert(property, { numRuns, endOnFailure: true });
    expect(Math.min(split, joined)).toBeGreaterThan(numRuns / 4);
  },
  runs(120_000),
);
