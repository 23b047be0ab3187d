import type { Include, legacy, MacroDefinition, Table, Text } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import type { Context } from "../context.ts";
import { type Piece, pieces } from "../pieces.ts";

/** What settings of the whole server are called today. */
const settings: Readonly<Record<string, string>> = {
  "bounce-warn": "bounce warn-interval",
  ciphers: "smtp ciphers",
  expire: "queue ttl",
  "max-message-size": "smtp max-message-size",
  "max-mta-deferred": "mta max-deferred",
  "subaddressing-delimiter": "smtp sub-addr-delim",
};

export function translateSetting(
  { keyword, values, span }: legacy.Setting,
  { words, leaveOut }: Context,
): Piece[][] | undefined {
  const word = settings[keyword.word];
  if (word === undefined) {
    leaveOut(span, `'${keyword.word}' is gone: smtpd chooses the curve itself`);
    return undefined;
  }
  if (values.length === 0) {
    leaveOut(span, "warnings of delayed mail cannot be turned off today");
    return undefined;
  }
  const written = values.map((value) => (value.kind === "number" ? words.number(value) : words.text(value)));
  const list = written.map((piece, index) =>
    index < written.length - 1 ? { ...piece, text: `${piece.text},` } : piece,
  );
  return [pieces(words.keyword(keyword, word), list)];
}

export const translateQueue = ({ keyword, setting, key }: legacy.Queue, { words }: Context): Piece[][] => [
  pieces(words.keyword(keyword), words.keyword(setting), key && words.text(key)),
];

export function translateLimits({ keyword, subject, domain, limits }: legacy.Limits, { words }: Context): Piece[][] {
  return [
    pieces(
      words.keyword(keyword, subject.word === "session" ? "smtp" : subject.word),
      words.keyword(subject, "limit"),
      domain && pieces("for", "domain", words.text(domain)),
      ...limits.map((limit) =>
        limit.kind === "keyword"
          ? pieces(words.keyword(limit))
          : pieces(words.text(limit.name), limit.value && words.number(limit.value)),
      ),
    ),
  ];
}

export function translateMacro({ name, value, span }: MacroDefinition, { words }: Context): Piece[][] {
  const written = value && (words.newValue(value) ?? words.text(value));
  const between = value && words.slice({ ...span, start: name.span.end, end: value.span.start });
  const equals = between && /^[ \t]*=[ \t]*$/.test(between) ? between : " = ";
  return [[{ text: `${words.text(name).text}${equals}${written?.text ?? ""}` }]];
}

export const translateInclude = ({ keyword, path }: Include, { words }: Context): Piece[][] => [
  pieces(words.keyword(keyword), path && words.text(path)),
];

/** Tables that smtpd reads itself. */
const ownBackends = ["", "static", "file", "db", "getpwnam"];

export function translateTable(
  { keyword, name, source, inline, span }: Table,
  { words, announce }: Context,
): Piece[][] {
  const backend = /^([^/:]*)/.exec(source?.value ?? "")?.[1] ?? "";
  if (!ownBackends.includes(backend))
    announce(
      "table-backend",
      span,
      `the program behind ${quote(backend)} tables is another one now: install today's package, and check its configuration`,
    );
  return [
    pieces(
      words.keyword(keyword),
      words.text(name as Text),
      source && words.text(source),
      inline && words.table(inline),
    ),
  ];
}

/** A map of 5.2 and older. */
export function translateMap({ keyword, name, type, path }: legacy.TableMap, { words }: Context): Piece[][] {
  const backend = type.value === "plain" ? "file" : type.value;
  return [pieces(words.keyword(keyword, "table"), words.text(name), words.quoted(`${backend}:${path.value}`))];
}

/** What does today what a filter of old did. */
const successors: Readonly<Record<string, string>> = {
  clamav: "opensmtpd-filter-clamav, or rspamd with clamav",
  "dkim-signer": "filter-dkimsign, or rspamd",
  dnsbl: "filter-dnsbl",
  regex: "filters of smtpd's own: filter NAME phase … match … regex",
  spamassassin: "filter-spamassassin",
};

export function leaveFilterOut({ name, backend, span }: legacy.Filter, { leaveOut }: Context): void {
  const program = backend?.value ?? name.value;
  const successor = successors[program.replace(/^filter-/, "")];
  leaveOut(span, `filters of releases before 6.4 are gone${successor ? `; for ${program} there is ${successor}` : ""}`);
}
