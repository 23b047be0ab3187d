import { isAtLeast, type legacy, type Text } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import type { Context } from "../context.ts";
import { socketTag } from "../facts.ts";
import { type Piece, pieces } from "../pieces.ts";
import { missingPki, runtimeName } from "./pki.ts";

const renamed: Readonly<Record<string, string>> = { "mask-source": "mask-src", certificate: "pki" };
/** These made a listener on two ports. */
const both = ["secure", "ssl"];
const tlsWords = ["tls", "tls-require", "smtps", ...both];

export function translateListen(listen: legacy.Listen, context: Context): Piece[][] | undefined {
  const { words, facts } = context;
  const { keyword, options, socket } = listen;
  const find = (...names: string[]) => options.find((option) => names.includes(option.keyword.word));
  const split = find(...both);
  if (split && find("port")) {
    context.leaveOut(split.span, `${quote(split.keyword.word)} cannot be on one port: choose tls or smtps`);
    return undefined;
  }
  const before: Piece[][] = [];
  const certificate = find("certificate");
  if (certificate?.value?.kind === "text" && !facts.pkis.has(certificate.value.value.toLowerCase())) {
    const name = certificate.value.value.toLowerCase();
    context.announce(
      "pki-missing",
      certificate.span,
      `up to 5.3 the certificate ${quote(name)} was in /etc/mail/certs; check the files of 'pki ${name}'`,
    );
    before.push(...missingPki(name, `/etc/mail/certs/${name}.crt`, `/etc/mail/certs/${name}.key`, context));
  }
  const added = find(...tlsWords) && !find("pki", "certificate") ? addedPki(listen, before, context) : undefined;
  const line = (mode: string) =>
    pieces(
      words.keyword(keyword),
      "on",
      socket ? words.keyword(socket) : listen.interface && words.text(listen.interface),
      ...options.map((option) => translateOption(option, mode, added, context)),
      added?.ca,
      socket && facts.usesSocketTag ? pieces("tag", words.quoted(socketTag)) : undefined,
    );
  return [...before, ...(split ? [line("tls"), line("smtps")] : [line("")])];
}

/** What stands behind the option that turns TLS on. */
interface Added {
  readonly pki: Piece[] | undefined;
  readonly ca: Piece[] | undefined;
}

function translateOption(
  { keyword, modifier, value, span }: legacy.Option,
  mode: string,
  added: Added | undefined,
  { words, facts, announce, leaveOut }: Context,
): Piece[] {
  switch (keyword.word) {
    case "filter":
      if (facts.filters.has((value as Text).value)) return pieces(words.keyword(keyword), words.text(value as Text));
      leaveOut(
        span,
        `filters of releases before 6.4 are gone: ${quote((value as Text).value)} needs a filter of today's`,
      );
      return [];
    case "dsn-ret":
    case "dsn-notify":
      announce(
        "dsn-option",
        span,
        `${quote(keyword.word)} is left out; no-dsn turns delivery status notifications off`,
      );
      return [];
    case "enable":
      return pieces(words.keyword(keyword, "auth"));
    case "pki":
    case "certificate":
    case "ca":
      return pieces(words.keyword(keyword, renamed[keyword.word]), words.lower(value as Text));
    default: {
      const word = both.includes(keyword.word) ? mode : (renamed[keyword.word] ?? keyword.word);
      const written =
        value &&
        (value.kind === "number"
          ? words.number(value)
          : value.kind === "text"
            ? words.text(value)
            : words.table(value));
      const pki = tlsWords.includes(keyword.word) ? added?.pki : undefined;
      const verify = modifier && words.keyword(modifier);
      // `masquerade` follows the table, `verify` the word.
      return value
        ? pieces(words.keyword(keyword, word), written, verify)
        : pieces(words.keyword(keyword, word), verify, pki);
    }
  }
}

/**
 * The pki of a listener that names none. 6.0.3 took that with the name of the
 * listener, of the address or of the machine, else `*`, when a client started
 * TLS (smtp_session.c); from 7.0 on smtpd demands one at its start.
 */
function addedPki(listen: legacy.Listen, before: Piece[][], context: Context): Added {
  const { facts, words, target, announce } = context;
  const { span, options } = listen;
  const names = candidates(listen, context);
  const found = [
    ...names.map((name) => runtimeName(facts.pkis, name)).filter((name) => name !== "*"),
    runtimeName(facts.pkis, undefined),
  ].find((name) => name !== undefined);
  const verifies = options.some(({ modifier }) => modifier?.word === "verify");
  const ca =
    verifies && !options.some(({ keyword }) => keyword.word === "ca") ? runtimeName(facts.cas, names[0]) : undefined;
  if (ca) announce("ca-added", span, `'ca ${ca}' is written out: 6.0.3 took it because of its name`);
  const added = (name: string | undefined) => ({
    pki: name === undefined ? undefined : pieces("pki", words.written(name)),
    ca: ca === undefined ? undefined : pieces("ca", words.written(ca)),
  });
  if (found !== undefined) {
    announce("pki-added", span, `'pki ${found}' is written out: 6.0.3 took it because of its name`);
    return added(found);
  }
  const [only, ...more] = facts.pkis;
  if (only !== undefined && names.length === 0) {
    const others = more.length > 0 ? `, or one of ${more.map(quote).join(", ")}` : "";
    announce(
      "pki-chosen",
      span,
      `the listener names no pki: 'pki ${only}' is right if this machine is called so${others}`,
    );
    return added(only);
  }
  if (facts.templatePki) {
    const name = words.text(facts.templatePki);
    announce("pki-chosen", span, `the listener names no pki: check whether 'pki ${name.text}' is right`);
    return { ...added(undefined), pki: pieces("pki", name) };
  }
  if (!isAtLeast(target, "7.0")) return added(undefined);
  const name = names[0]?.toLowerCase() ?? "localhost";
  announce(
    "pki-missing",
    span,
    `TLS needs a certificate: check the files of 'pki ${name}', which the old file did not have`,
  );
  if (!facts.invented.has(name))
    before.push(...missingPki(name, `/etc/ssl/${name}.crt`, `/etc/ssl/private/${name}.key`, context));
  facts.invented.add(name);
  return added(name);
}

/** The names under which 6.0.3 looked for a listener's pki; none if nobody knows them. */
function candidates({ options }: legacy.Listen, { facts, hostName }: Context): readonly string[] {
  const find = (word: string) => options.find(({ keyword }) => keyword.word === word)?.value;
  const name = find("hostname");
  if (name?.kind === "text") return [name.value];
  const table = find("hostnames");
  const listed = table && table.kind !== "text" && table.kind !== "number" ? (facts.tables.of(table) ?? []) : [];
  return [...listed.map(({ value = "" }) => value), ...(hostName === undefined ? [] : [hostName])];
}
