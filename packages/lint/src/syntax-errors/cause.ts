import {
  type Config,
  type Expectation,
  findUse,
  findWord,
  GrammarWalk,
  isAlive,
  isReserved,
  keywords,
  newestRelease,
  type Problem,
  problemsOf,
  quoted,
  type Release,
  type Token,
  type UnexpectedToken,
  type Use,
} from "@smtpdlint/grammar";
import { groupBy, nearest } from "@smtpdlint/model";
import { type Continuation, Continuations } from "./continuation.ts";
import { findBareList } from "./list.ts";
import { findNegated } from "./negation.ts";
import { findOldPhrase, findOldWord, type OldWord } from "./old-syntax.ts";
import { findMeant } from "./other-names.ts";
import { isBareWord, nameOf, statementWords, walkAlong } from "./tokens.ts";

/**
 * Why a token does not fit. smtpd says `syntax error` to all of these; each is
 * a rule of ours.
 */
export type Cause =
  | { readonly kind: "unclosed-brace"; readonly brace: Token }
  | { readonly kind: "broken-continuation"; readonly continuation: Continuation }
  | { readonly kind: "bare-list"; readonly list: readonly Token[] }
  | { readonly kind: "misplaced-negation"; readonly negated: readonly Token[] }
  | { readonly kind: "template-placeholder"; readonly text: string }
  | { readonly kind: "bare-number"; readonly token: Token; readonly wantsUnit: boolean }
  | { readonly kind: "quoted-number"; readonly token: Token }
  | { readonly kind: "missing-value"; readonly after: Token; readonly use: Use | undefined }
  | { readonly kind: "reserved-word"; readonly token: Token }
  | { readonly kind: "old-syntax"; readonly token: Token; readonly old: OldWord }
  | { readonly kind: "unsupported-word"; readonly token: Token; readonly since: Release; readonly use?: Use }
  | { readonly kind: "misspelt-word"; readonly token: Token; readonly suggestion: string }
  | { readonly kind: "misplaced-word"; readonly token: Token; readonly uses: readonly Use[] }
  | { readonly kind: "split-source"; readonly backend: Token; readonly path: Token }
  | { readonly kind: "late-condition"; readonly token: Token; readonly outcome: readonly Token[] }
  | { readonly kind: "foreign-option"; readonly token: Token; readonly owner: string; readonly owners: string }
  | { readonly kind: "unknown-statement"; readonly token: Token }
  | { readonly kind: "syntax-error" };

/** A token that does not fit, with the reason. */
export interface CausedProblem<K extends Cause["kind"]> {
  readonly problem: UnexpectedToken;
  readonly cause: Extract<Cause, { kind: K }>;
}

/** So many tokens are read on after a word that only lacks quotes: a statement may be nothing but such words. */
const mostTokensAgain = 100_000;

/** The causes of all unexpected tokens, by their kinds. */
export function causesOf(
  problems: readonly Problem[],
  config: Config,
  target: Release,
): ReadonlyMap<Cause["kind"], readonly CausedProblem<Cause["kind"]>[]> {
  const continuations = new Continuations(config, target);
  let patience = mostTokensAgain;
  const caused: CausedProblem<Cause["kind"]>[] = [];
  for (const first of problemsOf(problems, "unexpected-token")) {
    const continuation = continuations.brokenAt(first);
    if (continuation) {
      caused.push({ problem: first, cause: { kind: "broken-continuation", continuation } });
      continue;
    }
    for (let problem: UnexpectedToken | undefined = first; problem; ) {
      const cause = findCause(problem, target);
      caused.push({ problem, cause });
      const goesOn = cause.kind === "reserved-word" && patience > 0;
      if (goesOn) patience -= problem.tokens.length;
      problem = goesOn ? nextProblem(problem) : undefined;
    }
  }
  return groupBy(caused, ({ cause }) => cause.kind);
}

/** What is wrong with a statement further on, once the word that does not fit is quoted. */
function nextProblem(problem: UnexpectedToken): UnexpectedToken | undefined {
  const tokens = problem.tokens.with(problem.at, quoted(problem.found));
  const walk = new GrammarWalk();
  const at = walk.acceptAll(tokens);
  const found = tokens[at];
  if (!found || at <= problem.at) return undefined;
  const { file, start, end } = found;
  return { ...problem, tokens, at, found, span: { file, start, end }, expected: walk.expected() };
}

/** The grammar rules that belong to one kind of statement, by its first keyword. */
const families: Readonly<Record<string, readonly string[]>> = {
  action: ["actionStatement", "localMethod", "localOption", "relayOption", "ttlOption"],
  listen: ["listenStatement", "listenOption", "socketOption"],
  match: ["matchStatement", "matchOption", "matchFrom", "matchFor", "outcome"],
  filter: ["filterStatement", "filterPhase", "globalTest", "heloTest", "authTest", "mailFromTest", "rcptToTest"].concat(
    ["filterAction", "earlyFilterAction", "procOption"],
  ),
  proc: ["procStatement", "procOption"],
  pki: ["pkiStatement", "pkiOption"],
  mta: ["mtaStatement", "mtaLimit"],
  mda: ["mdaStatement", "mdaLimit"],
  smtp: ["smtpStatement", "smtpLimit"],
  scheduler: ["schedulerStatement", "schedulerLimit"],
};

