import type { Action, Option } from "@smtpdlint/grammar";
import { type Model, optionOf, parseDelay } from "@smtpdlint/model";
import { type Envelope, type RecipientAnswer, relaySender, type Smtpd } from "@smtpdlint/policy";
import type { OldAnswer, OldQuestion } from "./old-vectors.ts";

/** An answer as a text in which the same treatment is the same: the first digit of the reply, envelopes without order. */
export const comparable = ({ reply, envelopes }: OldAnswer): string =>
  [reply[0], ...envelopes.map((envelope) => comparableEnvelope(envelope)).sort()].join("\n");

type Fields = Readonly<Record<string, unknown>>;

function comparableEnvelope(envelope: Fields): string {
  const { dest, expire } = envelope;
  const common = { kind: envelope.kind, dest: lower(dest), expire: expire ?? 4 * 86400 };
  if (envelope.kind === "local") {
    const { method, argument, user, as, rcptTo, userbase } = envelope;
    return sorted({ ...common, method, argument: plainPath(argument), user, as, rcptTo: rcptTo === true, userbase });
  }
  const { host, tls, verify, backup, auth, source, hostnames, hostname, pki, ca, mailFrom } = envelope;
  const [, label, name] = /^(?:[a-z+]*:\/\/)?(?:([^@]*)@)?(.*)$/is.exec(String(host ?? "")) ?? [];
  return sorted({
    ...common,
    label: label || undefined,
    host: lower(name),
    tls,
    verify: verify === true,
    backup: backup !== undefined,
    auth,
    source: JSON.stringify(source),
    hostnames: JSON.stringify(hostnames),
    hostname,
    pki: lower(pki),
    ca: lower(ca),
    mailFrom,
  });
}

const lower = (text: unknown) => (text === undefined || text === null ? undefined : String(text).toLowerCase());

/** `~/x` is `%{user.directory}/x`, and a plain maildir has its usual path. */
const plainPath = (argument: unknown) =>
  argument === undefined ? "" : String(argument).replace(/^%\{user\.directory\}\//, "~/");

const sorted = (fields: Fields) =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .sort(),
    ),
  );

/** What smtpd answers with a configuration, in the form of the vectors. */
export function oldAnswerOf({ reply, envelopes }: RecipientAnswer, smtpd: Smtpd, question: OldQuestion): OldAnswer {
  return { reply, envelopes: envelopes.map((envelope) => oldEnvelope(envelope, smtpd, question)) };
}

function oldEnvelope(envelope: Envelope, { policy }: Smtpd, question: OldQuestion): Fields {
  const { model } = policy;
  const action = model.symbols.definitionsOf("action", envelope.action)[0]?.statement as Action;
  const ttl = model.config.statements.findLast(
    (statement) => statement.kind === "queue" && statement.setting?.word === "ttl",
  );
  const own = textOf(optionOf(action, "ttl")) ?? (ttl?.kind === "queue" ? ttl.value?.value : undefined);
  const expire = own === undefined ? undefined : Number(parseDelay(own));
  const table = (word: string) => tableOf(optionOf(action, word), model.tables);
  if (envelope.kind === "local") {
    const { dest, user, as, exec, file, maildir } = envelope;
    const method =
      file !== undefined
        ? "filename"
        : exec !== undefined
          ? "mda"
          : maildir !== undefined
            ? "maildir"
            : action.method?.word;
    const usual = action.method?.word === "maildir" ? "~/Maildir" : undefined;
    const argument = file ?? exec ?? maildir ?? action.argument?.value ?? usual;
    return {
      kind: "local",
      dest,
      method: method === "expand-only" ? "none" : method,
      argument,
      user,
      as,
      rcptTo: action.modifier?.word === "rcpt-to" && method === "lmtp",
      userbase: table("userbase"),
      expire,
    };
  }
  const host = table("host");
  const [url] = Array.isArray(host) ? host : [host];
  const tls = optionOf(action, "tls");
  const scheme = /^[a-z+]*(?=:\/\/)/i.exec(String(url ?? ""))?.[0] ?? "smtp";
  const wanted = {
    smtp: tls ? "starttls" : "opportunistic",
    "smtp+tls": "starttls",
    smtps: "smtps",
    secure: "smtps-then-starttls",
  };
  const sender = question.mailFrom === "" ? "@" : question.mailFrom;
  const changed = relaySender({ mailFrom: sender }, textOf(optionOf(action, "mail-from")));
  return {
    kind: "relay",
    dest: envelope.dest,
    host: url ?? null,
    tls: wanted[scheme as keyof typeof wanted] ?? "none",
    verify: tls !== undefined ? tls.modifier === undefined : scheme === "smtps" || scheme === "smtp+tls",
    backup: optionOf(action, "backup") ? "" : undefined,
    auth: table("auth"),
    source: table("src"),
    hostnames: table("helo-src"),
    hostname: textOf(optionOf(action, "helo")),
    pki: textOf(written(optionOf(action, "pki"))),
    ca: textOf(written(optionOf(action, "ca"))),
    mailFrom: changed === sender ? undefined : changed,
    expire,
  };
}

/** The vectors do not have what 6.0.3 takes by its name; its place is that of the relay. */
const written = (option: Option | undefined) => (option?.value?.span.start === option?.span.start ? undefined : option);

const textOf = (option: Option | undefined) => (option?.value?.kind === "text" ? option.value.value : undefined);

/** A table as the vectors have it: its name, or its entries. */
function tableOf(option: Option | undefined, tables: Model["tables"]): unknown {
  const value = option?.value;
  switch (value?.kind) {
    case "table-reference":
      return `<${value.name?.value}>`;
    case "single-value":
      return [value.text.value];
    case "inline-table":
      return (tables.of(value).entries ?? []).map(({ key, value: mapped }) =>
        mapped ? [key?.value, mapped.value] : key?.value,
      );
    default:
      return undefined;
  }
}
