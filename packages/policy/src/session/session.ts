import { byteLength, type Release } from "@smtpdlint/grammar";
import { type MailAddress, matchesMailAddress, parseMailAddress, type SessionLimits } from "@smtpdlint/model";
import type { Assumptions } from "../assumptions.ts";
import type { ClientName } from "../environment.ts";
import { addressText } from "../expansion/envelope.ts";
import type { Expansion } from "../expansion/expansion-tree.ts";
import type { Mapping } from "../expansion/mapping.ts";
import type { Message } from "../message.ts";
import type { FilterChain, FilterDecision, Phase, PhaseEnd } from "./filter-phase.ts";
import type { Listener } from "./listener.ts";
import { type Login, parseLoginWord, parsePlain } from "./login.ts";
import { badFilterReply, isRefusal, type Replies } from "./replies.ts";
import { parsePath, writtenAddress } from "./reply-path.ts";
import { store } from "./stored-message.ts";
import { notifyBits, type QueuedMessage, type Transaction } from "./transaction.ts";

/** Who talks to smtpd, and where. */
export interface Connection {
  readonly listener: Listener;
  /** `local` for the socket, else an address: `192.0.2.1`, `2001:db8::1`. */
  readonly src: string;
  readonly client: ClientName;
}

/** A command and what smtpd made of it. */
export interface Exchange {
  /** `(connect)` for the connection, `(message)` for a message. */
  readonly command: string;
  /** The lines of the reply; `closed` if smtpd says nothing more. */
  readonly reply: readonly string[] | "closed";
  readonly filters: readonly FilterDecision[];
  /** Of RCPT TO, if smtpd looked for a rule. */
  readonly expansion: Expansion | undefined;
}

/** What a session asks smtpd. */
export interface SessionServer {
  readonly limits: SessionLimits;
  readonly replies: Replies;
  isAtLeast(release: Release): boolean;
  filterChain(listener: Listener, assumptions: Assumptions): FilterChain;
  expand(message: Message, assumptions: Assumptions): Expansion;
  /** `attempt` is the number of passwords that were tried before. */
  checkLogin(
    login: Login,
    attempt: number,
    listener: Listener,
    assumptions: Assumptions,
  ): "right" | "wrong" | "failure";
  checkSender(
    senders: Mapping,
    user: string,
    address: MailAddress,
    assumptions: Assumptions,
  ): "allowed" | "refused" | "failure";
  nameOf(names: Mapping, address: string, assumptions: Assumptions): string | undefined;
}

/** SMTP_LINE_MAX and LINE_MAX, with the NUL */
const mostOfLine = 65535;
const mostOfCommand = 2048;

/** A phase and what is done when filters let it pass; `check` is asked again about a rewritten argument. */
interface Step {
  readonly phase: Phase;
  readonly argument: string;
  readonly check: (argument: string | undefined) => string | undefined;
  readonly proceed: (argument: string) => Reply;
}

type Reply = string | readonly string[];

/**
 * A client's session with smtpd (smtp_session.c, struct smtp_session). Each
 * command is answered as smtpd answers it; `isOpen` once that depends on
 * something of which nothing is known.
 */
export class Session {
  readonly exchanges: Exchange[] = [];
  /** What the queue has taken. */
  readonly messages: QueuedMessage[] = [];
  /** True if anything may happen from here. */
  isOpen = false;
  /** True if smtpd has crashed. */
  isDead = false;
  private isClosed = false;
  private state: "commands" | "plain" | "user" | "password" | "body" = "commands";
  private isSecure: boolean;
  private isAuthenticated: boolean;
  /** Kept from every attempt to log in, also a failed one. */
  private userName = "";
  private isBannerSent = false;
  private isExtended = false;
  private isJunk = false;
  private helo = "";
  private name: string;
  private mails = 0;
  private transaction: Transaction | undefined;
  private readonly filters: FilterChain;
  /** What the filters have been told (struct filter_session). */
  private readonly seen: { helo?: string; user?: string; mailFrom?: string } = {};
  private decisions: FilterDecision[] = [];
  private expansion: Expansion | undefined;
  /** Those that were tried. */
  private readonly passwords: string[] = [];
  /** The command that is being answered. */
  private line = "";

  constructor(
    private readonly smtpd: SessionServer,
    private readonly connection: Connection,
    private readonly assumptions: Assumptions,
  ) {
    const { listener } = connection;
    this.filters = smtpd.filterChain(listener, assumptions);
    this.isSecure = listener.tls === "immediate";
    this.isAuthenticated = listener.isSocket;
    this.name = this.nameByAddress() ?? listener.hostName ?? unknownHost;
  }

