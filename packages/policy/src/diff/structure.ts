import type { Listen, Span, Statement } from "@smtpdlint/grammar";
import { optionOf, parseDelay, sessionLimits, tlsOption } from "@smtpdlint/model";
import { isOwnOption } from "./own-options.ts";
import type { Side } from "./side.ts";
import type { Sides } from "./sides.ts";
import { textAt } from "./text-at.ts";

/** What differs in the configurations themselves, whatever the message: at a listener, in its filters, or in a setting. */
export interface StructuralDifference {
  readonly kind: "listener" | "filter" | "setting";
  /** The option or setting that differs; for filters, `filter`. */
  readonly what: string;
  /** The number of the way in; undefined for a setting. */
  readonly way: number | undefined;
  /** What each side has; undefined if it has nothing. */
  readonly old: Written | undefined;
  readonly new: Written | undefined;
}

/** A text of the configuration, and where it stands. */
export interface Written {
  readonly text: string;
  readonly span: Span | undefined;
}

/** The differences of what both sides have: listeners at the same place, and settings. */
export function structuralDifferences(sides: Sides): StructuralDifference[] {
  return [...listenerDifferences(sides), ...settingDifferences(sides)];
}

function listenerDifferences({ old, current, ways }: Sides): StructuralDifference[] {
  return ways.flatMap((way, number) => {
    if (!way.old || !way.new) return [];
    const [one, other] = [optionsOf(way.old.listener, old), optionsOf(way.new.listener, current)];
    const words = [...new Set([...one.keys(), ...other.keys()])].sort();
    const found = words
      .filter((word) => one.get(word)?.meaning !== other.get(word)?.meaning)
      .map((word): StructuralDifference => {
        const kind = word === "filter" ? "filter" : "listener";
        return { kind, what: word, way: number, old: one.get(word)?.place, new: other.get(word)?.place };
      });
    return found;
  });
}

/** What is the same by the place, or only a name for match rules. */
const leftOut = ["tag", "port", "inet4", "inet6"];

/** The options of a listener by their words; of the socket that smtpd opens without being told, none. */
function optionsOf(listener: Listen | undefined, { meanings, smtpd, comparison }: Side): Map<string, Setting> {
  const found = new Map<string, Setting>();
  const meaningOf = listener && meanings.ofOptions(listener);
  for (const { keyword, span } of listener?.options ?? []) {
    if (leftOut.includes(keyword.word) || (comparison === "hosts" && isOwnOption(keyword.word))) continue;
    const word = keyword.word === "mask-source" ? "mask-src" : keyword.word;
    const meaning = (meaningOf ?? []).filter(([own]) => own === keyword.word).map(([, text]) => text);
    found.set(word, { meaning: meaning.join(), place: { text: textAt(span, smtpd.policy.model), span } });
  }
  // Before 7.5 only a socket that is listed offers DSN (smtp_session.c).
  if (listener?.socket && !smtpd.isAtLeast("7.5") && comparison !== "migration") {
    found.set("socket", {
      meaning: "",
      place: { text: textAt(listener.span, smtpd.policy.model), span: listener.span },
    });
  }
  return found;
}

interface Setting {
  readonly meaning: string;
  readonly place: Written;
}

function settingDifferences({ old, current }: Sides): StructuralDifference[] {
  const [before, after] = [settingsOf(old), settingsOf(current)];
  const words = [...new Set([...before.keys(), ...after.keys()])].sort();
  return (
    words
      // Each action of a migration says for how long it keeps mail.
      .filter((word) => !(old.comparison === "migration" && word === "queue ttl"))
      .filter((word) => meaningIn(before, word) !== meaningIn(after, word))
      .map((word) => ({
        kind: "setting",
        what: word,
        way: undefined,
        old: before.get(word)?.place,
        new: after.get(word)?.place,
      }))
  );
}

