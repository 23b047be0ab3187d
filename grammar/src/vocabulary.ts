import { isAlive, type Lifetime, type Release } from "./release.ts";

/**
 * The words of the language: the one table from which come the keyword tokens,
 * the version checks, the lists of what may stand somewhere, completion, hover
 * and the TextMate grammar. Facts: parse.y of the releases 6.4 to 7.8 and
 * smtpd.conf(5); the help lines are ours.
 */

/** One place where a word may stand. */
export interface Use extends Lifetime {
  /** The grammar rule that takes the word (a property of `SmtpdParser`). */
  readonly rule: string;
  readonly word: string;
  /** The construct as the manual would write it, the word included. */
  readonly syntax: string;
  /** One line: what it does. */
  readonly help: string;
  /** What holds when it is not written. */
  readonly default?: string;
}

/** A word of the language, and all that it can be. */
export interface Word {
  readonly word: string;
  /** When the lexer takes the unquoted word for a keyword; undefined: never. */
  readonly reserved?: Lifetime;
  readonly uses: readonly Use[];
}

type UseText = Omit<Use, "rule" | "word">;

function use(syntax: string, help: string, more: Lifetime & { default?: string } = {}): UseText {
  return { syntax, help, ...more };
}

/** `uses` is keyed by rule names; several rules that share a text are separated by blanks. */
function word(text: string, reserved: Release | Lifetime | undefined, uses: Record<string, UseText> = {}): Word {
  const expanded = Object.entries(uses).flatMap(([rules, entry]) =>
    rules.split(" ").map((rule) => ({ rule, word: text, ...entry })),
  );
  const lifetime = typeof reserved === "string" ? { since: reserved } : reserved;
  return { word: text, uses: expanded, ...(lifetime && { reserved: lifetime }) };
}

const since = (release: Release) => ({ since: release });
const none = undefined;