  /** The banner, or what a filter says in its place. */
  connect(): void {
    this.answer("(connect)", () => {
      const { src } = this.connection;
      return this.ask({
        phase: "connect",
        argument: src,
        check: () => undefined,
        proceed: () => {
          this.isBannerSent = true;
          return `220 ${this.name} ESMTP OpenSMTPD`;
        },
      });
    });
  }

  /** A line of the client. */
  say(line: string): void {
    this.answer(line, () => {
      const [command = "", ...more] = line.split("\n");
      const text = command.replace(/\r$/, "");
      if (byteLength(command) >= mostOfLine) return this.close(this.replies.lineTooLong);
      if (more.length > 0) return this.close(this.replies.pipelining);
      if (byteLength(text) >= mostOfCommand) return this.close(this.replies.commandTooLong);
      return this.command(text);
    });
  }

  /** Logs a user in who has the right password. */
  logInAs(user: string): void {
    this.answer(`AUTH PLAIN (${user})`, () => {
      const check = (text: string | undefined) => this.authProblem(text);
      const proceed = () => this.letIn(user);
      return check("PLAIN") ?? this.ask({ phase: "auth", argument: "PLAIN", check, proceed });
    });
  }

  /** True if smtpd waits for a message, after DATA. */
  get wantsMessage(): boolean {
    return this.state === "body" && !this.isClosed && !this.isOpen;
  }

  /** The message that follows DATA, its lines separated by line breaks. */
  send(message: string): void {
    this.answer("(message)", () => this.finish(message.replace(/\n+$/, "").split(/\r?\n/)));
  }

  private get replies() {
    return this.smtpd.replies;
  }

  private get isOver(): boolean {
    return this.isClosed || this.isDead || this.isOpen;
  }

  private answer(command: string, run: () => Reply): void {
    if (this.isOpen) return;
    this.line = command;
    this.decisions = [];
    this.expansion = undefined;
    let reply: Exchange["reply"] = "closed";
    if (!this.isOver) {
      const said = run();
      if (this.isOpen) return;
      if (!this.isDead && said.length > 0) reply = typeof said === "string" ? [said] : said;
      else this.isClosed = true;
    }
    this.exchanges.push({ command, reply, filters: this.decisions, expansion: this.expansion });
  }

  private close(reply: string): string {
    this.isClosed = true;
    return reply;
  }

  /** Asks the filters about a step, and goes on as they say (smtp_session.c, smtp_session_imsg). */
  private ask({ phase, argument, check, proceed }: Step): Reply {
    const end = this.filters.run(phase, this.view(phase, argument), this.decisions);
    return this.follow(end, { phase, argument, check, proceed });
  }

  private follow(end: PhaseEnd, { phase, argument, check, proceed }: Step): Reply {
    switch (end.kind) {
      case "open":
        this.isOpen = true;
        return "";
      case "death":
        this.isDead = true;
        return "";
      case "reject":
      case "disconnect": {
        // What is said before TLS has begun is not understood.
        if (phase === "connect" && this.isSecure) return "";
        const text = isRefusal(end.text) ? end.text : badFilterReply;
        if (end.kind === "disconnect" || text.startsWith("421")) return this.close(text);
        if (phase === "commit") this.endTransaction();
        return text;
      }
      case "rewrite": {
        if (phase === "connect") return proceed(argument);
        const problem = check(end.text);
        // smtpd goes on to read lines as those of the message.
        if (problem !== undefined && phase === "commit") this.isStuck = true;
        return problem ?? proceed(end.text);
      }
      case "junk":
        if (this.transaction) this.transaction.isJunk = true;
        else this.isJunk = true;
        return proceed(argument);
      case "proceed":
        return proceed(argument);
    }
  }

  /** True if smtpd answers nothing any more, and does not hang up either. */
  private isStuck = false;

  private view(phase: Phase, argument: string) {
    const { src, client } = this.connection;
    const inBrackets = argument.slice(1, argument.indexOf(">"));
    if (phase === "helo" || phase === "ehlo") this.seen.helo = argument;
    if (phase === "mail-from") this.seen.mailFrom = inBrackets;
    return {
      src,
      rdns: client.name,
      isConfirmed: client.confirmed === "pass",
      helo: this.seen.helo,
      user: this.seen.user,
      mailFrom: this.seen.mailFrom,
      rcptTo: phase === "rcpt-to" ? inBrackets : undefined,
    };
  }

