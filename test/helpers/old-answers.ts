import type { Action, Option, Release, TableExpression } from "@smtpdlint/grammar";
import { analyse } from "@smtpdlint/lint";
import type { Migration } from "@smtpdlint/migrate";
import { type Model, memoryHost, optionOf, parseDelay, parseMailAddress, parseRelayUrl } from "@smtpdlint/model";
import { describedEnvironment, type Envelope, Expander } from "@smtpdlint/policy";
import { messageOf } from "../../packages/cli/src/trace/batch.ts";
import type { OldQuestion, OldVector } from "./old-vectors.ts";

/**
 * What becomes of a recipient, in words that both languages share: the first
 * digit of the reply, whose texts differ without meaning, and the envelopes.
 */
export interface Treatment {
  readonly reply: string;
  readonly envelopes: readonly Meaning[];
}

type Meaning = Readonly<Record<string, unknown>>;

const fourDays = 4 * 86400;

/** What 6.0.3 did. */
export function oldTreatment({ answer, mailFrom }: OldQuestion): Treatment {
  const envelopes = answer.envelopes.map((envelope): Meaning => {
    const { dest, expire } = envelope as { dest: string; expire?: number };
    const common = { dest: dest.toLowerCase(), expire: expire ?? fourDays };
    if (envelope.kind === "local") {
      const { method, argument, user, as, rcptTo, userbase } = envelope;
      return { kind: "local", ...common, method, argument, user, as, rcptTo: rcptTo ?? false, userbase };
    }
    const [, label = "", host = ""] = /^(?:[^:]*:\/\/)?(?:([^@]*)@)?(.*)$/.exec(String(envelope.host ?? "")) ?? [];
    const { tls, verify, backup, auth, source, hostname, hostnames, pki, ca, mailFrom: sender } = envelope;
    return {
      kind: "relay",
      ...common,
      label,
      host: host.toLowerCase(),
      tls,
      verify: verify ?? false,
      backup,
      // Without a label nobody logs in.
      auth: label === "" ? undefined : tableText(auth),
      sender: sender ?? mailFrom,
      source: tableText(source),
      hostname,
      hostnames: tableText(hostnames),
      pki,
      ca,
    };
  });
  return { reply: answer.reply.slice(0, 1), envelopes };
}

const tableText = (value: unknown) => (Array.isArray(value) ? JSON.stringify(value) : value);

/** Asks a file in today's language what becomes of recipients on a vector's machine. */
export function newTreatments(vector: OldVector, text: string, files: Migration["files"], release: Release) {
  const tables = { ...vector.files, ...files };
  const { model, policy, diagnostics } = analyse("/etc/mail/smtpd.conf", text, memoryHost(tables), { target: release });
  const environment = describedEnvironment({ ...vector, files: tables }, release);
  const expander = new Expander(policy, environment);
  const socketTag = model.listeners.find(({ socket }) => socket) && socketTagOf(model);
  const treatment = (question: OldQuestion): Treatment => {
    // 6.0.3 gave the socket's mail the tag `local` always.
    const tag = question.src === "local" ? (socketTag ?? "") : question.tag;
    const message = messageOf({ ...question, tag }, vector.env.hostname);
    const { alternatives, complete } = expander.expandRecipient(message);
    const answer = alternatives[0]?.result.answer;
    if (!complete || alternatives.length !== 1 || !answer) return { reply: "unknown", envelopes: [] };
    return {
      reply: answer.reply.slice(0, 1),
      envelopes: answer.envelopes.map((envelope) => meaningOf(envelope, model, question, vector.env.hostname)),
    };
  };
  return { treatment, refused: diagnostics.filter(({ category }) => category === "refused") };
}

function socketTagOf({ listeners }: Model): string | undefined {
  const listener = listeners.find(({ socket }) => socket);
  return listener && textOf(optionOf(listener, "tag"));
}