/** The first words of the statements that a keyword can stand in. */
export function statementsWith(word: string, target: Release): string[] {
  const isUsed = (rule: string) => {
    const use = findUse(rule, word);
    return use !== undefined && isAlive(use, target);
  };
  return statementWords(target).filter((first) => (families[first] ?? [`${first}Statement`]).some(isUsed));
}

/** Finds the likeliest reason for a token that the grammar cannot take. */
export function findCause(problem: UnexpectedToken, target: Release): Cause {
  const { tokens, at, found, expected } = problem;
  const previous = tokens[at - 1];
  const first = tokens[0] as Token;
  const isExpected = (name: string) => expected.some(({ token }) => token === name);

  const brace = openBrace(tokens.slice(0, at));
  if (at >= tokens.length && brace) return { kind: "unclosed-brace", brace };

  const negated = findNegated(problem);
  if (negated) return { kind: "misplaced-negation", negated };

  if (nameOf(first) === "table" && at === 3 && previous && found.image.startsWith("/") && nameOf(found) === "Text") {
    if (/^[\w-]+:?$/.test(previous.image)) return { kind: "split-source", backend: previous, path: found };
  }

  const slip = findSlipBefore(problem, target);
  if (slip) return slip;

  const placeholder = findPlaceholder(problem);
  if (placeholder) return { kind: "template-placeholder", text: placeholder };

  if (nameOf(found) === "Number" && isExpected("Text")) {
    const wantsUnit = nameOf(first) === "bounce" || (previous !== undefined && nameOf(previous) === "ttl");
    return { kind: "bare-number", token: found, wantsUnit };
  }
  if (nameOf(found) === "Text" && isExpected("Number") && /^-?\d+$/.test(found.image)) {
    return { kind: "quoted-number", token: found };
  }

  const unsupported = findUnsupported(problem, target);
  if (unsupported) return unsupported;

  const oldPhrase = findOldPhrase(tokens, at);
  if (oldPhrase) return { kind: "old-syntax", token: found, old: oldPhrase };

  if (keywords.has(nameOf(found)) && isExpected("Text")) {
    const optionSkipped = walkAlong(tokens.slice(0, at - 1));
    const lacksValue = previous !== undefined && nameOf(previous) !== "Less" && optionSkipped.accept(nameOf(found));
    if (at > 1 && lacksValue) return missingValue(previous, expected);
    const inQuotes = walkAlong(tokens.slice(0, at));
    inQuotes.accept("Text");
    const next = tokens[at + 1];
    const today = next && isBareWord(next) ? findOldWord(next.image, false)?.replacement?.split(" ")[0] : undefined;
    if (next && (inQuotes.accept(nameOf(next)) || (today && inQuotes.accept(today)))) {
      return { kind: "reserved-word", token: found };
    }
  }

  // At the second word of a line that starts with text, the first is the one that is wrong.
  const startsStatement = at === 0 || (at === 1 && nameOf(first) === "Text");
  const suspect = startsStatement ? first : found;
  if (isBareWord(suspect)) {
    const old = findOldWord(suspect.image, startsStatement);
    if (old) return { kind: "old-syntax", token: suspect, old };
    // A keyword that has its place elsewhere is hardly a slip of one that starts a statement.
    if (startsStatement && keywords.has(nameOf(suspect))) return { kind: "unknown-statement", token: suspect };
    const suggestion = startsStatement
      ? nearest(suspect.image, statementWords(target))
      : findMeant(suspect.image, expected, target);
    if (suggestion) return { kind: "misspelt-word", token: suspect, suggestion };
    if (startsStatement) return { kind: "unknown-statement", token: suspect };
  }

  const list = findBareList(problem);
  if (list) return { kind: "bare-list", list };

  if (previous && keywords.has(nameOf(previous)) && isExpected("Text")) return missingValue(previous, expected);

  if (keywords.has(nameOf(found))) {
    const family = families[nameOf(first)] ?? [`${nameOf(first)}Statement`];
    const uses = family.flatMap((rule) => findUse(rule, found.image) ?? []).filter((use) => isAlive(use, target));
    const end = tokens.slice(0, at).findIndex((token) => /^(action|reject)$/.test(nameOf(token)));
    if (nameOf(first) === "match" && end !== -1 && isExpected("Newline") && uses.length > 0) {
      return { kind: "late-condition", token: found, outcome: tokens.slice(end, at) };
    }
    const foreign = findForeign(problem, uses);
    if (foreign) return { kind: "foreign-option", token: found, ...foreign };
    if (uses.length > 0) return { kind: "misplaced-word", token: found, uses };
  }
  return { kind: "syntax-error" };
}

