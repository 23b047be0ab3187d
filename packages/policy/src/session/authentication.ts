import { splitAt } from "./command.ts";
import { type Login, parseLoginWord, parsePlain } from "./login.ts";
import type { Replies } from "./replies.ts";
import type { SessionServer } from "./session-server.ts";

/** How a client of a session logs in (smtp_session.c, smtp_rfc4954_auth_plain, smtp_rfc4954_auth_login). */
export class Authentication {
  /** Kept from every attempt, also a failed one. */
  userName = "";
  /** What smtpd waits for in place of a command. */
  private awaited: "plain" | "user" | "password" | undefined;
  /** Those that were tried. */
  private readonly passwords: string[] = [];

  constructor(
    private readonly smtpd: Pick<SessionServer, "replies" | "isAtLeast">,
    /** `attempt` is the number of passwords that were tried before. */
    private readonly check: (login: Login, attempt: number) => ReturnType<SessionServer["checkLogin"]>,
    private readonly letIn: (user: string) => string,
  ) {}

  /** True if the next line is no command. */
  get isUnderWay(): boolean {
    return this.awaited !== undefined;
  }

  /** The argument of AUTH. */
  start(argument: string): string {
    const [method = "", word] = splitAt(argument, argument.includes(" ") ? " " : "\t");
    if (/^PLAIN$/i.test(method)) {
      this.awaited = "plain";
      return word === undefined ? "334 " : this.say(word);
    }
    if (/^LOGIN$/i.test(method)) {
      this.awaited = "user";
      return word ? this.say(word) : "334 VXNlcm5hbWU6";
    }
    return this.replies.authMethod(method);
  }

  /** A line of a client that logs in. */
  say(line: string): string {
    const { awaited } = this;
    this.awaited = undefined;
    if (awaited === "plain") {
      const login = parsePlain(line, this.smtpd.isAtLeast("7.8"));
      return login ? this.logIn(login) : this.replies.authSyntax;
    }
    const word = parseLoginWord(line);
    if (awaited === "user") this.userName = word ?? "";
    if (word === undefined) return this.replies.authSyntax;
    if (awaited === "password") return this.logIn({ user: this.userName, password: word });
    this.awaited = "password";
    return "334 UGFzc3dvcmQ6";
  }

  private get replies(): Replies {
    return this.smtpd.replies;
  }

  private logIn(login: Login): string {
    this.userName = login.user;
    const attempt = this.passwords.indexOf(login.password);
    if (attempt === -1) this.passwords.push(login.password);
    const result = this.check(login, attempt === -1 ? this.passwords.length - 1 : attempt);
    if (result === "failure") return this.replies.authFailure;
    return result === "wrong" ? this.replies.wrongPassword : this.letIn(login.user);
  }
}
