import { hasWildcard, matchesHostName } from "../values/host-pattern.ts";
import { type MailAddress, matchesMailAddress, parseMailAddress } from "../values/mail-address.ts";
import { networkMatcher } from "../values/network.ts";
import { Regex, RegexError } from "../values/regex.ts";

/** How smtpd compares a text with the keys of a table (table_static.c, keycmp). */
export type Service = "string" | "domain" | "netaddr" | "mailaddr" | "regex";

/**
 * Compares texts with the keys of a table in one way. Prepared once, so that
 * many messages can be tried against a table with many keys.
 */
export class Lookup {
  private readonly exact: ReadonlySet<string>;
  private readonly matchers: readonly ((key: string) => boolean | undefined)[];

  constructor(
    readonly service: Service,
    /** In lower case; undefined if they are not known. */
    readonly keys: readonly string[] | undefined,
    delimiter: string,
  ) {
    if (service === "string") {
      this.exact = new Set(keys);
      this.matchers = [];
      return;
    }
    // Most names of domains have no wildcard.
    const isExact = (key: string) => service === "domain" && !hasWildcard(key);
    this.exact = new Set(keys?.filter(isExact));
    this.matchers = (keys ?? []).filter((key) => !isExact(key)).map((key) => matcherOf(service, key, delimiter));
  }

  /** True if a key matches; undefined if that cannot be told. */
  test(text: string): boolean | undefined {
    if (!this.keys) return undefined;
    const lower = text.toLowerCase();
    if (this.exact.has(lower)) return true;
    let unknown = false;
    for (const matches of this.matchers) {
      const result = matches(lower);
      if (result) return true;
      unknown ||= result === undefined;
    }
    return unknown ? undefined : false;
  }
}

function matcherOf(
  service: Exclude<Service, "string">,
  key: string,
  delimiter: string,
): (text: string) => boolean | undefined {
  switch (service) {
    case "domain":
      return (text) => matchesHostName(text, key);
    case "netaddr":
      return networkMatcher(key);
    case "mailaddr": {
      const entry = parseMailAddress(key);
      return (text) => {
        const address: MailAddress | undefined = parseMailAddress(text);
        return address !== undefined && entry !== undefined && matchesMailAddress(address, entry, delimiter);
      };
    }
    case "regex": {
      const regex = Regex.parse(key);
      if (regex === "unsupported") return () => undefined;
      return (text) => !(regex instanceof RegexError) && regex.test(text);
    }
  }
}
