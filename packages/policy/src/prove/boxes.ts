import type { EntryPoint } from "../entry-points.ts";
import { type AskedProperty, matchQuestions } from "../evaluate.ts";
import type { Message } from "../message.ts";
import type { Condition, MatchRule } from "../ruleset.ts";

/** The texts of a message that match rules ask for. */
export const dimensions = ["src", "rdns", "helo", "mailFrom", "rcptTo"] as const;
export type Dimension = (typeof dimensions)[number];

/** A set of messages: each combination of a text of each kind, which stands for all that smtpd cannot tell from it. */
export type Box = { readonly [D in Dimension]: readonly string[] };

export const isEmpty = (box: Box): boolean => dimensions.some((name) => box[name].length === 0);

/** Undefined for what the entry point decides. */
const dimensionOf = (property: AskedProperty, { from }: MatchRule): Dimension | undefined => {
  switch (property) {
    case "from":
      return from.kind === "rdns" ? "rdns" : "src";
    case "destination":
    case "rcptTo":
      return "rcptTo";
    case "helo":
    case "mailFrom":
      return property;
    case "tag":
    case "auth":
    case "tls":
      return undefined;
  }
};

/**
 * The part of a set that a rule takes, and the parts that go on to the next
 * one. Where texts cannot decide a condition (a regular expression, a table
 * that nobody has read) the set goes both ways, so that nothing is overlooked.
 */
export function split(box: Box, rule: MatchRule, point: EntryPoint): { taken: Box | undefined; left: Box[] } {
  const left: Box[] = [];
  let rest = box;
  for (const { property, ask } of matchQuestions) {
    const dimension = dimensionOf(property, rule);
    const message = firstMessage(rest, point);
    if (!dimension) {
      const answer = ask(rule, message);
      // smtpd gives up for now, whatever the rules behind would say.
      if (answer === "tempfail") return { taken: undefined, left };
      if (answer !== true) left.push(rest);
      if (answer === false) return { taken: undefined, left };
      continue;
    }
    const texts = rest[dimension];
    const isOpen = isUndecidable(conditionOf(property, rule));
    const answers = new Map(texts.map((text) => [text, isOpen || ask(rule, { ...message, [dimension]: text })]));
    const no = texts.filter((text) => isOpen || [false, "unknown"].includes(answers.get(text) ?? false));
    const yes = texts.filter((text) => [true, "unknown"].includes(answers.get(text) ?? false));
    if (no.length > 0) left.push({ ...rest, [dimension]: no });
    if (yes.length === 0) return { taken: undefined, left };
    rest = { ...rest, [dimension]: yes };
  }
  return { taken: rest, left };
}

/** True if texts that are not told apart may get different answers. */
const isUndecidable = (condition: Condition | undefined): boolean =>
  condition !== undefined && (condition.regex || !(condition.table.keys ?? []).every(isPlain));

/** A star for a first label, or for all, makes kinds of names that can be listed. */
function isPlain(key: string): boolean {
  if (!key.includes("*")) return true;
  const at = key.lastIndexOf("@");
  return !key.slice(0, Math.max(0, at)).includes("*") && /^(?:\*|\*\.[^*]+)$/.test(key.slice(at + 1));
}

function conditionOf(property: AskedProperty, rule: MatchRule): Condition | undefined {
  if (property === "from") return rule.from.kind === "socket" ? undefined : rule.from.condition;
  return property === "auth" || property === "tls" ? undefined : rule[property];
}

const firstMessage = (box: Box, point: EntryPoint): Message => messagesIn(box, point).next().value as Message;

/** The messages of a set, those first that differ least from an ordinary one. */
export function* messagesIn(box: Box, { tag }: EntryPoint): Generator<Message> {
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
