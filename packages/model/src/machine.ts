import type { ReadFailure } from "@smtpdlint/grammar";

/**
 * The machine that smtpd runs on, for those who want to know what `smtpd -n`
 * says here. All calls are synchronous and none may throw. An answer that is
 * `undefined` is not known, and then nothing is said.
 */
export interface Machine {
  /** The file that `path` names, symbolic links followed; a relative path starts in the working directory. */
  fileStatus(path: string): FileStatus;
  /** The folder that `path` names, symbolic links followed; undefined if nobody can tell. */
  folderStatus(path: string): FolderStatus | undefined;
  /** What is at an absolute path; undefined if nobody can tell. */
  entry(path: string): FileEntry | undefined;
  /** What getpwnam(3) finds. */
  user(name: string): SystemUser | "missing" | undefined;
  /** The users of /etc/passwd who are persons: they can log in, and their numbers are not those of services. */
  readonly persons: readonly string[];
  /** smtpd's own user (SMTPD_USER), whatever its name is here. */
  readonly daemonAccount: SystemUser | undefined;
  /** The numbers of smtpd's user and group for the queue (SMTPD_QUEUE_USER), whatever their name is here. */
  readonly queueAccount: { readonly user: number; readonly group: number } | undefined;
  /** Whether smtpd gets a private key out of a file (ssl.c, ssl_load_key). */
  privateKey(path: string): KeyStatus | undefined;
  /** The first certificate of a file in PEM; undefined if it holds none that can be read. */
  certificate(path: string): Certificate | undefined;
  /** True if a certificate is for the private key of a file; both are paths. */
  isKeyOf(key: string, certificate: string): boolean | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** True if the file is a hash of Berkeley DB, the kind that smtpd opens for a `db:` table (table_db.c). */
  isHashDatabase(path: string): boolean | undefined;
  /** The names of the network interfaces, for messages. */
  readonly interfaces: readonly string[];
  /** True if an interface, or on a BSD a group of them, has this name and an address of the family. */
  isInterface(name: string, family: Family): boolean | undefined;
  /** True if getaddrinfo(3) finds an address of the family: for an address itself, a name of /etc/hosts or of the DNS. */
  hasAddress(name: string, family: Family): boolean | undefined;
  /** The addresses that getaddrinfo(3) finds for a host name, in its order and as often as it names them. */
  addresses(name: string): readonly string[] | undefined;
  /** What smtpd calls itself: the first line of mailname, or the name of the machine (util.c, getmailname). */
  readonly hostName: string | undefined;
  /** True for an address to which a program can bind here; undefined for a name. */
  isOwnAddress(address: string): boolean | undefined;
  /** True if getservbyname(3) finds a TCP service. */
  isService(name: string): boolean | undefined;
  /** True if getpwnam(3) finds the user. */
  isUser(name: string): boolean | undefined;
  /** True if getgrnam(3) finds the group. */
  isGroup(name: string): boolean | undefined;
  /** The folders in which smtpd may look for its helpers (PATH_LIBEXEC), as far as they are there. */
  readonly helperFolders: readonly string[];
}

/** A line of passwd(5). */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** What is at a path (lstat(2)): a file, a folder, a symbolic link, something else such as a socket, or nothing. */
export type FileEntry =
  | ({ readonly kind: "file"; readonly text: string } & Permissions)
  | ({ readonly kind: "folder" } & Permissions)
  | ({ readonly kind: "special" } & Permissions)
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "missing" };

/** The lower twelve bits of a mode, and whose it is. */
export interface Permissions {
  readonly mode: number;
  readonly uid: number;
  /** Undefined if the group is not known. */
  readonly gid?: number;
  /** True if an access list (acl(5)) may allow what the mode denies. */
  readonly hasAccessList?: () => boolean;
}

/** What stat(2) says of a folder; `missing` if nothing is there, `other` if it is none. */
export type FolderStatus =
  | {
      readonly owner: number;
      readonly group: number;
      /** The permission bits, those of set-id and sticky too. */
      readonly mode: number;
    }
  | "missing"
  | "other";

/** What a file of a key holds: one in PEM, one in PEM with a passphrase, or none. */
export type KeyStatus = "usable" | "encrypted" | "missing";

/** What a certificate says (RFC 5280). */
export interface Certificate {
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
  /** The host names that it is for, in lower case; `*.` stands for one label. */
  readonly names: readonly string[];
  /** What stands behind it in the file: whether each certificate has issued the one before. */
  readonly chain: readonly boolean[];
  /** True if it says where the certificate of its issuer can be had, as those of public authorities do. */
  readonly namesIssuer: boolean;
}

/** The version of IP. */
export type Family = "any" | "inet4" | "inet6";

/** What stat(2) says of a file. */
export type FileStatus =
  | {
      readonly owner: number;
      /** The permission bits. */
      readonly mode: number;
      /** When it was changed, in milliseconds since 1970. */
      readonly modified: number;
      /** True if every user of the machine can open it: the folders above it count too. */
      readonly public: boolean;
    }
  | { readonly failure: ReadFailure };
