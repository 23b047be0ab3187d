import { type Expectation, keywords, type Use } from "@smtpdlint/grammar";
import { byUse } from "@smtpdlint/lint";
import { readUpTo, type TakenToken, useOf } from "./cursor.ts";
import { useText } from "./describe.ts";
import type { View } from "./view.ts";

/** The syntax of a statement, or of a part of it, with the part that comes next. */
export interface Signature {
  readonly label: string;
  readonly help: string;
  /** Offsets of the parts in the label. */
  readonly parts: readonly Part[];
  /** Which of the parts; undefined behind the last one. */
  readonly active: number | undefined;
}

export interface Part {
  readonly start: number;
  readonly end: number;
}

/** The characters after which a client may ask. */
export const signatureTriggers: readonly string[] = [" "];

/** The syntax of what is being typed at `offset`: of the statement, then of the option or condition in it. */
export function signatureHelp({ model, file }: View, offset: number): Signature[] {
  const source = model.config.files[file];
  if (!source || source.comments.some(({ start, end }) => start < offset && offset <= end)) return [];
  const { tokens, expected } = readUpTo(model, file, offset);
  const whole = tokens.at(-1)?.span.end === offset ? tokens.slice(0, -1) : tokens;
  const units = unitsOf(whole);
  const statement = signatureFrom(units, 0);
  const first = statement && withOptions(statement, expected, units[0]?.word ?? "");
  if (!first) return [];
  for (let index = units.length - 1; index > Math.max(0, units.length - mostUnits); index--) {
    const inner = signatureFrom(units, index);
    if (inner?.active !== undefined) return inner.label === first.label ? [inner] : [first, inner];
  }
  return [first];
}

/** Where options come next, their names too, the usual ones first. */
function withOptions(signature: Signature, expected: readonly Expectation[], statement: string): Signature {
  const { label, parts, active } = signature;
  const part = active === undefined ? undefined : parts[active];
  if (!part || label.slice(part.start, part.end) !== "[OPTION …]") return signature;
  const options = expected.filter(({ token, rule }) => keywords.has(token) && rule.endsWith("Option"));
  const words = [...new Set(options.map(({ token }) => token))];
  const usual = byUse(words, statement);
  return words.length === 0 ? signature : { ...signature, help: `${signature.help}; options: ${usual.join(", ")}` };
}

/** A word, or all of a table or a list in braces. */
interface Unit {
  readonly word: string;
  readonly use: Use | undefined;
}

function unitsOf(tokens: readonly TakenToken[]): Unit[] {
  const units: Unit[] = [];
  let depth = 0;
  for (const { token, rules } of tokens) {
    const { name } = token.tokenType;
    if (name === "RBrace" || name === "Greater") {
      depth--;
      if (depth === 0) units.push({ word: "", use: undefined });
    } else if (name === "LBrace" || name === "Less") depth++;
    else if (depth === 0 && name !== "Bang" && name !== "Comma" && name !== "Newline") {
      units.push({ word: token.image, use: keywords.has(name) ? useOf(token.image, rules) : undefined });
    }
  }
  return units;
}

/** No option has so many words and values. */
const mostUnits = 50;

/** The signature of the construct that the keyword at `index` belongs to. */
function signatureFrom(units: readonly Unit[], index: number): Signature | undefined {
  const unit = units[index];
  if (!unit?.use) return undefined;
  const { use, word } = unit;
  const { syntax: label } = use;
  const parts = partsOf(label);
  const texts = parts.map(({ start, end }) => label.slice(start, end));
  const own = texts.indexOf(word);
  const at = walkAlong(texts, own + 1, units.slice(index + 1));
  const isOpen = own !== -1 && at < parts.length && texts[at] !== "…";
  return { label, help: useText(use), parts, active: isOpen ? at : undefined };
}

/** Which part comes after these units. */
function walkAlong(texts: readonly string[], from: number, units: readonly Unit[]): number {
  let at = from;
  for (let index = 0; index < units.length && at < texts.length; index++) {
    const text = texts[at] as string;
    const { word } = units[index] as Unit;
    const words = optionalWords(text);
    if (text.includes("…")) at += word !== "" && texts[at + 1] === word ? 2 : 0;
    else if (words && words[0] !== word) {
      at++;
      index--;
    } else if (words) {
      at++;
      index += words.length - 1;
    } else if (word !== "regex" || !text.includes("[regex]")) at++;
  }
  // Behind an option that may be left out, what follows it is as likely.
  return at + 1 < texts.length && optionalWords(texts[at] as string) ? at + 1 : at;
}

/** The words of `[regex]` or `[for domain DOMAIN]`, which begin with a keyword, or of `[!]`. */
function optionalWords(text: string): string[] | undefined {
  return /^\[[a-z!]/.test(text) && text.endsWith("]") && !text.includes("…") ? text.slice(1, -1).split(" ") : undefined;
}

/** `listen`, `on`, `INTERFACE|socket`, `[OPTION …]`: split at blanks outside brackets and quotes, and not around `|`. */
export function partsOf(syntax: string): Part[] {
  const parts: Part[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at <= syntax.length; at++) {
    const char = syntax[at] ?? " ";
    if (char === '"') quoted = !quoted;
    else if ("[{<".includes(char)) depth++;
    else if ("]}>".includes(char)) depth--;
    if (char !== " " || (depth > 0 && at < syntax.length) || quoted) continue;
    const isAround = syntax[at - 1] === "|" || syntax[at + 1] === "|";
    if (isAround) continue;
    if (at > start) parts.push({ start, end: at });
    start = at + 1;
  }
  return parts;
}
