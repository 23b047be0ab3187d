import type { Release, Token, UnexpectedToken } from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";
import type { Fix } from "../diagnostic.ts";
import { insert, rewrite } from "../edits.ts";
import { nameOf, walkAlong, wordsOf } from "./tokens.ts";
import { unquotedCommand } from "./unquoted-command.ts";

/** What to do about a token that has no place, where a small change makes one. */
export interface Repair {
  readonly help: string;
  readonly fixes: readonly Fix[];
}

/** The first repair after which the statement reads on. */
export function findRepair(problem: UnexpectedToken, model: Model): Repair | undefined {
  if (model.sources.macroAt(problem.span)) return undefined;
  return findMissingWord(problem, model.target) ?? findSurplus(problem) ?? findCommand(problem, model);
}

/** The word that says what a value is: `for example.org` lacks its `domain`. */
function findMissingWord({ tokens, at, found, span, expected }: UnexpectedToken, target: Release): Repair | undefined {
  const previous = tokens[at - 1];
  const value = /^(?:Text|Number|Less|LBrace)$/.test(nameOf(found)) ? valueFrom(tokens, at) : undefined;
  if (!previous || value === undefined || tokens[0]?.image !== "match") return undefined;
  const word = missingWords[nameOf(previous)]?.find(([, looks]) => looks.test(value))?.[0];
  const walk = walkAlong(tokens.slice(0, at));
  if (
    word === undefined ||
    !wordsOf(expected, target).includes(word) ||
    !walk.accept(word) ||
    !walk.accept(nameOf(found))
  )
    return undefined;
  const form = `${previous.image} ${word}`;
  return {
    help: `write ${form} ${value}`,
    fixes: [{ title: `change to '${form}'`, safe: false, edits: [insert(span, span.start, `${word} `)] }],
  };
}

/** How the values look that belong to the words; a table or a list is one of the first. */
const missingWords: Readonly<Record<string, readonly (readonly [word: string, looks: RegExp])[]>> = {
  for: [
    ["rcpt-to", /.@/],
    ["domain", /[.*<{]/],
  ],
  from: [
    ["mail-from", /@/],
    ["src", /^(?:[<{]|[\d.:/]+$|[\da-f:]*:)/i],
    ["rdns", /\./],
  ],
};

function valueFrom(tokens: readonly Token[], at: number): string {
  const [first, second, third] = tokens.slice(at);
  if (first && second && nameOf(first) === "Less") return `<${second.image}${third?.image === ">" ? ">" : ""}`;
  if (first && nameOf(first) === "LBrace") return "{ … }";
  return first?.image ?? "";
}

/** What a listener has one of, by the word before. */
const singles: Readonly<Record<string, string>> = { on: "interface", port: "port", tag: "tag", hostname: "host name" };

/** A sign that is one too many: without it, the statement is whole. */
function findSurplus({ tokens, at, found, span }: UnexpectedToken): Repair | undefined {
  if (!/^(?:Equals|Comma|Arrow)$/.test(nameOf(found))) return undefined;
  const single =
    tokens[0]?.image === "listen" && found.image === "," ? singles[tokens[at - 2]?.image ?? ""] : undefined;
  if (single) return { help: `a listener has one ${single}: write a listen statement for each`, fixes: [] };
  const rest = tokens.toSpliced(at, 1);
  const walk = walkAlong(rest.slice(0, at));
  if (walk.acceptAll(rest.slice(at)) < rest.length - at) return undefined;
  const edits = [{ span, text: "" }];
  return { help: `remove '${found.image}'`, fixes: [{ title: `remove '${found.image}'`, safe: false, edits }] };
}

/** The words of a command, which must be one text. */
function findCommand({ tokens, at }: UnexpectedToken, model: Model): Repair | undefined {
  const first = tokens[at - 1];
  const command = first && first.quote === "" ? unquotedCommand(first, model) : undefined;
  return command && { help: command.help, fixes: rewrite(model, command.span, command.quoted, false) };
}
