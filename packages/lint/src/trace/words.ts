import { conjunction, count, makeVisible, quote } from "@smtpdlint/model";
import type {
  Assumption,
  Delivered,
  DeliveryVerdict,
  Destination,
  Explanation,
  Message,
  Outcome,
  Unknown,
  Verdict,
} from "@smtpdlint/policy";

/** What becomes of a recipient, in one line: `delivered to …`, `relayed to …`, `refused with "…"`. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case "unknown":
      return `not known: ${unknownText(verdict.unknown)}`;
    case "refused":
    case "deferred": {
      const now = verdict.kind === "deferred" ? " for now" : "";
      if (verdict.reply === "") return `the connection is closed without a word${afterCommand(verdict.command)}`;
      return `refused${now} with "${makeVisible(verdict.reply)}"${afterCommand(verdict.command)}`;
    }
    case "accepted":
      return conjunction([...new Set(verdict.deliveries.map(deliveryText))]);
  }
}

/** A recipient is refused at its own command, most of the time. */
const afterCommand = (command: string) => {
  if (/^rcpt/i.test(command)) return "";
  if (command === "(connect)") return " at the connection";
  return command === "(message)" ? " after the message" : ` at ${makeVisible(command.split(/[ :]/, 1)[0] ?? "")}`;
};

function deliveryText({ kind, delivered }: DeliveryVerdict): string {
  const { outcome, queued } = delivered;
  const action = `(action "${makeVisible(queued.envelope.action)}")`;
  switch (kind) {
    case "bounced":
      return `accepted, but not delivered: ${makeVisible(outcome.status)} ${action}`;
    case "queued":
      return `accepted, but kept in the queue: ${makeVisible(outcome.status)} ${action}`;
    default:
      return `${destinationText(delivered)} ${action}`;
  }
}

function destinationText({ outcome, queued }: Delivered): string {
  const { destination } = outcome;
  const user = queued.envelope.kind === "local" ? makeVisible(queued.envelope.user) : "";
  switch (destination?.kind) {
    case "maildir":
      return `delivered to the maildir ${makeVisible(destination.folder.replace(/\/new$/, ""))} of ${user}`;
    case "mailbox":
      return `delivered to the mailbox ${makeVisible(destination.path)}`;
    case "file":
      return `appended to the file ${makeVisible(destination.path)}`;
    case "program":
      return `handed over to the program ${quote(destination.command)}, run as ${makeVisible(destination.user)}`;
    case "lmtp":
      return `handed over to the LMTP server ${makeVisible(destination.server)} for <${makeVisible(destination.recipient)}>`;
    case "server":
      return `relayed to ${serverText(destination)}${senderText(destination, outcome, queued.sender)}`;
    default:
      return "accepted";
  }
}

function serverText({ relay, server, recipient }: Extract<Destination, { kind: "server" }>): string {
  if (relay !== undefined) return makeVisible(relay);
  if (server) return `${server.address} port ${server.port}`;
  const domain = recipient.slice(recipient.lastIndexOf("@") + 1);
  return `the mail servers of ${makeVisible(domain)}`;
}

/** Says the sender if it is not the one that the client gave. */
function senderText(
  { sender }: Extract<Destination, { kind: "server" }>,
  _outcome: Outcome,
  given: { readonly user: string; readonly domain: string },
): string {
  if (sender === undefined) return ", with a sender that SRS rewrites";
  const before = given.user === "" ? "" : `${given.user}@${given.domain}`;
  return sender === before ? "" : `, from <${makeVisible(sender)}>`;
}

/** What programs are known to do, by a part of their names. It is never assumed. */
const knownPrograms: readonly (readonly [name: string, does: string])[] = [
  ["rspamd", "it can mark as junk, refuse, and change headers"],
  ["spamassassin", "it can mark as junk, and refuse"],
  ["senderscore", "it can refuse, or mark as junk, by the reputation of the client's address"],
  ["dnsbl", "it can refuse, or mark as junk, clients that are on a list"],
  ["rdns", "it can refuse clients without a proper name"],
  ["dkimsign", "it signs, and does not refuse"],
  ["greylist", "it can refuse for now"],
  ["clamav", "it can refuse mail with a virus"],
];

