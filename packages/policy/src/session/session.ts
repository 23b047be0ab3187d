import { byteLength } from "@smtpdlint/grammar";
import type { MailAddress } from "@smtpdlint/model";
import type { Assumptions } from "../assumptions.ts";
import { unknownHost } from "../environment.ts";
import { addressText } from "../expansion/envelope.ts";
import type { Expansion } from "../expansion/expansion-tree.ts";
import { Authentication } from "./authentication.ts";
import { splitCommand } from "./command.ts";
import type { FilterChain, FilterDecision, Phase, PhaseEnd } from "./filter-phase.ts";
import { recipientParameter, senderParameter, takeParameters } from "./parameters.ts";
import { receivedLines } from "./received-line.ts";
import { badFilterReply, isRefusal } from "./replies.ts";
import { isDomain, parsePath, writtenAddress } from "./reply-path.ts";
import type { Connection, SessionServer } from "./session-server.ts";
import { store } from "./stored-message.ts";
import type { QueuedMessage, Transaction } from "./transaction.ts";

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
  /** True if smtpd answers nothing any more, and does not hang up either. */
  private isStuck = false;
  /** True after DATA: lines are those of the message. */
  private isInMessage = false;
  private isSecure: boolean;
  private isAuthenticated: boolean;
  private readonly authentication: Authentication;
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
    this.authentication = new Authentication(
      smtpd,
      (login, attempt) => smtpd.checkLogin(login, attempt, listener, assumptions),
      (user) => this.letIn(user),
    );
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
      const proceed = () => {
        this.authentication.userName = user;
        return this.letIn(user);
      };
      return check("PLAIN") ?? this.ask({ phase: "auth", argument: "PLAIN", check, proceed });
    });
  }

  /** True if smtpd waits for a message, after DATA. */
  get wantsMessage(): boolean {
    return this.isInMessage && !this.isClosed && !this.isOpen;
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

  /** `[192.0.2.1]`, `[local]` */
  private get sourceText(): string {
    return `[${this.connection.src}]`;
  }

  private nameByAddress(): string | undefined {
    const { hostNames, address } = this.connection.listener;
    return hostNames && address ? this.smtpd.nameOf(hostNames, address, this.assumptions) : undefined;
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
    // After DATA the line is taken for one of the message.
    if (this.isStuck || this.isInMessage) return "";
    if (this.authentication.isUnderWay) return this.authentication.say(line);
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
    const proceed = (text: string) => this.authentication.start(text);
    return check(argument) ?? this.ask({ phase: "auth", argument: argument ?? "", check, proceed });
  }

  private letIn(user: string): string {
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
    const { listener } = this.connection;
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
      user: this.isAuthenticated ? this.authentication.userName : undefined,
    };
    const problem = takeParameters(path.rest, senderParameter, { transaction, listener, smtpd: this.smtpd });
    if (problem !== undefined) return problem;
    const { senders } = listener;
    if (senders && this.isAuthenticated) {
      const result = this.smtpd.checkSender(senders, this.authentication.userName, path.address, this.assumptions);
      if (result === "failure") return this.replies.senderUnknown;
      if (result === "refused") return this.replies.senderRejected;
    }
    this.transaction = transaction;
    return this.replies.ok;
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
    const { src, client, listener } = this.connection;
    const problem = takeParameters(path.rest, recipientParameter, { transaction, listener, smtpd: this.smtpd });
    if (problem !== undefined) return problem;
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

  private data(argument: string | undefined): Reply {
    const check = (text: string | undefined) => {
      if (text !== undefined) return this.replies.noArguments;
      if (!this.transaction) return this.replies.notNow;
      return this.transaction.accepted.length === 0 ? this.replies.noRecipient : undefined;
    };
    const proceed = () => {
      this.isInMessage = true;
      return this.replies.data;
    };
    return check(argument) ?? this.ask({ phase: "data", argument: "", check, proceed });
  }

  private finish(lines: readonly string[]): Reply {
    const { transaction } = this;
    if (!transaction) return "";
    this.isInMessage = false;
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
      ownLines: [...(this.isJunk || transaction.isJunk ? ["X-Spam: Yes"] : []), ...this.received(transaction)],
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

  private received(transaction: Transaction): string[] {
    const { listener, client } = this.connection;
    return receivedLines(transaction, {
      listener,
      helo: this.helo,
      clientName: client.name,
      source: this.sourceText,
      name: this.name,
      isExtended: this.isExtended,
      isSecure: this.isSecure,
      userName: this.authentication.userName,
      namesLast: !this.smtpd.isAtLeast("7.3"),
    });
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
}
