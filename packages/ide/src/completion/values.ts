import { findUse, isAlive, isReserved, keywords, usesIn } from "@smtpdlint/grammar";
import {
  formatModifiers,
  formatSpecifiers,
  mailPortHelp,
  quoteText,
  relaySchemes,
  schemeHelp,
  tlsProtocols,
  writeText,
} from "@smtpdlint/model";
import { useText } from "../describe.ts";
import type { Completion, CompletionOptions, Typing } from "./completion-item.ts";
import { textsWanted } from "./names.ts";

/** Where a path is wanted. */
const paths = new Set([
  "includeStatement include",
  "tableStatement table+1",
  "caStatement cert",
  "pkiOption cert",
  "pkiOption key",
  "procOption chroot",
]);

/** Where a program is named that is a filter. */
const filterPrograms = new Set(["filterStatement proc-exec", "procStatement proc+1"]);

/** Where smtpd expands `%{…}`. */
const formats = new Set(["localMethod mda", "localMethod maildir", "localMethod lmtp", "mdaStatement wrapper+1"]);

/** Where versions of TLS are named. */
const protocols = new Set(["listenOption protocols", "relayOption protocols"]);

/** Where relays are named. */
const relays = new Set(["tableExpression host", "tableEntry host", "tableEntry domain"]);

/** The grammar rule to whose names a text is compared, by the place. */
const comparedWith: Readonly<Record<string, string>> = { "pkiOption dhe": "dheValue" };

/** Values that are neither keywords nor names of the configuration. */
export function valuesFor(typing: Typing, list: CompletionOptions["list"]): Completion[] {
  const wanted = textsWanted(typing.before);
  const isWanted = (places: ReadonlySet<string>) => wanted.some((place) => places.has(place));
  return [
    ...(isWanted(paths) ? pathsFor(typing, list, wanted) : []),
    ...(isWanted(formats) ? formatsFor(typing, isWanted(new Set(["mdaStatement wrapper+1"]))) : []),
    ...(isWanted(protocols) ? protocolsFor(typing) : []),
    ...(isWanted(filterPrograms) ? programsFor(typing) : []),
    ...(isWanted(relays) ? schemesFor(typing) : []),
    ...(wanted.includes("listenStatement on") ? interfacesFor(typing) : []),
    ...(wanted.includes("portNumber port") ? portsFor(typing) : []),
    ...namedValues(typing, wanted),
    ...defaultsFor(typing),
  ];
}

const value = ({ whole, closing }: Typing, label: string, detail: string, documentation?: string): Completion => ({
  label,
  kind: "value",
  span: whole,
  text: label + closing,
  filter: label,
  detail,
  documentation: documentation === undefined ? undefined : () => documentation,
  rank: 1,
});

/** Values in the order of their use, not by their names. */
const inOrder = (items: readonly Completion[]): Completion[] =>
  items.map((item, index) => ({ ...item, rank: item.rank + index / 100 }));

/** A value that goes on: without the closing quote. */
const unfinished = (typing: Typing, label: string, detail: string): Completion => ({
  ...value(typing, label, detail),
  span: typing.span,
  text: label,
});

/** Limits and the like, which are no keywords. */
function namedValues(typing: Typing, wanted: readonly string[]): Completion[] {
  const { target } = typing.view.model;
  const rules = wanted.map((place) => comparedWith[place] ?? (place.split(" ", 1)[0] as string));
  return rules
    .flatMap((rule) => usesIn(rule))
    .filter((use) => !keywords.has(use.word) && isAlive(use, target))
    .map((use) => value(typing, use.word, use.syntax, useText(use)));
}

/** What holds if nothing is written, to start from. */
function defaultsFor(typing: Typing): Completion[] {
  const { expected, tokens } = typing.before;
  const last = tokens.at(-1);
  const isWanted = expected.some(({ token }) => token === "Number" || token === "Text");
  if (!last || !isWanted || typing.quote) return [];
  const standard = last.rules
    .map((rule) => findUse(rule, last.token.image)?.default)
    .find((text) => text !== undefined);
  return standard !== undefined && /^\d+[a-zA-Z]?$/.test(standard) ? [value(typing, standard, "the default")] : [];
}

function schemesFor(typing: Typing): Completion[] {
  // The `domain` of a match rule has names of domains.
  if (typing.typed.includes("/") || typing.before.tokens[0]?.token.image !== "action") return [];
  const schemes = [...new Set([...safeSchemes, ...relaySchemes])];
  return inOrder(schemes.map((scheme) => unfinished(typing, `${scheme}://`, schemeHelp[scheme])));
}

/** Those in which a password can be sent, as a smarthost wants it. */
const safeSchemes = ["smtp+tls", "smtps"] as const;

/** What every machine has, and OpenBSD's name for the rest. */
const interfaces: readonly (readonly [name: string, detail: string])[] = [
  ["0.0.0.0", "all IPv4 addresses of this machine"],
  ["::", "all IPv6 addresses of this machine"],
  ["localhost", "this machine's own address"],
  ["egress", "on OpenBSD, the interface that leads outside"],
];

/** What other listeners listen on, and what there is besides. */
function interfacesFor(typing: Typing): Completion[] {
  const { model } = typing.view;
  const others = model.listeners.flatMap(({ interface: text, span }) =>
    text && !text.faulty && !text.macro && span.end < typing.start ? [text.value] : [],
  );
  const details = new Map([...others.map((name) => [name, "as another listener"] as const), ...interfaces]);
  return inOrder(
    [...details].map(([name, detail]) => ({
      ...value(typing, name, detail),
      text: typing.quote ? name + typing.closing : (writeText(name, false) ?? name),
    })),
  );
}

