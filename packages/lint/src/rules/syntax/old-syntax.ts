import { type Config, cover, type Edit, GrammarWalk, type Token } from "@smtpdlint/grammar";
import { count, quote } from "@smtpdlint/model";
import { insert } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import type { CausedProblem } from "../../syntax-errors/cause.ts";
import { findOldWord } from "../../syntax-errors/old-syntax.ts";
import { migrateCommand } from "../shared/command.ts";

export const rule = defineRule({
  meta: {
    id: "old-syntax",
    category: "refused",
    tag: "deprecated",
    summary: "the configuration language that ended with OpenSMTPD 6.4",
    fixable: true,
    messages: {
      old: "{word} is pre-6.4 syntax",
      file: "this file is in pre-6.4 syntax, with accept and reject: smtpd refuses {lines} of it",
    },
  },
  problems(_, { causedBy, report, model, commandOptions }) {
    const all = causedBy("old-syntax");
    const [first] = all;
    if (first && isOldFile(all, model.config)) {
      const { file, start, end } = first.cause.token;
      const command = migrateCommand(model, commandOptions);
      const lines = count(all.length, "line");
      report({ span: { file, start, end }, message: "file", data: { lines }, help: `translate it: ${command}` });
      return;
    }
    for (const caused of all) {
      const { token } = caused.cause;
      const span = { file: token.file, start: token.start, end: token.end };
      const edits = modernise(caused);
      // Of a rejecting rule, what is local has changed: users who logged in are no longer.
      const safe = token.image !== "reject";
      const written = edits?.[0]?.text;
      const title = written ? `change to '${written}'` : `remove '${token.image}'`;
      const fixes = edits ? [{ title, safe, edits }] : [];
      report({
        span,
        message: "old",
        data: { word: quote(token.image) },
        help: `use ${describe(caused)}`,
        fixes,
      });
    }
  },
});

/** True if there is an old rule that accepts, and nothing of which only today's language has the like. */
const isOldFile = (all: readonly CausedProblem<"old-syntax">[], { statements }: Config) =>
  all.some(({ cause: { token, old } }) => old.statement && token.image === "accept") &&
  !statements.some(({ kind }) => kind === "match" || kind === "action");

/** True if the tokens can stand between `match` and `reject`, old words among them as they are written today. */
function isRule(conditions: readonly Token[]): boolean {
  const walk = new GrammarWalk();
  const accepts = ({ image, tokenType }: Token) =>
    (findOldWord(image, false)?.replacement?.split(" ") ?? [tokenType.name]).every((word) => walk.accept(word));
  return walk.accept("match") && conditions.every(accepts) && walk.accept("reject");
}

/** What `limit NAME` has become. */
const limits: ReadonlyMap<string, string> = new Map([
  ["session", "smtp"],
  ["mda", "mda"],
  ["mta", "mta"],
  ["scheduler", "scheduler"],
]);

/** How the statement is written today; of `limit`, whose first word moves, with what follows it. */
function describe({ problem: { tokens }, cause: { token, old } }: CausedProblem<"old-syntax">): string {
  const [, kind, ...rest] = tokens.slice(0, -1);
  const statement = token.image === "limit" && kind && !kind.macro ? limits.get(kind.image) : undefined;
  return statement ? [statement, "limit", ...rest.map(({ image }) => image)].join(" ") : old.now;
}

/** Writes a word as it is today; undefined where more would have to change, or a macro holds it. */
function modernise({ problem, cause }: CausedProblem<"old-syntax">): Edit[] | undefined {
  const { tokens, expected } = problem;
  const { token, old } = cause;
  const at = tokens.indexOf(token);
  const next = tokens[at + 1];
  const last = tokens[tokens.length - 2];
  const span = { file: token.file, start: token.start, end: token.end };
  if (token.macro || !next || !last) return undefined;
  if (old.dropped) return [{ span: { ...span, end: next.start }, text: "" }];
  if (!old.statement) {
    const word = old.replacement?.split(" ")[0];
    const fits = expected.some((expectation) => expectation.token === word);
    return old.replacement && fits ? [{ span, text: old.replacement }] : undefined;
  }
  switch (token.image) {
    case "limit": {
      const statement = next.macro ? undefined : limits.get(next.image);
      return statement ? [{ span: cover(token, next), text: `${statement} limit` }] : undefined;
    }
    case "set":
      return [{ span: { ...span, end: next.start }, text: "" }];
    case "reject":
      // What smtpd would refuse all the same is for the author.
      return isRule(tokens.slice(at + 1, -1))
        ? [{ span, text: "match" }, insert(span, last.end, " reject")]
        : undefined;
    default:
      return old.replacement ? [{ span, text: old.replacement }] : undefined;
  }
}
