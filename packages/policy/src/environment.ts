/** What is known of the machine that smtpd runs on. What is undefined is not known. */
export interface Environment {
  /** What the table `<localhost>` holds (config.c): `local`, and the addresses of all interfaces, IPv6 in brackets. */
  readonly localAddresses: readonly string[] | undefined;
  /** What the table `<localnames>` holds: `localhost`, the host name, and addresses. */
  readonly localNames: readonly string[] | undefined;
}

/** A machine of which nothing is known. */
export const unknownEnvironment: Environment = { localAddresses: undefined, localNames: undefined };

/** The machine as somebody outside meets it, who has none of its addresses and names. */
export const outsideEnvironment: Environment = {
  localAddresses: ["local", "127.0.0.1", "[::1]"],
  localNames: ["localhost"],
};

/** The keys of the tables that smtpd makes itself (config.c), by their names. */
export const builtinKeys = ({ localAddresses, localNames }: Environment): ReadonlyMap<string, Keys> =>
  new Map([
    ["<anyhost>", ["local", "0.0.0.0/0", "::/0"]],
    ["<anydestination>", ["*"]],
    ["<localhost>", localAddresses],
    ["<localnames>", localNames],
  ]);

type Keys = readonly string[] | undefined;