/** Filters that OpenBSD and Linux distributions have as packages. */
const programs: readonly (readonly [name: string, detail: string])[] = [
  ["filter-rspamd", "asks rspamd: spam, DKIM, greylisting"],
  ["filter-dkimsign", "signs with DKIM: -d DOMAIN -s SELECTOR -k KEYFILE"],
  ["filter-senderscore", "judges clients by their senderscore.org reputation"],
  ["filter-dnsbl", "asks lists of blocked addresses in the DNS"],
];

function programsFor(typing: Typing): Completion[] {
  return /[/\s]/.test(typing.typed) ? [] : inOrder(programs.map(([name, detail]) => unfinished(typing, name, detail)));
}

function portsFor(typing: Typing): Completion[] {
  if (typing.quote) return [];
  return inOrder([
    ...[...mailPortHelp].map(([port, help]) => value(typing, String(port), help)),
    value(typing, "submission", "port 587"),
    value(typing, "submissions", "port 465"),
  ]);
}

/** The versions of TLS; after a comma in quotes another one. */
function protocolsFor(typing: Typing): Completion[] {
  const { typed, quote, start, span } = typing;
  const before = /^.*[,:][ \t]*!?/.exec(typed)?.[0].length ?? 0;
  if (before > 0 && !quote) return [];
  return inOrder(
    Object.entries(tlsProtocols).map(([name, help]) => {
      const item = value(typing, name, help);
      return before === 0 ? item : { ...item, span: { ...span, start: start + quote.length + before }, text: name };
    }),
  );
}

/** `%{…}`, once its `%` is there, and what follows the `:` in it. */
function formatsFor(typing: Typing, isWrapper: boolean): Completion[] {
  const { typed, quote, view, start, span } = typing;
  const modifier = /%\{[\w.]+:(?:\w+\|)*(\w*)$/.exec(typed)?.[1];
  if (modifier !== undefined && quote) {
    const end = start + quote.length + typed.length;
    const own = { file: span.file, start: end - modifier.length, end };
    return inOrder(
      Object.entries(formatModifiers).map(([name, help]) => ({ ...value(typing, name, help), span: own, text: name })),
    );
  }
  const open = /%(?:\{[\w.]*)?$/.exec(typed);
  if (!open || !quote) return [];
  const from = start + quote.length + open.index;
  const to = start + quote.length + typed.length;
  const isClosed = view.model.sources.files[view.file]?.text[to] === "}";
  return Object.entries(formatSpecifiers)
    .filter(([name]) => isWrapper || name !== "mda")
    .map(([name, help]) => ({
      label: `%{${name}}`,
      kind: "value",
      span: { file: span.file, start: from, end: isClosed ? to + 1 : to },
      text: `%{${name}}`,
      filter: `%{${name}`,
      detail: help,
      rank: 0,
    }));
}

/** Where files begin that are in a folder of their own. */
const folders: Readonly<Record<string, readonly string[]>> = {
  "tableStatement table+1": ["/etc/mail/", "/"],
  "pkiOption cert": ["/etc/ssl/", "/etc/letsencrypt/live/"],
  "pkiOption key": ["/etc/ssl/private/", "/etc/letsencrypt/live/"],
  "caStatement cert": ["/etc/ssl/"],
};

/** Files and folders that go on from what is typed. */
function pathsFor(typing: Typing, list: CompletionOptions["list"], wanted: readonly string[]): Completion[] {
  const { typed, quote, span, whole: place, closing, start, view } = typing;
  const isTable = wanted.includes("tableStatement table+1");
  const backend = isTable ? (/^[\w-]+:/.exec(typed)?.[0] ?? "") : "";
  const backends =
    isTable && backend === "" && !typed.startsWith("/") ? [unfinished(typing, "file:", "a text file")] : [];
  const folder = typed.slice(backend.length, typed.lastIndexOf("/") + 1);
  if (isTable && backend === "" && folder === "") return backends;
  // smtpd refuses a path of a table that is not absolute (invalid-table-source).
  const starts = folder === "" ? wanted.flatMap((place) => folders[place] ?? []) : [];
  if (starts.length > 0) {
    return inOrder(
      starts.map((start): Completion => {
        const item = unfinished(typing, backend + start, "a folder");
        // Without a quote in front, a path is no word (unquoted-text).
        return { ...item, kind: "folder", text: quote || backend ? item.text : `"${item.text}` };
      }),
    );
  }
  return list(folder).map((name): Completion => {
    const isFolder = name.endsWith("/");
    const whole = backend + folder + name;
    const kind = isFolder ? "folder" : "file";
    const item = { label: name, kind, detail: whole, rank: 1 } as const;
    if (quote) {
      const from = start + quote.length + backend.length + folder.length;
      const to = isFolder ? span.end : place.end;
      return { ...item, span: { ...span, start: from, end: to }, text: isFolder ? name : name + closing, filter: name };
    }
    const isBare = writeText(whole, isReserved(whole, view.model.target)) === whole;
    if (!isBare) return { ...item, span, text: quoteText(whole) ?? whole, filter: whole };
    return { ...item, span: { ...span, start: start + backend.length + folder.length }, text: name, filter: name };
  });
}