  private command(line: string): Reply {
    if (this.isStuck) return "";
    switch (this.state) {
      // The line is taken for one of the message.
      case "body":
        return "";
      case "plain":
        return this.logInPlain(line);
      case "user":
      case "password":
        return this.logInByWord(line);
    }
    const { name, argument } = splitCommand(line);
    switch (name) {
      case "HELO":
      case "EHLO":
        return this.greet(name, argument);
      case "STARTTLS":
        return this.startTls(argument);
      case "AUTH":
        return this.authenticate(argument);
      case "MAIL FROM":
        return this.mailFrom(argument ?? "");
      case "RCPT TO":
        return this.recipientTo(argument ?? "");
      case "DATA":
        return this.data(argument);
      case "RSET":
        return this.resetSession(argument);
      case "NOOP":
        return this.noop(argument);
      case "QUIT":
        return this.simple("quit", argument, () => this.close(this.replies.bye));
      case "HELP":
        return this.withoutArgument(argument) ?? this.replies.help;
      case "WIZ":
        return this.withoutArgument(argument) ?? this.replies.wizard;
      default:
        return this.replies.unknownCommand;
    }
  }

  private withoutArgument(argument: string | undefined): string | undefined {
    return argument === undefined ? undefined : this.replies.noArguments;
  }

  private simple(phase: Phase, argument: string | undefined, proceed: () => Reply): Reply {
    const check = (text: string | undefined) => this.withoutArgument(text);
    return check(argument) ?? this.ask({ phase, argument: "", check, proceed });
  }

  private greet(command: "HELO" | "EHLO", argument: string | undefined): Reply {
    const check = (name: string | undefined) => {
      if (!this.isBannerSent) return this.replies.notNow;
      if (this.helo) return this.replies.alreadyIdentified;
      if (name === undefined) return this.replies.noName(command);
      return isDomain(name) ? undefined : this.replies.badName;
    };
    const proceed = (name: string) => {
      this.helo = name;
      this.isExtended = command === "EHLO";
      const hello = `${this.name} Hello ${name} ${this.sourceText}, pleased to meet you`;
      return command === "HELO" ? `250 ${hello}` : [`250-${hello}`, ...this.extensions()];
    };
    const phase = command === "HELO" ? "helo" : "ehlo";
    return check(argument) ?? this.ask({ phase, argument: argument ?? "", check, proceed });
  }

  /** `[192.0.2.1]`, `[local]` */
  private get sourceText(): string {
    return `[${this.connection.src}]`;
  }

  private extensions(): string[] {
    const { listener } = this.connection;
    const { tls, auth, offersDsn } = listener;
    const words = ["8BITMIME", "ENHANCEDSTATUSCODES", `SIZE ${this.smtpd.limits.bytes}`];
    if (offersDsn) words.push("DSN");
    if ((tls === "offered" || tls === "required") && !this.isSecure) words.push("STARTTLS");
    if (auth !== "none" && this.isSecure && !this.isAuthenticated) words.push("AUTH PLAIN LOGIN");
    return [...words.map((word) => `250-${word}`), "250 HELP"];
  }

  private startTls(argument: string | undefined): Reply {
    const { tls } = this.connection.listener;
    const check = (text: string | undefined) => {
      if (!this.helo || this.transaction) return this.replies.notNow;
      if (tls !== "offered" && tls !== "required") return this.replies.notSupported;
      if (this.isSecure) return this.replies.alreadySecure;
      return text === undefined ? undefined : this.replies.noParametersAllowed;
    };
    const proceed = () => {
      this.isSecure = true;
      this.helo = "";
      return this.replies.readyForTls;
    };
    return check(argument) ?? this.ask({ phase: "starttls", argument: "", check, proceed });
  }

  /** What smtpd has against AUTH. */
  private authProblem(argument: string | undefined): string | undefined {
    if (!this.helo || this.transaction) return this.replies.notNow;
    if (this.isAuthenticated) return this.replies.alreadyAuthenticated;
    if (this.connection.listener.auth === "none" || !this.isSecure) return this.replies.notSupported;
    return argument === undefined ? this.replies.noParameters : undefined;
  }