/** Something of which nothing is known, as a part of a sentence. */
export function unknownText({ topic, about, table, source }: Unknown): string {
  const what = makeVisible(about);
  switch (topic) {
    case "action":
      return `what the action ${quote(about)} does`;
    case "table entry":
      return `the contents of ${tableText(table)}${source === undefined ? "" : ` (${makeVisible(source)})`}`;
    case "forward file":
      return `what is in the .forward file of ${what}`;
    case "include file":
      return `what is in the file ${what}`;
    case "unread configuration":
      return `the ${what} in the part of the configuration that was not read`;
    case "filter":
      return `what the filter ${what} does`;
    default:
      return `the ${topic} ${quote(about)}`;
  }
}

/** An assumption as a sentence without its full stop. */
export function assumptionText({ question, answer }: Assumption): string {
  const { topic, about, table } = question;
  const what = makeVisible(about);
  switch (topic) {
    case "user": {
      if (table !== undefined)
        return `${table} ${answer === "yes" ? "has" : answer === "no" ? "does not have" : "fails for"} ${quote(about)}`;
      return `${what} ${answer === "yes" ? "is a" : "is not a"} user of the machine`;
    }
    case "forward file":
      return `${what} has ${answer === "missing" ? "no" : "a"} .forward file`;
    case "include file":
      return `the file ${what} ${answer === "missing" ? "is not there" : "is there"}`;
    case "table entry":
      return `${table ?? "the table"} has ${answer === "missing" ? "no" : "an"} entry ${quote(about)}`;
    case "condition": {
      const verb = answer === "yes" ? "matches" : answer === "no" ? "does not match" : "fails for";
      return `${tableText(table)} ${verb} ${quote(about)}`;
    }
    case "unread configuration":
      return `the part of the configuration that was not read has ${answer === "none" ? "no" : "other"} ${what}`;
    case "time":
      return `the time stamp in ${what} is ${answer}`;
    case "filter":
      return filterText(about, answer);
    case "password":
      return `the password of ${what} is ${answer}`;
    case "sender": {
      const [user, address] = about.split(" ");
      return `${table ?? "the table"} lets ${user} send as ${address}: ${answer === "allowed" ? "yes" : answer === "refused" ? "no" : "it fails"}`;
    }
    case "smarthost":
      return `it is the turn of the relay ${makeVisible(answer)}`;
  }
}

function filterText(about: string, answer: string): string {
  if (answer === "no" || answer === "yes") {
    const [name, phase] = about.split(" ");
    return `the condition of the filter ${makeVisible(name ?? "")} ${answer === "yes" ? "holds" : "does not hold"} at ${phase}`;
  }
  const does = knownPrograms.find(([name]) => about.toLowerCase().includes(name))?.[1];
  const note = does === undefined ? "" : ` (${does})`;
  return `the filter ${makeVisible(about)} ${answer === "passes" ? "lets the message pass" : "does something"}${note}`;
}

/** The name of a table, or what it is by its position. */
export const tableText = (table: string | undefined) => {
  if (table === undefined) return "the table";
  // Of two configurations, where they look it up.
  if (/^[a-z][\w-]*:/i.test(table)) return makeVisible(table);
  return table.startsWith("<") ? table : table.startsWith("table ") ? `<${table.slice(6)}>` : "the table";
};

/** What a condition of a match rule compares, as a sentence: `the client's address is 203.0.113.25`. */
export function comparedText({ property, compared }: Explanation, message: Message): string {
  const { src, rdns, user, internal } = message;
  switch (property) {
    case "tag":
      return message.tag === "" ? "the listener has no tag" : `the listener's tag is ${quote(message.tag)}`;
    case "from": {
      if (internal) return "an alias or .forward file made the address, which counts as local";
      if (compared?.service === "regex" || compared?.text === rdns) {
        return rdns === "" ? "the client has no name" : `the client's name is ${makeVisible(rdns)}`;
      }
      return src === "local" ? "the message comes by the socket" : `the client's address is ${makeVisible(src)}`;
    }
    case "destination":
      return `the recipient's domain is ${makeVisible(domainOf(message.rcptTo))}`;
    case "helo":
      return `the client calls itself ${makeVisible(message.helo)}`;
    case "auth":
      return user === undefined
        ? "nobody is logged in"
        : user === ""
          ? "sendmail logs in without a name"
          : `${makeVisible(user)} is logged in`;
    case "tls":
      return "smtpd fails over this condition, and tries no other rule";
    case "mailFrom":
      return message.mailFrom === "@" ? "the sender is empty" : `the sender is ${makeVisible(message.mailFrom)}`;
    case "rcptTo":
      return `the recipient is ${makeVisible(message.rcptTo)}`;
  }
}

const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1);

/** `3 rules` */
export const ruleCount = (number: number): string => count(number, "rule");
