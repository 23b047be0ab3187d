import { type Action, isAtLeast } from "@smtpdlint/grammar";
import {
  type MailAddress,
  type Model,
  optionOf,
  parseMailAddress,
  type SystemUser,
  subAddressDelimiter,
} from "@smtpdlint/model";
import type { Environment, ProgramEnd } from "../environment.ts";
import { deliveryOf } from "../expansion/delivery.ts";
import { addressText, type LocalEnvelope } from "../expansion/envelope.ts";
import { findUser, smtpdUser } from "../expansion/user-info.ts";
import type { QueuedEnvelope } from "../session/transaction.ts";
import { fileProblem, folderProblem, socketProblem, type WriteProblem } from "./access.ts";
import { type FormatValues, formatCommand } from "./format-command.ts";
import { type Destination, failed, type Outcome, type Variables } from "./outcome.ts";

/** True if mail for root bounces that an action delivers as its recipient: smtpd runs nothing but mbox as root (smtpd.c, forkmda). */
export const refusesRoot = (action: Action): boolean => action.method?.word !== "mbox";

/** Delivers a message on this machine (mda.c; smtpd.c, forkmda; mda_unpriv.c). */
export function deliverLocally(
  queued: Pick<QueuedEnvelope, "sender" | "recipient">,
  envelope: LocalEnvelope,
  action: Action,
  text: string,
  model: Model,
  environment: Environment,
): Outcome {
  const delivery = deliveryOf(action, model);
  const found = userOf(envelope.user, delivery.userbase, environment);
  if (found === "missing") return failed("mda", "PermFail", "Permanent failure in user lookup");
  if (found === "failure") return failed("mda", "TempFail", "Temporary failure in user lookup");
  if (hasLoop(text, envelope.dest)) return failed("mda", "PermFail", "Loop detected");

  const other = delivery.user;
  const runner = other === undefined ? found : userOf(other, "system", environment);
  if (runner === "missing" || runner === "failure") {
    return failed("mda", "PermFail", `Error (user unknown: delivery user '${other}' does not exist)`);
  }
  const isMbox = action.method?.word === "mbox";
  const own = envelope.exec ?? envelope.file;
  // Every system has this one.
  const isSystems = other !== undefined || delivery.userbase === "system";
  const isRoot = runner ? runner.uid === 0 : isSystems && (other ?? envelope.user) === "root";
  if (isRoot && (refusesRoot(action) || own !== undefined)) {
    const words = isAtLeast(model.target, "7.5") ? "MDA not allowed to deliver to" : "not allowed to deliver to";
    return failed("mda", "PermFail", `Error (permission denied: ${words}: ${envelope.user})`);
  }
  const job = new Job(queued, envelope, action, text, model, environment, found, runner);
  return isMbox && own === undefined && !optionOf(action, "wrapper") ? job.intoMailbox() : job.run();
}

function userOf(
  name: string,
  userbase: ReturnType<typeof deliveryOf>["userbase"],
  environment: Pick<Environment, "user">,
): SystemUser | "missing" | "failure" | undefined {
  const user = findUser(userbase, name, environment);
  // A machine with smtpd has its user.
  const isOwn = user === "missing" && userbase === "system" && name === smtpdUser;
  return user === "present" || isOwn ? undefined : user;
}

/** True if the message has been delivered to the same address before (mda.c, mda_check_loop). */
function hasLoop(text: string, dest: string): boolean {
  for (const line of text.split("\n")) {
    if (!line.includes(":") && !/^[ \t\n\v\f\r]/.test(line)) return false;
    if (/^Delivered-To: /i.test(line) && line.slice(14).toLowerCase() === dest.toLowerCase()) return true;
  }
  return false;
}

class Job {
  private readonly values: FormatValues;
  private readonly headers: readonly string[];
  private readonly sender: MailAddress;

  constructor(
    queued: Pick<QueuedEnvelope, "sender" | "recipient">,
    private readonly envelope: LocalEnvelope,
    private readonly action: Action,
    private readonly text: string,
    private readonly model: Model,
    private readonly environment: Environment,
    user: SystemUser | undefined,
    private readonly runner: SystemUser | undefined,
  ) {
    const { sender, recipient } = queued;
    this.sender = sender.user && sender.domain ? sender : { user: "", domain: "" };
    this.values = {
      sender: this.sender,
      rcpt: recipient,
      dest: parseMailAddress(envelope.dest) ?? { user: envelope.dest, domain: "" },
      userName: envelope.user,
      home: user?.home ?? "~",
      delimiter: subAddressDelimiter(model),
    };
    this.headers = [
      ...(this.sender.user ? [`Return-Path: <${addressText(this.sender)}>`] : []),
      `Delivered-To: ${addressText(recipient)}`,
    ];
  }

