import {
  isAlive,
  type Keyword,
  type Lifetime,
  type Match,
  type Option,
  type Release,
  type Span,
  type Statement,
} from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { remove } from "../../edits.ts";
import { type Context, defineRule } from "../../rule.ts";

/** Options that set the same thing; of each group smtpd takes one. */
interface Group {
  readonly words: readonly string[];
  readonly lifetime?: Lifetime;
}

const each = (...words: string[]): Group[] => words.map((word) => ({ words: [word] }));

const groups: { readonly [K in Statement["kind"]]?: readonly Group[] } = {
  action: [
    ...each("user", "alias", "virtual", "userbase", "ttl"),
    ...each("helo", "helo-src", "pki", "ca", "ciphers", "protocols", "src", "mail-from", "backup"),
    ...each("tls", "auth", "filter", "srs"),
    { words: ["host", "domain"] },
  ],
  listen: [
    { words: ["inet4", "inet6"] },
    { words: ["tls", "tls-require", "smtps"] },
    { words: ["auth", "auth-optional"] },
    ...each("port", "filter", "ciphers", "protocols", "ca", "tag", "hostname", "hostnames", "mask-src"),
    ...each("received-auth", "no-dsn", "proxy-v2", "senders"),
    { words: ["pki"], lifetime: { until: "7.0" } },
  ],
  proc: each("user", "group", "chroot"),
  filter: each("user", "group", "chroot"),
};

export const rule = defineRule({
  meta: {
    id: "repeated-option",
    category: "refused",
    judgesCombinations: true,
    summary: "an option that is given twice, or two that set the same thing",
    fixable: true,
    messages: {
      repeated: "{option} is given twice",
      alternative: "{option} cannot be combined with {earlier}",
    },
  },
  visit: {
    action: checkOptions,
    listen: checkOptions,
    proc: checkOptions,
    filter: checkOptions,
    match: checkConditions,
  },
});

function checkOptions(node: Extract<Statement, { options: readonly Option[] }>, context: Context): void {
  const seen = new Map<Group, Option>();
  for (const option of node.options) {
    const group = groupOf(node.kind, option.keyword.word, context.target);
    if (!group) continue;
    const earlier = seen.get(group);
    if (earlier) reportSecond(option, earlier, context);
    else seen.set(group, option);
  }
}

function groupOf(kind: Statement["kind"], word: string, target: Release): Group | undefined {
  return groups[kind]?.find(({ words, lifetime }) => words.includes(word) && (!lifetime || isAlive(lifetime, target)));
}

/**
 * `from auth`, `from mail-from` and `for rcpt-to` set two conditions at once,
 * but of the second parse.y only asks whether it is there already when it is
 * given by its own name.
 */
function checkConditions(node: Match, context: Context): void {
  const seen = new Map<string, Part>();
  for (const condition of node.conditions) {
    const { keyword, subject } = condition;
    const earlier = seen.get(keyword.word);
    if (earlier) reportSecond(condition, earlier, context);
    else seen.set(keyword.word, condition);
    if (subject && ["auth", "mail-from", "rcpt-to"].includes(subject.word)) {
      seen.set(subject.word, { keyword: subject, span: subject.span });
    }
  }
}

/** An option or condition with its value. */
interface Part {
  readonly keyword: Keyword;
  readonly span: Span;
}

function reportSecond(second: Part, first: Part, context: Context): void {
  const { model } = context;
  const { keyword } = second;
  const earlier = first.keyword;
  const isCopy = model.sources.textAt(second.span) === model.sources.textAt(first.span);
  const isWritten = !model.sources.macroAt(keyword.span) && !model.sources.macroAt(earlier.span);
  const fix = { title: `remove the second ${keyword.word}`, safe: true, edits: [remove(model, second.span)] };
  const same = keyword.word === earlier.word;
  context.report({
    span: keyword.span,
    message: same ? "repeated" : "alternative",
    data: { option: quote(keyword.word), earlier: quote(earlier.word) },
    related: [{ span: earlier.span, message: same ? "the first time" : `${quote(earlier.word)} is here` }],
    fixes: isCopy && isWritten ? [fix] : [],
  });
}