/** All words of the language: what is reserved since when, what each means where it stands (parse.y, smtpd.conf(5)). */
export const vocabulary: readonly Word[] = [
  word("action", "6.4", {
    actionStatement: use(
      "action NAME METHOD [OPTION …]",
      "defines a way to deliver or relay mail, for match rules to choose",
    ),
    outcome: use("action NAME", "the action for the mail; it must be defined above"),
  }),
  word("admd", "6.8", {
    admdStatement: use("admd AUTHSERVID", "the administrative domain that filters put into Authentication-Results", {
      since: "6.8",
      default: "the server name",
    }),
  }),
  word("alias", "6.4", {
    localOption: use("alias <table>", "expands local users through a table in the form of aliases(5)"),
  }),
  word("any", "6.4", {
    matchFrom: use("from any", "clients from anywhere"),
    matchFor: use("for any", "recipients in any domain"),
  }),
  word("auth", "6.4", {
    relayOption: use("auth <table>", "logs in at the relay host with the credentials of the URL's label"),
    matchOption: use("auth [[regex] USER]", "sessions that have logged in, optionally as one of these users"),
    matchFrom: use("from auth [[regex] USER]", "sessions that have logged in, whatever their address", since("6.7")),
    filterPhase: use("phase auth", "meant for after login; the daemon runs such a filter at connect", since("6.7")),
    authTest: use("auth [[regex] USER]", "the session has logged in, optionally as one of these users", since("6.7")),
    listenOption: use("auth [<table>]", "clients must log in before they may send"),
  }),
  word("auth-optional", "6.4", {
    listenOption: use("auth-optional [<table>]", "clients may log in but need not"),
  }),
  word("backup", "6.4", {
    relayOption: use("backup [mx NAME]", "acts as backup MX: relays only to exchangers of higher priority"),
    srsStatement: use(
      "srs key backup SECRET",
      "the previous secret, still accepted while keys are rotated",
      since("6.6"),
    ),
  }),
  word("bounce", "6.4", {
    bounceStatement: use("bounce warn-interval DELAY[, DELAY …]", "when to warn the sender of mail that is stuck", {
      default: "4h",
    }),
  }),
  word("bypass", "6.7", {
    earlyFilterAction: use("bypass", "skips the filters that follow in this phase", since("6.7")),
  }),
  word("ca", "6.4", {
    caStatement: use("ca NAME cert FILE", "names a file with certificates of authorities"),
    relayOption: use("ca NAME", "verifies the other server with this authority"),
    listenOption: use("ca NAME", "verifies client certificates with this authority"),
  }),
  word("cert", "6.4", {
    caStatement: use("ca NAME cert FILE", "the file with the authority's certificates"),
    pkiOption: use("pki NAME cert FILE", "the certificate with its chain, in PEM form"),
  }),
  word("chain", "6.6", {
    filterStatement: use(
      "filter NAME chain { NAME[, NAME …] }",
      "runs several filters one after the other",
      since("6.6"),
    ),
  }),
  word("chroot", "6.6", {
    procOption: use("chroot DIRECTORY", "runs the process with this directory as its root", since("6.6")),
  }),
  word("ciphers", "6.4", {
    smtpStatement: use("smtp ciphers STRING", "TLS ciphers of all listeners", { default: "HIGH:!aNULL:!MD5" }),
    relayOption: use("ciphers STRING", "TLS ciphers towards other servers", since("7.0")),
    listenOption: use("ciphers STRING", "TLS ciphers of this listener", since("7.0")),
  }),
  word("commit", "6.6", {
    filterPhase: use("phase commit", "after the whole message has arrived", since("6.6")),
  }),
  word("compression", "6.4", {
    queueStatement: use("queue compression", "keeps queue files compressed"),
  }),
  word("connect", "6.6", {
    filterPhase: use("phase connect", "when a client connects, before the banner", since("6.6")),
  }),
  word("data", "6.6", {
    filterPhase: use("phase data", "after the DATA command", since("6.6")),
  }),
  word("data-line", "6.6"),
  word("dhe", "6.4", {
    pkiOption: use("pki NAME dhe none|auto|legacy", "parameters for ephemeral Diffie-Hellman", { default: "none" }),
  }),
  word("disconnect", "6.6", {
    filterAction: use('disconnect "4xx or 5xx TEXT"', "answers with the text and ends the session", since("6.6")),
  }),
  word("domain", "6.4", {
    mtaStatement: use("mta limit for domain DOMAIN", "limits for mail to one domain"),
    relayOption: use("domain <table>", "looks the relay host up by the recipient's domain", since("6.7")),
    matchFor: use("for domain [regex] DOMAIN", "recipients in these domains"),
  }),
  word("ehlo", "6.6", {
    filterPhase: use("phase ehlo", "after the EHLO command", since("6.6")),
  }),
  word("encryption", "6.4", {
    queueStatement: use("queue encryption [KEY]", "keeps queue files encrypted; the key has 32 characters"),
  }),
  word("expand-only", "6.4", {
    localMethod: use("expand-only", "accepts mail only if an alias or .forward says how to deliver it"),
  }),
  word("fcrdns", "6.6", {
    globalTest: use("fcrdns", "the client's reverse DNS name leads back to its address", since("6.6")),
  }),
  word("filter", "6.4", {
    filterStatement: use("filter NAME proc|proc-exec|phase|chain …", "defines a filter", since("6.6")),
    relayOption: use("filter NAME | { NAME … }", "filters outgoing sessions", since("6.7")),
    listenOption: use("filter NAME | { NAME … }", "filters incoming sessions"),
    socketOption: use("filter NAME | { NAME … }", "filters mail from this machine's sendmail(8)"),
  }),
  word("for", "6.4", {
    mtaStatement: use("mta limit for domain DOMAIN …", "limits for mail to one domain"),
    matchOption: use("for any|local|domain|rcpt-to …", "where the mail goes", { default: "for local" }),
  }),
  word("forward-only", "6.4", {
    localMethod: use("forward-only", "accepts mail only if an alias or .forward sends it elsewhere"),
  }),
  word("from", "6.4", {
    matchOption: use("from any|local|socket|src|rdns|auth|mail-from …", "where the mail comes from", {
      default: "from local",
    }),
  }),
  word("group", "6.6", {
    procOption: use("group GROUP", "runs the process in this group", since("6.6")),
  }),
  word("helo", "6.4", {
    relayOption: use("helo NAME", "the name to greet other servers with"),
    matchOption: use("helo [regex] NAME", "the name that the client greeted with"),
    filterPhase: use("phase helo", "after the HELO command", since("6.6")),
    heloTest: use("helo [regex] NAME", "the name that the client greeted with", since("6.6")),
  }),
  word("helo-src", "6.4", {
    relayOption: use("helo-src <table>", "maps our source address to the name to greet with"),
  }),
  word("host", "6.4", {
    relayOption: use("host URL", "relays to this host and asks no MX: [scheme://][label@]host[:port]"),
  }),
  word("hostname", "6.4", {
    listenOption: use("hostname NAME", "the server's name in the greeting", { default: "the machine's name" }),
  }),
  word("hostnames", "6.4", {
    listenOption: use("hostnames <table>", "maps our address to the name in the greeting"),
  }),
  word("include", "6.4", {
    includeStatement: use('include "FILE"', "reads another configuration file in place of this line"),
  }),
  word("inet4", "6.4", {
    mtaLimit: use("inet4", "relays over IPv4 only"),
    listenOption: use("inet4", "listens on IPv4 addresses only"),
  }),
  word("inet6", "6.4", {
    mtaLimit: use("inet6", "relays over IPv6 only"),
    listenOption: use("inet6", "listens on IPv6 addresses only"),
  }),
  word("junk", "6.4", {
    localMethod: use("maildir [PATH] junk", "moves mail with a positive X-Spam header to the Junk folder"),
    earlyFilterAction: use("junk", "marks the message with X-Spam: yes", since("6.6")),
  }),
  word("key", "6.4", {
    pkiOption: use("pki NAME key FILE", "the private key that belongs to the certificate"),
    srsStatement: use("srs key SECRET", "the secret that signs rewritten senders", since("6.6")),
  }),
  word("limit", "6.4", {
    mdaStatement: use("mda limit NAME NUMBER", "limits of local delivery"),
    mtaStatement: use("mta limit [for domain DOMAIN] NAME NUMBER", "limits of relaying"),
    schedulerStatement: use("scheduler limit NAME NUMBER", "limits of the scheduler"),
    smtpStatement: use("smtp limit max-mails|max-rcpt NUMBER", "limits of incoming sessions"),
  }),
  word("listen", "6.4", {
    listenStatement: use(
      "listen on INTERFACE|socket [OPTION …]",
      "accepts mail on an interface, an address or the local socket",
    ),
  }),
  word("lmtp", "6.4", {
    localMethod: use("lmtp DESTINATION [rcpt-to]", "delivers over LMTP to host:port or a socket's path"),
  }),
  word("local", "6.4", {
    matchFrom: use("from local", "this machine: its socket and its own addresses"),
    matchFor: use("for local", "recipients in this machine's own names"),
  }),
  word("mail-from", "6.4", {
    relayOption: use("mail-from ADDRESS", "replaces the sender in the envelope"),
    matchOption: use("mail-from [regex] SENDER", "the sender in the envelope"),
    matchFrom: use("from mail-from [regex] SENDER", "these senders, whatever their address", since("6.7")),
    filterPhase: use("phase mail-from", "after the MAIL FROM command", since("6.6")),
    mailFromTest: use("mail-from [regex] SENDER", "the sender in the envelope", since("6.6")),
  }),
  word("maildir", "6.4", {
    localMethod: use("maildir [PATH] [junk]", "delivers into a maildir", { default: "~/Maildir" }),
  }),
  word("mask-src", "6.4", {
    listenOption: use("mask-src", "leaves the client out of the Received header"),
    socketOption: use("mask-src", "leaves the client out of the Received header"),
  }),
  word("masquerade", "6.4", {
    listenOption: use("senders <table> masquerade", "also rewrites the From header to the envelope's sender"),
  }),
  word("match", "6.4", {
    matchStatement: use("match [CONDITION …] action NAME | reject", "a rule; the first that matches decides"),
    filterPhase: use("match [!] CONDITION", "what the filter looks at", since("6.6")),
  }),
  word("max-deferred", "6.4", {
    mtaStatement: use("mta max-deferred NUMBER", "envelopes kept ready for a host that is down", { default: "100" }),
  }),
  word("max-message-size", "6.4", {
    smtpStatement: use("smtp max-message-size SIZE", "refuses larger messages", { default: "35M" }),
  }),
  word("mbox", "6.4", {
    localMethod: use("mbox", "delivers into the user's mailbox file"),
  }),
  word("mda", "6.4", {
    mdaStatement: use("mda limit|wrapper …", "settings of local delivery"),
    localMethod: use("mda COMMAND", "delivers by handing the mail to a command"),
  }),
  word("mta", "6.4", {
    mtaStatement: use("mta limit|max-deferred …", "settings of relaying"),
  }),
  word("mx", "6.4", {
    relayOption: use("backup mx NAME", "the exchanger whose priority we have"),
  }),
  word("no-dsn", "6.4", {
    listenOption: use("no-dsn", "does not offer delivery status notifications"),
    socketOption: use("no-dsn", "does not offer delivery status notifications", since("7.5")),
  }),
  word("no-verify", "6.4", {
    relayOption: use("tls no-verify", "encrypts without asking for a valid certificate"),
  }),
  word("noop", "6.6"),
  word("on", "6.4", {
    listenStatement: use("listen on INTERFACE|socket", "where to listen"),
  }),
  word("phase", "6.6", {
    filterStatement: use(
      "filter NAME phase PHASE match CONDITION ACTION",
      "a filter that smtpd runs itself",
      since("6.6"),
    ),
  }),
  word("pki", "6.4", {
    pkiStatement: use("pki NAME cert|key|dhe …", "names a certificate and its key"),
    relayOption: use("pki NAME", "shows this certificate to other servers"),
    listenOption: use("pki NAME", "the certificate of this listener"),
  }),
  word("port", "6.4", {
    listenOption: use("port PORT", "a number or a service name", { default: "25, or 465 with smtps" }),
  }),
  word("proc", "6.6", {
    procStatement: use("proc NAME COMMAND [OPTION …]", "a filter process that several filters may share", since("6.6")),
    filterStatement: use("filter NAME proc PROC", "a filter that a proc above implements", since("6.6")),
  }),
  word("proc-exec", "6.6", {
    filterStatement: use(
      "filter NAME proc-exec COMMAND [OPTION …]",
      "a filter with a process of its own",
      since("6.6"),
    ),
  }),
  word("protocols", "7.0", {
    relayOption: use("protocols STRING", "TLS versions towards other servers", since("7.0")),
    listenOption: use("protocols STRING", "TLS versions of this listener", since("7.0")),
  }),
  word("proxy-v2", "6.6", {
    listenOption: use("proxy-v2", "reads the client's address from the PROXY protocol", since("6.6")),
  }),
  word("queue", "6.4", {
    queueStatement: use("queue compression|encryption|ttl …", "settings of the queue"),
  }),
  word("quit", "6.6"),
  word("rcpt-to", "6.4", {
    localMethod: use("lmtp DESTINATION rcpt-to", "hands over the recipient's address instead of the user"),
    matchOption: use("rcpt-to [regex] RECIPIENT", "the recipient in the envelope"),
    matchFor: use("for rcpt-to [regex] RECIPIENT", "these recipients, in any domain", since("6.7")),
    filterPhase: use("phase rcpt-to", "after each RCPT TO command", since("6.6")),
    rcptToTest: use("rcpt-to [regex] RECIPIENT", "the recipient in the envelope", since("6.6")),
  }),
  word("rdns", "6.6", {
    matchFrom: use("from rdns [[regex] NAME]", "clients that have a reverse DNS name, or one of these", since("6.6")),
    globalTest: use("rdns [[regex] NAME]", "the client has a reverse DNS name, or one of these", since("6.6")),
  }),
  word("received-auth", "6.4", {
    listenOption: use("received-auth", "writes the login name into the Received header"),
  }),
  word("recipient", "6.4"),
  word("regex", "6.6", {
    "matchOption matchFrom matchFor globalTest heloTest authTest mailFromTest rcptToTest": use(
      "regex PATTERN",
      "reads the values as POSIX extended regular expressions",
      since("6.6"),
    ),
  }),
  word("reject", "6.4", {
    outcome: use("reject", "refuses the mail"),
    filterAction: use('reject "4xx or 5xx TEXT"', "refuses the command with this answer", since("6.6")),
  }),
  word("relay", "6.4", {
    actionStatement: use("relay [OPTION …]", "hands the mail to another server"),
  }),
  word("report", "6.6", {
    filterAction: use("report TEXT", "reports the text to the filters that listen to reports", since("6.6")),
  }),
  word("rewrite", "6.6", {
    filterAction: use("rewrite VALUE", "replaces the parameter of the command", since("6.6")),
  }),
  word("rset", "6.6"),
  word("scheduler", "6.4", {
    schedulerStatement: use("scheduler limit NAME NUMBER", "limits of the scheduler"),
  }),
  word("senders", "6.4", {
    listenOption: use("senders <table> [masquerade]", "maps a login to the senders that it may use"),
  }),
  word("smtp", "6.4", {
    smtpStatement: use("smtp ciphers|limit|max-message-size|sub-addr-delim …", "settings of incoming sessions"),
    portNumber: use("port smtp", "port 25", since("6.6")),
  }),
  word("smtp-in", "6.6"),
  word("smtp-out", "6.6"),
  word("smtps", "6.4", {
    listenOption: use("smtps [verify]", "TLS from the first byte, by default on port 465"),
    portNumber: use("port smtps", "port 465", since("6.6")),
  }),
  word("socket", "6.4", {
    listenStatement: use("listen on socket", "the local socket that sendmail(8) uses"),
    matchFrom: use("from socket", "mail from this machine's sendmail(8)"),
  }),
  word("src", "6.4", {
    relayOption: use("src ADDRESS", "the address to connect from"),
    matchFrom: use("from src [regex] ADDRESS", "clients with these addresses or networks"),
    globalTest: use("src [regex] ADDRESS", "the client's address", since("6.6")),
  }),
  word("srs", "6.6", {
    srsStatement: use("srs key|ttl …", "settings of the Sender Rewriting Scheme", since("6.6")),
    relayOption: use("srs", "rewrites the sender of forwarded mail; needs `srs key` above", since("6.6")),
  }),
  word("sub-addr-delim", "6.4", {
    smtpStatement: use("smtp sub-addr-delim CHARACTER", "what separates a user from a tag in addresses", {
      default: "+",
    }),
  }),
  word("table", "6.4", {
    tableStatement: use("table NAME [TYPE:]PATH | { VALUE … }", "names a list or a mapping"),
  }),
  word("tag", "6.4", {
    matchOption: use("tag [regex] TAG", "sessions of listeners with this tag"),
    listenOption: use("tag TAG", "marks sessions of this listener, for match rules"),
    socketOption: use("tag TAG", "marks local mail, for match rules", since("6.7")),
  }),
  word("tagged", "6.4"),
  word("tls", "6.4", {
    relayOption: use("tls [no-verify]", "relays only over TLS"),
    matchOption: use("tls", "sessions that use TLS"),
    listenOption: use("tls", "offers STARTTLS"),
  }),
  word("tls-require", "6.4", {
    listenOption: use("tls-require [verify]", "clients must use STARTTLS before they may send"),
  }),
  word("to", { since: "6.4", until: "6.6" }),
  word("ttl", "6.4", {
    ttlOption: use("ttl DELAY", "how long mail for this action may stay in the queue", { default: "queue ttl" }),
    queueStatement: use("queue ttl DELAY", "how long mail may stay in the queue", { default: "4d" }),
    srsStatement: use("srs ttl DELAY", "how long rewritten senders are valid, in whole days", {
      since: "6.6",
      default: "4d",
    }),
  }),
  word("user", "6.4", {
    procOption: use("user USER", "runs the process as this user", { since: "6.6", default: "_smtpd" }),
    localOption: use("user USER", "delivers as this user"),
  }),
  word("userbase", "6.4", {
    localOption: use("userbase <table>", "looks users up in this table instead of the system's"),
  }),
  word("verify", "6.4", {
    listenOption: use("tls-require verify | smtps verify", "clients must show a valid certificate"),
  }),
  word("virtual", "6.4", {
    localOption: use("virtual <table>", "maps addresses to users or other addresses"),
  }),
  word("warn-interval", "6.4", {
    bounceStatement: use("bounce warn-interval DELAY[, DELAY …]", "when to warn the sender, at most four times"),
  }),
  word("wrapper", "6.4", {
    mdaStatement: use("mda wrapper NAME COMMAND", "names a command that wraps deliveries"),
    localOption: use("wrapper NAME", "delivers through this mda wrapper"),
  }),

  // Names that are no keywords: the daemon compares strings.
  word("auto", none, { dheValue: use("dhe auto", "key length chosen for the certificate") }),
  word("legacy", none, { dheValue: use("dhe legacy", "a fixed key length of 1024 bits") }),
  word("none", none, { dheValue: use("dhe none", "no ephemeral Diffie-Hellman over finite fields") }),
  word("max-session", none, {
    mdaLimit: use("max-session NUMBER", "deliveries at the same time", { default: "50" }),
  }),
  word("max-session-per-user", none, {
    mdaLimit: use("max-session-per-user NUMBER", "deliveries at the same time for one user", { default: "7" }),
  }),
  word("task-hiwat", none, {
    "mdaLimit mtaLimit": use("task-hiwat NUMBER", "tasks at which the queue is held back", { default: "50" }),
  }),
  word("task-lowat", none, {
    "mdaLimit mtaLimit": use("task-lowat NUMBER", "tasks at which the queue goes on", { default: "30" }),
  }),
  word("task-release", none, {
    "mdaLimit mtaLimit": use("task-release NUMBER", "envelopes released at a time", { default: "10" }),
  }),
  word("max-mails", none, {
    smtpLimit: use("max-mails NUMBER", "messages in one session", { default: "100" }),
  }),
  word("max-rcpt", none, {
    smtpLimit: use("max-rcpt NUMBER", "recipients of one message", { default: "1000" }),
  }),
  word("max-evp-batch-size", none, {
    schedulerLimit: use("max-evp-batch-size NUMBER", "envelopes handled in one go", { default: "256" }),
  }),
  word("max-inflight", none, {
    schedulerLimit: use("max-inflight NUMBER", "envelopes in delivery at the same time", { default: "5000" }),
  }),
  word("max-msg-batch-size", none, {
    schedulerLimit: use("max-msg-batch-size NUMBER", "messages handled in one go", { default: "1024" }),
  }),
  word("max-schedule", none, {
    schedulerLimit: use("max-schedule NUMBER", "envelopes scheduled in one go", { default: "10" }),
  }),
  word("max-conn-per-host", none, {
    mtaLimit: use("max-conn-per-host NUMBER", "connections to one host", { default: "10" }),
  }),
  word("max-conn-per-route", none, {
    mtaLimit: use("max-conn-per-route NUMBER", "connections over one route", { default: "5" }),
  }),
  word("max-conn-per-source", none, {
    mtaLimit: use("max-conn-per-source NUMBER", "connections from one address of ours", { default: "100" }),
  }),
  word("max-conn-per-connector", none, {
    mtaLimit: use("max-conn-per-connector NUMBER", "connections of one relay from one address", { default: "20" }),
  }),
  word("max-conn-per-relay", none, {
    mtaLimit: use("max-conn-per-relay NUMBER", "connections of one relay", { default: "100" }),
  }),
  word("max-conn-per-domain", none, {
    mtaLimit: use("max-conn-per-domain NUMBER", "connections for one domain", { default: "100" }),
  }),
  word("conn-delay-host", none, {
    mtaLimit: use("conn-delay-host NUMBER", "seconds between connections to one host", { default: "0" }),
  }),
  word("conn-delay-route", none, {
    mtaLimit: use("conn-delay-route NUMBER", "seconds between connections over one route", { default: "5" }),
  }),
  word("conn-delay-source", none, {
    mtaLimit: use("conn-delay-source NUMBER", "seconds between connections from one address of ours", { default: "0" }),
  }),
  word("conn-delay-connector", none, {
    mtaLimit: use("conn-delay-connector NUMBER", "seconds between connections of one relay from one address", {
      default: "0",
    }),
  }),
  word("conn-delay-relay", none, {
    mtaLimit: use("conn-delay-relay NUMBER", "seconds between connections of one relay", { default: "2" }),
  }),
  word("conn-delay-domain", none, {
    mtaLimit: use("conn-delay-domain NUMBER", "seconds between connections for one domain", { default: "0" }),
  }),
  word("reconn-delay-route", none, {
    mtaLimit: use("reconn-delay-route NUMBER", "seconds before a route is tried again", { default: "3" }),
  }),
  word("session-mail-max", none, {
    mtaLimit: use("session-mail-max NUMBER", "messages in one outgoing session", { default: "100" }),
  }),
  word("session-transaction-delay", none, {
    mtaLimit: use("session-transaction-delay NUMBER", "seconds between messages of a session", { default: "0" }),
  }),
  word("session-keepalive", none, {
    mtaLimit: use("session-keepalive NUMBER", "seconds that an idle session is kept", { default: "10" }),
  }),
  word("max-failures-per-session", none, {
    mtaLimit: use("max-failures-per-session NUMBER", "failures after which a session ends", { default: "25" }),
  }),
];

const byWord = new Map(vocabulary.map((entry) => [entry.word, entry]));

/** The vocabulary's entry for a word, keyword or not; undefined for any other text. */
export function findWord(text: string): Word | undefined {
  return byWord.get(text);
}

/** True if the lexer of `target` takes the unquoted `text` for a keyword. */
export function isReserved(text: string, target: Release): boolean {
  const reserved = byWord.get(text)?.reserved;
  return reserved !== undefined && isAlive(reserved, target);
}

/** How the grammar rule `rule` uses `text`; undefined if it does not. */
export function findUse(rule: string, text: string): Use | undefined {
  return byWord.get(text)?.uses.find((entry) => entry.rule === rule);
}

const byRule = new Map<string, Use[]>();
for (const entry of vocabulary.flatMap((item) => item.uses)) {
  const uses = byRule.get(entry.rule);
  if (uses) uses.push(entry);
  else byRule.set(entry.rule, [entry]);
}

/** All words that the grammar rule `rule` takes, in alphabetical order, names last. */
export function usesIn(rule: string): readonly Use[] {
  return byRule.get(rule) ?? [];
}