  /** mda_mbox.c */
  intoMailbox(): Outcome {
    const { user } = this.envelope;
    if (this.environment.user(user) === "missing") {
      return programFailure({ exitCode: 67, output: `mail.local: unknown name: ${user}` });
    }
    return this.done({ kind: "mailbox", path: `/var/mail/${user}`, headers: this.headers }, "Ok");
  }

  /** Runs what delivers: the command of an alias, or of the action, in its wrapper. */
  run(): Outcome {
    const { exec, file, maildir } = this.envelope;
    if (maildir !== undefined) return this.intoMaildir(maildir, false);
    const wrapper = optionOf(this.action, "wrapper")?.value;
    const wrapped = wrapper?.kind === "text" ? this.wrapper(wrapper.value) : undefined;
    if (exec === undefined && file === undefined && wrapped === undefined) {
      const known = this.runMethod();
      if (known) return known;
    }
    if (file !== undefined && wrapped === undefined) return this.intoFile(file);
    const command = exec ?? (file === undefined ? this.commandOfAction() : `mail.mboxfile -f %{mbox.from} ${file}`);
    // Without a command smtpd looks at a null pointer.
    if (command === undefined) return programFailure({ signal: 11 });
    const expanded = formatCommand(command, this.values);
    const line =
      wrapped === undefined || expanded === undefined
        ? expanded
        : formatCommand(wrapped, { ...this.values, mda: expanded });
    if (line === undefined) {
      return programFailure({ exitCode: 1, output: "smtpd: mda command line could not be expanded" });
    }
    return this.program(line);
  }

  private wrapper(name: string): string | undefined {
    const statement = this.model.symbols.definitionsOf("wrapper", name)[0]?.statement;
    return statement?.kind === "mda" ? statement.command?.value : undefined;
  }

  private commandOfAction(): string | undefined {
    const { method, argument, modifier } = this.action;
    const text = argument?.value;
    switch (method?.word) {
      case "mda":
        return text;
      case "maildir":
        return `mail.maildir${modifier ? " -j" : ""}${text === undefined ? "" : ` "${maildirPath(text)}"`}`;
      case "lmtp":
        return `mail.lmtp -d ${text} ${modifier ? "-r" : "-u"}`;
      default:
        return undefined;
    }
  }

  /** The helpers that come with smtpd; undefined for other commands. */
  private runMethod(): Outcome | undefined {
    const { method, argument, modifier } = this.action;
    if (method?.word === "maildir") return this.intoMaildir(argument?.value, modifier !== undefined);
    if (method?.word === "lmtp") return this.toLmtp(argument?.value ?? "", modifier !== undefined);
    return undefined;
  }

  /** mail.maildir.c */
  private intoMaildir(path: string | undefined, sortsJunk: boolean): Outcome {
    const home = this.runner?.home ?? "~";
    const folder = path === undefined ? `${home}/Maildir` : formatCommand(maildirPath(path), this.values);
    if (folder === undefined) {
      return programFailure({ exitCode: 1, output: "smtpd: mda command line could not be expanded" });
    }
    const isJunk = sortsJunk && this.isMarkedJunk;
    const target = `${isJunk ? `${folder}/.Junk` : this.subFolder(folder)}/new`;
    const destination = { kind: "maildir", folder: target, headers: this.headers } as const;
    const problem = this.runner ? folderProblem(this.environment, folder, this.runner) : undefined;
    return this.written(destination, folder, problem, "mail.maildir");
  }

