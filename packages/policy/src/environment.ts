import type { FileEntry, SystemUser } from "@smtpdlint/model";

/**
 * What is known of the machine that smtpd runs on, and of the world around it.
 * What is undefined is not known. No call may throw.
 */
export interface Environment {
  /** What the table `<localhost>` holds (config.c): `local`, and the addresses of all interfaces, IPv6 in brackets. */
  readonly localAddresses: readonly string[] | undefined;
  /** What the table `<localnames>` holds: `localhost`, the host name, and addresses. */
  readonly localNames: readonly string[] | undefined;
  /** The name of the machine: the first line of mailname, or else gethostname(3) (config.c). */
  readonly hostName: string | undefined;
  /** Seconds since 1970. The time stamps of SRS depend on the day. */
  readonly now: number | undefined;
  /** What getpwnam(3) finds; `present` if nothing but that is known. */
  user(name: string): SystemUser | "present" | "missing" | undefined;
  /** What is at an absolute path; of a symbolic link, the link itself. */
  entry(path: string): FileEntry | undefined;
  /** What is at the path of a socket: where the files of a machine are only copied, it is not known. */
  socket(path: string): FileEntry | undefined;
  /** What the DNS says of a client's address. */
  client(address: string): ClientName | undefined;
  /** What a program that filters answers, by the name of the filter, in a phase. */
  filterAnswer(filter: string, phase: string): FilterAnswer | undefined;
  /** True if crypt(3) makes the hash of the password. */
  fitsPassword(password: string, hash: string): boolean | undefined;
  /** The addresses of a host, in the resolver's order; none if it has none. */
  addresses(host: string): readonly string[] | undefined;
  /** The MX records of a domain; none if it has other records only. */
  exchangers(domain: string): readonly Exchanger[] | "missing" | undefined;
  /** What a server says to mail; `unreachable` if nobody listens there. */
  server(address: string, port: number): MailServer | "unreachable" | undefined;
  /** What comes of a command line that a shell runs with a message as its input. */
  run(command: string, as: ProgramUser): ProgramEnd | undefined;
}

/** An MX record. */
export interface Exchanger {
  readonly preference: number;
  /** Empty if the domain takes no mail (RFC 7505). */
  readonly host: string;
}

/** A server of others. */
export interface MailServer {
  readonly offersTls: boolean;
  /** The reply to RCPT TO. */
  readonly recipientReply: string;
  /** The reply to a message that it has taken. */
  readonly messageReply: string;
}

/** Who runs a program, and what it finds in its environment (mda_unpriv.c). */
export interface ProgramUser {
  readonly uid: number;
  readonly home: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** How a program ends: with an exit code, or by a signal. Its last line of output becomes the error. */
export type ProgramEnd = { readonly exitCode: number; readonly output?: string } | { readonly signal: number };

/** The name of a client's address, and what comes of looking that name up (smtp_session.c, smtp_getnameinfo_cb). */
export interface ClientName {
  /** Empty if the address has none. */
  readonly name: string;
  /** `pass` if the name leads back to the address; `error` if the DNS gave no answer. */
  readonly confirmed: "pass" | "fail" | "error";
}

/** What a program answers to a phase (smtpd-filters(7)). */
export type FilterAnswer =
  | { readonly kind: "proceed" | "junk" }
  /** With a text that replaces the command's parameter, or is the reply. */
  | { readonly kind: "rewrite" | "reject" | "disconnect"; readonly text: string };

/** What a program answers in a phase, if it is said once: it counts in the first phase in which smtpd would heed it. */
export const heededAnswer = (answer: FilterAnswer | undefined, phase: string): FilterAnswer | undefined =>
  !answer || answer.kind === "proceed" || phase === "data" ? answer : { kind: "proceed" };

/** A machine of which nothing is known. */
export const unknownEnvironment: Environment = {
  localAddresses: undefined,
  localNames: undefined,
  hostName: undefined,
  now: undefined,
  user: () => undefined,
  entry: () => undefined,
  socket: () => undefined,
  client: () => undefined,
  filterAnswer: () => undefined,
  fitsPassword: () => undefined,
  addresses: () => undefined,
  exchangers: () => undefined,
  server: () => undefined,
  run: () => undefined,
};

/** The machine as somebody outside meets it, who has none of its addresses and names. */
export const outsideEnvironment: Environment = {
  ...unknownEnvironment,
  localAddresses: ["local", "127.0.0.1", "[::1]"],
  localNames: ["localhost"],
};

/** The keys of the tables that smtpd makes itself (config.c), by their names. */
export const builtinKeys = ({
  localAddresses,
  localNames,
}: Pick<Environment, "localAddresses" | "localNames">): ReadonlyMap<string, Keys> =>
  new Map([
    ["<anyhost>", ["local", "0.0.0.0/0", "::/0"]],
    ["<anydestination>", ["*"]],
    ["<localhost>", localAddresses],
    ["<localnames>", localNames],
  ]);

type Keys = readonly string[] | undefined;

/** Stands for the name of a machine that nobody knows. */
export const unknownHost = "<hostname>";
