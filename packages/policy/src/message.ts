/** What smtpd knows of a message when it looks for a rule (struct envelope). */
export interface Message {
  /** `local` for the socket, else the address: `192.0.2.1` or `2001:db8::1`. */
  readonly src: string;
  /** The reverse name of the address; empty if it has none. */
  readonly rdns: string;
  readonly helo: string;
  /** `@` for the null sender. */
  readonly mailFrom: string;
  readonly rcptTo: string;
  /** That of the listener; empty if it has none. */
  readonly tag: string;
  /** The name of an authenticated user, empty for one who calls sendmail(8); undefined if nobody is. */
  readonly user: string | undefined;
  /** True for an address that an alias or a .forward has produced. */
  readonly internal?: boolean;
}