/** smtpd's own values (config.c, parse.y), so that writing them down is no difference. */
const defaults: Readonly<Record<string, string>> = {
  "queue ttl": String(4 * 86400),
  "bounce warn-interval": String(4 * 3600),
  "smtp sub-addr-delim": '"+"',
  "srs ttl": String(4 * 86400),
  "smtp limit max-mails": "100",
  "smtp limit max-rcpt": "1000",
  "smtp max-message-size": String(35 * 1024 * 1024),
};

const meaningIn = (settings: ReadonlyMap<string, Setting>, word: string) =>
  settings.get(word)?.meaning ?? defaults[word];

/** What is set otherwise than smtpd has it by itself, by its words and in their order. */
export function settingMeanings(side: Side): (readonly [word: string, meaning: string])[] {
  const settings = [...settingsOf(side)].map(([word, { meaning }]) => [word, meaning] as const);
  return settings.filter(([word, meaning]) => meaning !== defaults[word]).sort(([a], [b]) => (a < b ? -1 : 1));
}

const delay = (text: string) => String(parseDelay(text) ?? text);

/** What is set, by its words; of statements for the same thing the last one counts. */
function settingsOf({ smtpd: { policy }, comparison }: Side): Map<string, Setting> {
  const { config, target, listeners } = policy.model;
  const isOfHost = comparison === "hosts";
  const found = new Map<string, Setting>();
  const put = (word: string, meaning: string, { span }: Statement) =>
    found.set(word, { meaning, place: { text: textAt(span, policy.model), span } });
  // Each listener of a migration has the pki that it has taken by its name.
  const isByName =
    comparison !== "migration" && listeners.some((listener) => tlsOption(listener) && !optionOf(listener, "pki"));
  for (const statement of config.statements) {
    switch (statement.kind) {
      case "admd":
        if (!isOfHost) put("admd", statement.value?.value ?? "", statement);
        break;
      // Without one of its own a listener takes that of the name that the client asks for.
      case "pki":
        for (const { keyword, value } of isByName && !isOfHost ? statement.options : []) {
          put(`pki ${statement.name?.value} ${keyword.word}`, value?.kind === "text" ? value.value : "", statement);
        }
        break;
      case "bounce":
        put("bounce warn-interval", statement.delays.map(({ value }) => delay(value)).join(), statement);
        break;
      case "queue": {
        const { setting, value } = statement;
        const text = value?.value ?? "";
        put(`queue ${setting?.word}`, setting?.word === "ttl" ? delay(text) : text, statement);
        break;
      }
      case "srs": {
        const { setting, backup, value } = statement;
        const text = value?.value ?? "";
        const word = `srs ${setting?.word}${backup ? " backup" : ""}`;
        put(word, setting?.word === "ttl" ? delay(text) : text, statement);
        break;
      }
      case "mda":
        for (const { name, value } of statement.limits) put(`mda limit ${name.value}`, value?.text ?? "", statement);
        if (statement.name) put(`mda wrapper ${statement.name.value}`, statement.command?.value ?? "", statement);
        break;
      case "scheduler":
        for (const { name, value } of statement.limits) {
          put(`scheduler limit ${name.value}`, value?.text ?? "", statement);
        }
        break;
      case "mta": {
        const place = statement.domain ? ` for domain ${statement.domain.value}` : "";
        if (statement.value) put(`mta ${statement.setting?.word}`, statement.value.text, statement);
        for (const limit of statement.limits) {
          if (limit.kind === "limit") put(`mta limit${place} ${limit.name.value}`, limit.value?.text ?? "", statement);
          else put(`mta limit${place} family`, limit.word, statement);
        }
        break;
      }
      case "smtp": {
        const { setting, value, limits } = statement;
        const { mails, recipients, bytes } = sessionLimits(config, target);
        for (const { name, value: number } of limits) {
          const own = { "max-mails": mails, "max-rcpt": recipients }[name.value];
          put(`smtp limit ${name.value}`, String(own ?? number?.text), statement);
        }
        if (setting?.word === "max-message-size") put("smtp max-message-size", String(bytes), statement);
        else if (setting && value) put(`smtp ${setting.word}`, JSON.stringify(value.value), statement);
        break;
      }
    }
  }
  return found;
}