  /** A folder that is named like the tag takes the mail, if it is there. */
  private subFolder(folder: string): string {
    const { sub } = this.envelope;
    const path = `${folder}/.${sub?.replace(/[!#$%&'*?`{|}~]/g, ":")}`;
    const entry = sub ? this.environment.entry(path) : undefined;
    return entry && entry.kind !== "missing" ? path : folder;
  }

  private get isMarkedJunk(): boolean {
    return /^x-spam(?:-flag)?: yes$/im.test(this.text.split("\n\n", 1)[0] as string);
  }

  /** mail.mboxfile.c */
  private intoFile(path: string): Outcome {
    const destination = { kind: "file", path, headers: this.headers } as const;
    const account = this.envelope.user === smtpdUser ? { uid: unprivileged } : this.runner;
    const problem = account && fileProblem(this.environment, path, account);
    return this.written(destination, path, problem, "mail.mboxfile");
  }

  private written(
    destination: Destination,
    path: string,
    problem: WriteProblem | "none" | undefined,
    program: string,
  ): Outcome {
    if (problem === undefined) return this.done(destination, undefined);
    if (problem === "none") return this.done(destination, "Ok");
    return { ...temporaryFailure(`${program}: ${problem}`), obstacle: { path, problem } };
  }

  /** mail.lmtp.c */
  private toLmtp(server: string, isByRecipient: boolean): Outcome {
    const destination = {
      kind: "lmtp",
      server,
      sender: this.sender.user ? addressText(this.sender) : "",
      recipient: isByRecipient ? this.envelope.dest : this.calledUser,
      headers: this.headers,
    } as const;
    const problem = server.startsWith("/") && this.runner && socketProblem(this.environment, server, this.runner);
    if (problem && problem !== "none") {
      return { ...temporaryFailure(`mail.lmtp: connect: ${problem}`), obstacle: { path: server, problem } };
    }
    const [, address = "", port = "25"] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(server) ?? [];
    const found = server.startsWith("/") ? undefined : this.environment.server(address, Number(port));
    if (!found) return this.done(destination, undefined);
    if (found === "unreachable") return temporaryFailure("mail.lmtp: connect: Connection refused");
    const refusal = [found.recipientReply, found.messageReply].find((reply) => !reply.startsWith("2"));
    if (refusal === undefined) return this.done(destination, "Ok");
    return programFailure({
      exitCode: refusal.startsWith("4") ? 75 : 69,
      output: `mail.lmtp: LMTP server error: ${refusal}`,
    });
  }

  private program(command: string): Outcome {
    const { runner } = this;
    const variables = this.variables();
    const user = this.envelope.as ?? this.envelope.user;
    const destination = { kind: "program", command, user, variables, headers: this.headers } as const;
    const end = this.environment.run(command, {
      uid: runner?.uid ?? unprivileged,
      home: runner?.home ?? "~",
      variables,
    });
    if (!end) return this.done(destination, undefined);
    if ("exitCode" in end && end.exitCode === 0) return this.done(destination, "Ok");
    return programFailure(end);
  }

  /** Before 7.3 programs hear of the `user` of the action, not of the one who gets the mail. */
  private get calledUser(): string {
    const { user, as = user } = this.envelope;
    return isAtLeast(this.model.target, "7.3") ? user : as;
  }

  /** mda_unpriv.c */
  private variables(): Variables {
    const { rcpt, dest } = this.values;
    const { sub } = this.envelope;
    const { target } = this.model;
    const user = this.calledUser;
    return {
      DOMAIN: rcpt.domain,
      ...(sub && { EXTENSION: sub }),
      HOME: this.runner?.home ?? "~",
      LOCAL: rcpt.user,
      LOGNAME: user,
      ...(isAtLeast(target, "7.6") && { ORIGINAL_RECIPIENT: addressText(rcpt) }),
      RECIPIENT: addressText(dest),
      SENDER: this.sender.user ? addressText(this.sender) : "",
      SHELL: "/bin/sh",
      USER: user,
    };
  }

  private done(destination: Destination, result: "Ok" | undefined): Outcome {
    return { by: "mda", result, status: result ? "Delivered" : "", destination };
  }
}

/** parse.y: a tilde stands for the home of the user who gets the mail. */
const maildirPath = (path: string) => (path.startsWith("~/") ? `%{user.directory}/${path.slice(2)}` : path);

/** Stands for the uid of smtpd's own user. */
const unprivileged = 0x7ffffffe;

/** sysexits.h, in the words of mda.c */
const exitWords: Readonly<Record<number, string>> = {
  64: "command line usage error",
  65: "data format error",
  66: "cannot open input",
  67: "user unknown",
  68: "host name unknown",
  69: "service unavailable",
  70: "internal software error",
  71: "system resource problem",
  72: "critical OS file missing",
  73: "can't create user output file",
  74: "input/output error",
  75: "temporary failure",
  76: "remote error in protocol",
  77: "permission denied",
  78: "local configuration error",
};

/** EX_TEMPFAIL */
const temporaryFailure = (output: string) => programFailure({ exitCode: 75, output });

/** What smtpd makes of a program that fails: 71, 75 and death by a signal are temporary (smtpd.c; mda.c). */
function programFailure(end: ProgramEnd): Outcome {
  if ("signal" in end) return failed("mda", "TempFail", `Error (terminated; signal ${end.signal})`);
  const words = exitWords[end.exitCode];
  const output = end.output === undefined ? "exited abnormally" : `"${end.output}"`;
  const isTemporary = end.exitCode === 71 || end.exitCode === 75;
  return failed("mda", isTemporary ? "TempFail" : "PermFail", `Error (${words ? `${words}: ` : ""}${output})`);
}
