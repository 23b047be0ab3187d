import type { legacy } from "@smtpdlint/grammar";
import type { Context } from "../context.ts";
import { comment, type Piece, pieces } from "../pieces.ts";
import { translateConditions } from "./conditions.ts";
import { translateDelivery } from "./delivery.ts";
import { translateRelayAction } from "./relay.ts";

/** `accept …` and `reject …`: a match rule, and an action where no equal one is defined yet. */
export function translateRule(rule: legacy.Rule, context: Context): Piece[][] | undefined {
  const { words, announce } = context;
  const conditions = translateConditions(rule, context);
  if ("never" in conditions) {
    announce("never-matched", rule.span, `the rule never matched and is left out: ${conditions.never}`);
    return [comment(`smtpdlint: never matched: ${conditions.never}`), comment(oneLine(words.slice(rule.span)))];
  }
  const match = (outcome: readonly Piece[]) =>
    conditions.lines.map((line) => pieces(words.keyword(rule.keyword, "match"), line, outcome));
  if (rule.keyword.word === "reject") return match(pieces("reject"));
  const action =
    rule.action?.kind === "relay" ? translateRelayAction(rule.action, context) : translateDelivery(rule, context);
  if (!action) return undefined;
  const parts = pieces(action.parts, timeToLive(rule, context));
  const { name, isNew } = context.actions.name(parts.map(({ text }) => text).join(" "), action.hint);
  const definition = isNew ? [pieces("action", words.quoted(name), parts)] : [];
  return [...definition, ...match(pieces("action", words.quoted(name)))];
}

/** The option `ttl`, which stands last. */
function timeToLive(rule: legacy.Rule, { words, facts }: Context): Piece[] | undefined {
  const expire = rule.options.findLast(({ keyword }) => keyword.word === "expire");
  if (expire?.value?.kind === "text") return pieces("ttl", words.text(expire.value));
  const then = facts.expireOf(rule);
  return then === undefined ? undefined : pieces("ttl", words.written(then));
}

/** A statement in a comment: what continued it continues nothing there. */
export const oneLine = (text: string): string => text.replace(/[ \t]*\\?\r?\n[ \t]*/g, " ");