/** A word that was taken for the value of the one before, which needs none, and is almost a keyword or an old one. */
function findSlipBefore({ tokens, at, found }: UnexpectedToken, target: Release): Cause | undefined {
  const token = tokens[at - 1];
  if (!token || at < 2 || token.quote !== "" || nameOf(token) !== "Text") return undefined;
  const walk = walkAlong(tokens.slice(0, at - 1));
  const expected = walk.expected();
  const old = findOldWord(token.image, false);
  const today = old?.replacement?.split(" ")[0];
  const suggestion = findMeant(token.image, expected, target) ?? today;
  if (!suggestion || !walk.accept(suggestion) || !walk.accept(nameOf(found))) return undefined;
  return old && suggestion === today
    ? { kind: "old-syntax", token, old }
    : { kind: "misspelt-word", token, suggestion };
}

function missingValue(after: Token, expected: readonly Expectation[]): Cause {
  const rule = expected.find(({ token }) => token === "Text")?.rule ?? "";
  const use = findUse(rule, after.image) ?? findWord(after.image)?.uses.find((item) => item.syntax.includes(" "));
  return { kind: "missing-value", after, use };
}

/** Options that only some of the statements with one first word have: who has them, as a sentence names it. */
const owners: Readonly<Record<string, string>> = {
  localOption: "mbox, maildir, lmtp, mda, forward-only and expand-only",
  relayOption: "relay",
  listenOption: "listen on INTERFACE",
  socketOption: "listen on socket",
};

/** Whose option the word is, if it can stand nowhere in this statement, and whose options are expected. */
function findForeign({ tokens, expected }: UnexpectedToken, uses: readonly Use[]) {
  const own = expected.find(({ rule }) => Object.hasOwn(owners, rule))?.rule;
  const other = uses.find(({ rule }) => Object.hasOwn(owners, rule))?.rule;
  if (!own || !other || uses.some(({ rule }) => rule === own)) return undefined;
  const [first, , third] = tokens;
  const owner = nameOf(first as Token) === "action" ? (third as Token).image : (owners[own] as string);
  return { owner, owners: owners[other] as string };
}

/** The last brace that is not closed. */
function openBrace(tokens: readonly Token[]): Token | undefined {
  const open: Token[] = [];
  for (const token of tokens) {
    if (nameOf(token) === "LBrace") open.push(token);
    else if (nameOf(token) === "RBrace") open.pop();
  }
  return open.at(-1);
}

/**
 * What a template engine was to replace: `{{ … }}`, `{% … %}`, `<% … %>`,
 * `<name>` where no table can stand. The text up to where it most likely ends.
 */
function findPlaceholder({ tokens, at, expected }: UnexpectedToken): string | undefined {
  const rest = tokens.slice(Math.max(0, at - 1));
  for (const [index, token] of rest.entries()) {
    const next = rest[index + 1];
    if (!next || index > 1) break;
    const pair = nameOf(token) + (next.start === token.end ? nameOf(next) : "");
    const opens = pair === "LBraceLBrace" || (/^(LBrace|Less)Text$/.test(pair) && next.image.startsWith("%"));
    if (opens) return textUntil(rest.slice(index), (part) => part.image.endsWith("}") || part.image.endsWith(">"));
  }
  const [found, name, end] = tokens.slice(at);
  const isTag =
    found && name && end && nameOf(found) === "Less" && nameOf(name) === "Text" && nameOf(end) === "Greater";
  // A table that only lacks its `domain` or `src` is none.
  const isTable = /^(?:for|from)$/.test(tokens[at - 1]?.image ?? "");
  if (isTag && !isTable && !expected.some(({ token }) => token === "Less")) return `<${name.image}>`;
  return undefined;
}

function textUntil(tokens: readonly Token[], isEnd: (token: Token) => boolean): string {
  let text = "";
  for (const [index, token] of tokens.entries()) {
    const previous = tokens[index - 1];
    text += (previous && previous.end < token.start ? " " : "") + token.image.trim();
    if (previous && isEnd(token) && !(tokens[index + 1] && isEnd(tokens[index + 1] as Token))) break;
  }
  return text;
}

/**
 * A word that only a later release knows here: one that it reserves and with
 * which the statement would read on, or a keyword that came to this place.
 */
function findUnsupported({ tokens, at, found }: UnexpectedToken, target: Release): Cause | undefined {
  const walk = walkAlong(tokens.slice(0, at));
  const use = walk
    .expected()
    .filter(({ token }) => token === nameOf(found))
    .map(({ token, rule }) => findUse(rule, token))
    .find((candidate) => candidate?.since !== undefined);
  if (use?.since) return { kind: "unsupported-word", token: found, since: use.since, use };

  for (const [index, token] of tokens.slice(0, at + 1).entries()) {
    if (nameOf(token) !== "Text" || token.quote !== "" || isReserved(token.image, target)) continue;
    const since = findWord(token.image)?.reserved?.since;
    if (since === undefined || !isReserved(token.image, newestRelease)) continue;
    const renamed = walkAlong(tokens.slice(0, index));
    if (renamed.accept(token.image) && index + 1 + renamed.acceptAll(tokens.slice(index + 1)) > at) {
      return { kind: "unsupported-word", token, since };
    }
  }
  return undefined;
}