  private authenticate(argument: string | undefined): Reply {
    const check = (text: string | undefined) => this.authProblem(text);
    const proceed = (text: string) => {
      const [method = "", word] = splitAt(text, text.includes(" ") ? " " : "\t");
      if (/^PLAIN$/i.test(method)) {
        this.state = "plain";
        return word === undefined ? "334 " : this.logInPlain(word);
      }
      if (/^LOGIN$/i.test(method)) {
        this.state = "user";
        return word ? this.logInByWord(word) : "334 VXNlcm5hbWU6";
      }
      return this.replies.authMethod(method);
    };
    return check(argument) ?? this.ask({ phase: "auth", argument: argument ?? "", check, proceed });
  }

  private logInPlain(line: string): Reply {
    this.state = "commands";
    const login = parsePlain(line, this.smtpd.isAtLeast("7.8"));
    return login ? this.logIn(login) : this.replies.authSyntax;
  }

  private logInByWord(line: string): Reply {
    const word = parseLoginWord(line);
    const isUser = this.state === "user";
    this.state = "commands";
    if (isUser) this.userName = word ?? "";
    if (word === undefined) return this.replies.authSyntax;
    if (!isUser) return this.logIn({ user: this.userName, password: word });
    this.state = "password";
    return "334 UGFzc3dvcmQ6";
  }

  private logIn(login: Login): string {
    this.userName = login.user;
    const attempt = this.passwords.indexOf(login.password);
    if (attempt === -1) this.passwords.push(login.password);
    const number = attempt === -1 ? this.passwords.length - 1 : attempt;
    const result = this.smtpd.checkLogin(login, number, this.connection.listener, this.assumptions);
    if (result === "failure") return this.replies.authFailure;
    if (result === "wrong") return this.replies.wrongPassword;
    return this.letIn(login.user);
  }

  private letIn(user: string): string {
    this.userName = user;
    this.isAuthenticated = true;
    this.seen.user = user;
    return this.replies.authenticated;
  }

  private mailFrom(argument: string): Reply {
    const { listener } = this.connection;
    const check = (text: string | undefined) => {
      if (!this.helo || this.transaction) return this.replies.notNow;
      if (listener.tls === "required" && !this.isSecure) return this.replies.startTlsFirst;
      if (listener.auth === "required" && !this.isAuthenticated) return this.replies.authFirst;
      if (this.mails >= this.smtpd.limits.mails) return this.replies.tooManyMessages;
      return parsePath(text ?? "", "sender", this.name) ? undefined : this.replies.senderSyntax;
    };
    const proceed = (text: string) => this.startTransaction(text);
    return check(argument) ?? this.ask({ phase: "mail-from", argument, check, proceed });
  }

  private startTransaction(argument: string): string {
    const path = parsePath(argument, "sender", this.name);
    if (!path) return this.replies.senderSyntax;
    const transaction: Transaction = {
      sender: path.address,
      recipient: undefined,
      accepted: [],
      envelopes: [],
      isJunk: false,
      notify: 0,
      originalRecipient: undefined,
      returns: undefined,
      envelopeId: undefined,
      helo: this.helo,
      user: this.isAuthenticated ? this.userName : undefined,
    };
    for (const option of path.rest.split(" ").filter(Boolean)) {
      const problem = this.senderOption(option, transaction);
      if (problem !== undefined) return problem;
    }
    const { senders } = this.connection.listener;
    if (senders && this.isAuthenticated) {
      const result = this.smtpd.checkSender(senders, this.userName, path.address, this.assumptions);
      if (result === "failure") return this.replies.senderUnknown;
      if (result === "refused") return this.replies.senderRejected;
    }
    this.transaction = transaction;
    return this.replies.ok;
  }

  /** What smtpd has against a parameter of MAIL FROM. */
  private senderOption(option: string, transaction: Transaction): string | undefined {
    if (/^(?:AUTH=|SIZE=|BODY=7BIT$|BODY=8BITMIME$)/i.test(option)) return undefined;
    const [, name, value = ""] = /^(RET|ENVID)=(.*)$/is.exec(option) ?? [];
    if (!name || !this.connection.listener.offersDsn) return this.replies.senderOption(option);
    if (/^RET$/i.test(name)) {
      const returns = value.toUpperCase();
      if (returns === "HDRS" || returns === "FULL") transaction.returns = returns;
      return undefined;
    }
    if (byteLength(value) > mostOfEnvelopeId) return this.replies.envelopeIdTooLong(value);
    transaction.envelopeId = value;
    return undefined;
  }

