import type { Filter, Proc } from "@smtpdlint/grammar";
import { alternatives, conjunction, nearest, quote } from "@smtpdlint/model";
import { didYouMean, type Slip } from "../../edits.ts";
import { defineRule, type TypedContext } from "../../rule.ts";

const messages = {
  missing: "filter-dkimsign ends without {options}, and smtpd with it",
  value: "{program} cannot read {value} after {option}: it ends, and smtpd with it",
  end: "{program} wants a value after {option}: it ends, and smtpd with it",
  unknown: "{program} does not know {option}: it ends, and smtpd with it",
} as const;

export const rule = defineRule({
  meta: {
    id: "invalid-filter-option",
    category: "broken",
    summary: "options with which filter-dkimsign, filter-senderscore or filter-rspamd ends at its start",
    lifetime: { since: "6.6" },
    fixable: true,
    messages,
  },
  visit: { filter: check, proc: check },
});

function check({ command, broken }: Filter | Proc, context: TypedContext<typeof messages>): void {
  // What a shell or somebody else replaces, or takes apart in another way, is left alone.
  if (broken || !command || command.faulty || !/^[\w@%+=:,./ \t-]+$/.test(command.value)) return;
  const [path = "", ...words] = command.value.trim().split(/[ \t]+/);
  const program = path.slice(path.lastIndexOf("/") + 1);
  const flaw = program === "filter-dkimsign" ? dkimsignFlaw(words) : goFlaw(program, words);
  if (!flaw) return;
  const { message, data, help, slip } = flaw;
  const { span } = command;
  const meant = slip && didYouMean(context.model, span, slip);
  const advice = meant ? { ...meant, help: `${meant.help} ${help}` } : { help };
  context.report({ span, message, data: { program, ...data }, ...advice });
}

interface Flaw {
  readonly message: keyof typeof messages;
  readonly data: Readonly<Record<string, string>>;
  readonly help: string;
  readonly slip?: Slip;
}

/** getopt(3) of filter-dkimsign: `a:c:D:d:h:k:s:tx:z`; domain, selector and key it must have. */
function dkimsignFlaw(words: readonly string[]): Flaw | undefined {
  const options = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const [, flags = "", letter, rest] = /^-([tz]*)([acDdhksx]?)(.*)$/.exec(words[at] ?? "") ?? [];
    // A letter that is not known here may be one of a later version, and a word that is no option ends the options on a BSD.
    if (letter === undefined || (letter === "" && (rest || flags === ""))) return undefined;
    if (letter === "") continue;
    const value = rest || words[++at];
    // getopt(3) does not take the option without its value.
    if (value === undefined) break;
    options.set(letter, value);
    const form = forms[letter];
    if (form && !form.pattern.test(value)) {
      return { message: "value", data: { value: quote(value), option: quote(`-${letter}`) }, help: form.help };
    }
  }
  const missing = [
    ...(options.has("d") || options.has("D") ? [] : ["-d DOMAIN"]),
    ...(options.has("s") ? [] : ["-s SELECTOR"]),
    ...(options.has("k") ? [] : ["-k KEYFILE"]),
  ];
  if (missing.length === 0) return undefined;
  return { message: "missing", data: { options: conjunction(missing) }, help: `add ${conjunction(missing)}` };
}

const forms: Readonly<Record<string, { readonly pattern: RegExp; readonly help: string }>> = {
  a: { pattern: /^(?:rsa|ed25519)-/, help: "write rsa-sha256 or ed25519-sha256" },
  c: {
    pattern: /^(?:simple|relaxed)(?:\/(?:simple|relaxed))?$/,
    help: "write relaxed/relaxed, simple/simple or a mixture",
  },
  h: {
    pattern: /^(?!:)(?!.*::)(?!.*:$)(?:.*:)?from(?::.*)?$/i,
    help: "write names of header fields with a colon between them, one of them from",
  },
  x: { pattern: /^\+?0*[1-9]\d*$/, help: "write a number of seconds" },
};

/** The options of filters that are written in Go, which ends at one that it does not know; `number` where it must be one. */
const goOptions: Readonly<Record<string, Readonly<Record<string, keyof typeof goValues>>>> = {
  "filter-senderscore": {
    blockBelow: "number",
    blockPhase: "phase",
    junkBelow: "number",
    slowFactor: "number",
    scoreHeader: "switch",
    allowlist: "text",
    whitelist: "text",
    testMode: "switch",
  },
  "filter-rspamd": { url: "text", "settings-id": "text" },
};

/** What Go's package flag reads: numbers by strconv.ParseInt of base 0, switches by strconv.ParseBool. */
const goValues = {
  number: {
    pattern: /^[+-]?(?:0x[\da-f_]+|0b[01_]+|0o?[0-7_]*|[1-9][\d_]*)$/i,
    help: "write a whole number",
  },
  switch: { pattern: /^(?:[01tfTF]|true|false|TRUE|FALSE|True|False)$/, help: "write true or false, or nothing" },
  // filter-senderscore.go, validatePhase
  phase: {
    pattern: /^(?:connect|helo|ehlo|starttls|auth|mail-from|rcpt-to|quit)$/,
    help: "write connect, helo, ehlo, starttls, auth, mail-from, rcpt-to or quit",
  },
  text: { pattern: /^/, help: "write its value after it" },
} as const;

function goFlaw(program: string, words: readonly string[]): Flaw | undefined {
  const options = Object.hasOwn(goOptions, program) ? goOptions[program] : undefined;
  if (!options) return undefined;
  for (let at = 0; at < words.length; at++) {
    const [, name, written] = /^--?([^-=][^=]*)(?:=(.*))?$/.exec(words[at] ?? "") ?? [];
    // The first word that is no option ends the options.
    if (name === undefined) return undefined;
    const kind = Object.hasOwn(options, name) ? options[name] : undefined;
    if (kind === undefined) {
      // What looks like no other may be an option of a later version.
      const known = Object.keys(options);
      const suggestion = nearest(name, known);
      if (!suggestion) return undefined;
      const help = `it knows ${alternatives(known.map((each) => `-${each}`))}`;
      const dashes = words[at]?.startsWith("--") ? " --" : " -";
      const slip = { before: dashes, wrong: name, meant: suggestion, shown: quote(`-${suggestion}`) };
      return { message: "unknown", data: { option: quote(`-${name}`) }, help, slip };
    }
    const value = kind === "switch" ? (written ?? "true") : (written ?? words[++at]);
    const { pattern, help } = goValues[kind];
    if (value === undefined) return { message: "end", data: { option: quote(`-${name}`) }, help };
    if (!pattern.test(value)) {
      return { message: "value", data: { value: quote(value), option: quote(`-${name}`) }, help };
    }
  }
  return undefined;
}