function meaningOf(envelope: Envelope, model: Model, question: OldQuestion, hostName: string): Meaning {
  const action = model.actions.find(({ name }) => name?.value === envelope.action) as Action;
  const text = (word: string) => textOf(optionOf(action, word));
  const ttl = text("ttl");
  const queueTtl = model.config.statements.findLast(
    (statement) => statement.kind === "queue" && statement.setting?.word === "ttl",
  );
  const queue = queueTtl?.kind === "queue" ? queueTtl.value?.value : undefined;
  const common = { dest: envelope.dest.toLowerCase(), expire: parseDelay(ttl ?? queue ?? "4d") };
  if (envelope.kind === "local") {
    const { user, as, exec, file } = envelope;
    const [method, argument] =
      exec !== undefined ? ["mda", exec] : file !== undefined ? ["filename", file] : methodOf(action);
    return {
      kind: "local",
      ...common,
      method,
      argument,
      user,
      as,
      rcptTo: exec === undefined && file === undefined && action.modifier?.word === "rcpt-to",
      userbase: tableOf(optionOf(action, "userbase")),
    };
  }
  const host = optionOf(action, "host");
  const url = host && parseRelayUrl(textOfTable(host.value as TableExpression));
  if (url && "reason" in url) throw new Error(`no relay: ${JSON.stringify(url)}`);
  const tls = optionOf(action, "tls");
  const mode = { smtp: "opportunistic", "smtp+tls": "starttls", smtps: "smtps", "smtp+notls": "none", lmtp: "none" };
  const required = mode[url?.scheme ?? "smtp"];
  const written = host && textOfTable(host.value as TableExpression).replace(/^.*?:\/\/(?:[^@]*@)?/, "");
  const backup = optionOf(action, "backup");
  return {
    kind: "relay",
    ...common,
    label: url?.label ?? "",
    host: written?.toLowerCase() ?? "",
    tls: tls && required === "opportunistic" ? "starttls" : required,
    verify: tls ? tls.modifier === undefined : required === "starttls" || required === "smtps",
    backup: backup && (textOf(backup) ?? hostName),
    auth: url?.label ? tableOf(optionOf(action, "auth")) : undefined,
    sender: rewritten(question.mailFrom, text("mail-from")),
    source: tableOf(optionOf(action, "src")),
    hostname: text("helo"),
    hostnames: tableOf(optionOf(action, "helo-src")),
    pki: text("pki"),
    ca: text("ca"),
  };
}

function methodOf({ method, argument }: Action): readonly [string, string | undefined] {
  const word = method?.word ?? "";
  if (word === "mbox") return [word, undefined];
  if (word === "maildir") return [word, (argument?.value ?? "~/Maildir").replace(/^%\{user\.directory\}\//, "~/")];
  return word === "expand-only" || word === "forward-only" ? ["none", undefined] : [word, argument?.value];
}

/** The sender after `mail-from` (mta_session.c): what it leaves out stays. */
function rewritten(sender: string, option: string | undefined): string {
  if (option === undefined || sender === "") return sender;
  const [old, wanted] = [parseMailAddress(sender), parseMailAddress(option)];
  return `${wanted?.user || old?.user}@${wanted?.domain || old?.domain}`;
}

const textOf = (option: Option | undefined) => (option?.value?.kind === "text" ? option.value.value : undefined);

function tableOf(option: Option | undefined): string | undefined {
  const table = option?.value as TableExpression | undefined;
  if (!table) return undefined;
  if (table.kind === "table-reference") return `<${table.name?.value}>`;
  if (table.kind === "single-value") return JSON.stringify([table.text.value]);
  return JSON.stringify(table.entries.map(({ key, value }) => (value ? [key.value, value.value] : key.value)));
}

const textOfTable = (table: TableExpression) => (table.kind === "single-value" ? table.text.value : "");

/** What of two treatments differs: `reply`, or names of parts of an envelope; none if nothing does. */
export function differences(one: Treatment, other: Treatment): string[] {
  if (one.reply !== other.reply) return [`reply ${one.reply} → ${other.reply}`];
  const texts = (list: readonly Meaning[]) => list.map((item) => canonical(item)).toSorted();
  const [left, right] = [texts(one.envelopes), texts(other.envelopes)];
  if (left.join("\n") === right.join("\n")) return [];
  if (left.length !== right.length) return [`envelopes ${left.length} → ${right.length}`];
  const names = new Set<string>();
  for (const [index, text] of left.entries()) {
    const [a, b] = [JSON.parse(text), JSON.parse(right[index] as string)] as [Meaning, Meaning];
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (JSON.stringify(a[key]) !== JSON.stringify(b[key])) names.add(key);
    }
  }
  return [...names].toSorted();
}

const canonical = (meaning: Meaning) =>
  JSON.stringify(Object.fromEntries(Object.entries(meaning).toSorted(([a], [b]) => (a < b ? -1 : 1))));