  private recipientTo(argument: string): Reply {
    const check = (text: string | undefined) => {
      if (!this.transaction) return this.replies.notNow;
      if (this.transaction.accepted.length >= this.smtpd.limits.recipients) return this.replies.tooManyRecipients;
      const path = parsePath(text ?? "", "recipient", this.name);
      this.transaction.recipient = path?.address ?? writtenAddress(text ?? "") ?? this.transaction.recipient;
      return path ? undefined : this.replies.recipientSyntax;
    };
    const proceed = (text: string) => this.addRecipient(text);
    return check(argument) ?? this.ask({ phase: "rcpt-to", argument, check, proceed });
  }

  private addRecipient(argument: string): string {
    const { transaction } = this;
    const path = parsePath(argument, "recipient", this.name);
    if (!transaction || !path) return this.replies.recipientSyntax;
    for (const option of path.rest.split(" ").filter(Boolean)) {
      const problem = this.recipientOption(option, transaction);
      if (problem !== undefined) return problem;
    }
    const { src, client, listener } = this.connection;
    const { sender, helo, user } = transaction;
    const { address } = path;
    this.expansion = this.smtpd.expand(
      {
        src,
        rdns: client.name,
        helo,
        mailFrom: addressText(sender),
        rcptTo: addressText(address),
        tag: listener.tag,
        user,
      },
      this.assumptions,
    );
    const { answer } = this.expansion;
    if (!answer) {
      this.isOpen = true;
      return "";
    }
    if (answer.reply !== "250") return this.refusal(answer.reply, address);
    transaction.accepted.push(address);
    for (const envelope of answer.envelopes) {
      const { notify, originalRecipient, returns, envelopeId } = transaction;
      transaction.envelopes.push({
        envelope,
        sender,
        recipient: address,
        asked: this.line,
        tag: listener.tag,
        isAuthenticated: user !== undefined,
        notify,
        originalRecipient,
        returns,
        envelopeId,
        hostName: this.name,
      });
    }
    return this.replies.recipientOk;
  }

  /** 6.4 does not repeat the recipient. */
  private refusal(reply: string, address: MailAddress): string {
    return this.smtpd.isAtLeast("6.6") ? `${reply}: <${addressText(address)}>` : reply;
  }

  /** What smtpd has against a parameter of RCPT TO. */
  private recipientOption(option: string, transaction: Transaction): string | undefined {
    const [, name = "", value = ""] = /^(NOTIFY|ORCPT)=(.*)$/is.exec(option) ?? [];
    if (!name || !this.connection.listener.offersDsn) return this.replies.recipientOption(option);
    if (/^NOTIFY$/i.test(name)) {
      for (const word of value.toUpperCase().split(",")) {
        if (Object.hasOwn(notifyBits, word)) transaction.notify |= notifyBits[word as keyof typeof notifyBits];
      }
      const { notify } = transaction;
      return notify > notifyBits.NEVER ? this.replies.notifyNever : undefined;
    }
    const original = this.smtpd.isAtLeast("7.5") ? parseOriginal(value) : parseOldOriginal(value);
    if (original === undefined) return this.replies.originalRecipient;
    transaction.originalRecipient = original || undefined;
    return undefined;
  }

  private data(argument: string | undefined): Reply {
    const check = (text: string | undefined) => {
      if (text !== undefined) return this.replies.noArguments;
      if (!this.transaction) return this.replies.notNow;
      return this.transaction.accepted.length === 0 ? this.replies.noRecipient : undefined;
    };
    const proceed = () => {
      this.state = "body";
      return this.replies.data;
    };
    return check(argument) ?? this.ask({ phase: "data", argument: "", check, proceed });
  }

  private finish(lines: readonly string[]): Reply {
    const { transaction } = this;
    if (!transaction) return "";
    this.state = "commands";
    if (lines.some((line) => byteLength(line) >= mostOfLine)) return this.close(this.replies.lineTooLong);
    const stored = this.store(lines, transaction);
    const check = (text: string | undefined) => this.withoutArgument(text);
    const proceed = () => {
      this.endTransaction();
      if ("problem" in stored) {
        const { tooBig, loop, malformed } = this.replies;
        return { "too big": tooBig, loop, malformed }[stored.problem];
      }
      this.mails++;
      this.messages.push({ text: stored.text, envelopes: transaction.envelopes });
      return this.replies.accepted;
    };
    return this.ask({ phase: "commit", argument: "", check, proceed });
  }

