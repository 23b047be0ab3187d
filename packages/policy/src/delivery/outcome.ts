import type { WriteProblem } from "./access.ts";

/** What becomes of an envelope when smtpd delivers it. */
export interface Outcome {
  readonly by: "mda" | "mta";
  /** Undefined if that depends on a program, a server or a table that nobody knows. */
  readonly result: "Ok" | "TempFail" | "PermFail" | undefined;
  /** As smtpd logs it; empty if the result is not known. */
  readonly status: string;
  /** Where the message goes, or would go; undefined if smtpd does not get so far. */
  readonly destination: Destination | undefined;
  /** What on this machine stops a helper of smtpd: the folder, file or socket, and why. */
  readonly obstacle?: Obstacle;
  /** Of a relay, the sender in its log; undefined if it fails before, or if nobody knows it. */
  readonly sender?: string | undefined;
}

/** A folder, file or socket that a delivery cannot use. */
export interface Obstacle {
  readonly path: string;
  readonly problem: WriteProblem;
}

/** Where a message comes to rest. */
export type Destination =
  /** The folder of a maildir that gets it, and the lines that are put before it. */
  | { readonly kind: "maildir"; readonly folder: string; readonly headers: readonly string[] }
  | { readonly kind: "mailbox" | "file"; readonly path: string; readonly headers: readonly string[] }
  /** A command line, as the shell gets it. */
  | {
      readonly kind: "program";
      readonly command: string;
      readonly user: string;
      readonly variables: Variables;
      readonly headers: readonly string[];
    }
  | {
      readonly kind: "lmtp";
      readonly server: string;
      readonly sender: string;
      readonly recipient: string;
      readonly headers: readonly string[];
    }
  | {
      readonly kind: "server";
      /** The relay as it is configured; undefined if the exchangers of the domain are asked. */
      readonly relay: string | undefined;
      /** Address and port of the server that takes it; undefined if that is not known. */
      readonly server: { readonly address: string; readonly port: number } | undefined;
      readonly protocol: "smtp" | "lmtp";
      readonly tls: "offered" | "required" | "immediate" | "none";
      /** The name under which the password is found. */
      readonly label: string;
      /** Undefined if nobody knows it. */
      readonly helo: string | undefined;
      readonly source: string | undefined;
      /** Undefined if the date decides, which is not known. */
      readonly sender: string | undefined;
      readonly recipient: string;
    };

/** What a program finds in its environment. */
export type Variables = Readonly<Record<string, string>>;

export const failed = (by: Outcome["by"], result: "TempFail" | "PermFail", status: string): Outcome => ({
  by,
  result,
  status,
  destination: undefined,
});