  private store(lines: readonly string[], transaction: Transaction) {
    const { listener } = this.connection;
    const host = listener.hostName ?? unknownHost;
    const isMasked = listener.masquerades && listener.senders && transaction.user !== undefined;
    return store({
      lines,
      ownLines: [
        ...(this.isJunk || transaction.isJunk ? ["X-Spam: Yes"] : []),
        ...this.received(transaction).split("\n"),
      ],
      isFiltered: listener.isFiltered,
      mostBytes: this.smtpd.limits.bytes,
      edits: {
        domain: host,
        fromReplacement: isMasked ? addressText(transaction.sender) : undefined,
        quotesAreLiteral: !this.smtpd.isAtLeast("7.5"),
      },
      date: listener.completesHeaders ? "<date>" : undefined,
      messageId: listener.completesHeaders ? `<<random>@${host}>` : undefined,
    });
  }

  /** The line that smtpd puts before the message (smtp_message_begin). */
  private received({ accepted, recipient, user }: Transaction): string {
    const { listener, client } = this.connection;
    const from = listener.masksSource ? "" : `from ${this.helo} (${client.name || "<unknown>"} ${this.sourceText})`;
    const protocol = `${this.isExtended ? "E" : ""}SMTP${this.isSecure ? "S" : ""}${user === undefined ? "" : "A"}`;
    const login = listener.showsLogin ? ` auth=${this.userName ? `yes user=${this.userName}` : "no"}` : "";
    const security = this.isSecure ? ` (<tls>)${login}` : "";
    // Up to 7.2 it is the recipient that was asked last, also if it was refused.
    const only = accepted.length === 1 && (this.smtpd.isAtLeast("7.3") ? accepted[0] : recipient);
    const to = only ? `\n\tfor <${addressText(only)}>` : "";
    return `Received: ${from}\n\tby ${this.name} (OpenSMTPD) with ${protocol} id <msgid>${security}${to};\n\t<date>`;
  }

  private endTransaction(): void {
    this.transaction = undefined;
  }

  private resetSession(argument: string | undefined): Reply {
    const check = (text: string | undefined) =>
      this.withoutArgument(text) ?? (this.helo ? undefined : this.replies.notNow);
    const proceed = () => {
      this.endTransaction();
      return this.replies.reset;
    };
    return check(argument) ?? this.ask({ phase: "rset", argument: "", check, proceed });
  }

  /** Before 7.4 it takes no argument. */
  private noop(argument: string | undefined): Reply {
    return this.simple("noop", this.smtpd.isAtLeast("7.4") ? undefined : argument, () => this.replies.ok);
  }

  private nameByAddress(): string | undefined {
    const { hostNames, address } = this.connection.listener;
    return hostNames && address ? this.smtpd.nameOf(hostNames, address, this.assumptions) : undefined;
  }
}

/** Stands for the name of a machine that nobody knows. */
export const unknownHost = "<hostname>";

/** DSN_ENVID_LEN */
const mostOfEnvelopeId = 100;

/** The command in capitals; two of them have a blank in their names. */
function splitCommand(line: string): { readonly name: string; readonly argument: string | undefined } {
  const separator = /^(?:mail from|rcpt to):/i.test(line) ? ":" : " ";
  const [name, argument] = splitAt(line, separator);
  return { name: (name as string).toUpperCase(), argument: argument?.replace(/^[ \t\n\v\f\r]+/, "") };
}

function splitAt(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** util.c, valid_domainpart */
const isDomain = (name: string) => parsePath(`<x@${name}>`, "recipient", "")?.address.domain === name && name !== "";

/** `rfc822;x@example.org`, with xtext behind the semicolon (RFC 3461, section 4). */
function parseOriginal(value: string): string | undefined {
  const text = value.slice(value.indexOf(";") + 1);
  const isText = value.includes(";") && /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/.test(text);
  return isText && byteLength(value) < mostOfOriginal ? value : undefined;
}

/** DSN_ORCPT_LEN and its NUL */
const mostOfOriginal = 501;

/** Before 7.5 it is kept as an address. */
function parseOldOriginal(value: string): string | undefined {
  const text = value.replace(/^rfc822;/i, "");
  const address = parseMailAddress(text);
  if (!address) return undefined;
  if (!parsePath(`<${address.user}@${address.domain || "x"}>`, "recipient", "")) return undefined;
  // One without a domain is read, and not kept.
  return address.domain ? addressText(address) : "";
}

/** True if an address is among those that a user may send from: a list with commas (to.c, mailaddr_line). */
export const isAmong = (address: MailAddress, list: string, delimiter: string): boolean =>
  list.split(",").some((text) => {
    const entry = parseMailAddress(text.trim());
    return entry !== undefined && matchesMailAddress(address, entry, delimiter);
  });
