import {
  hasWildcard,
  type MailAddress,
  matchesHostName,
  matchesMailAddress,
  networkMatcher,
  parseMailAddress,
  Regex,
  RegexError,
} from "@smtpdlint/model";

/** How smtpd compares a text with the keys of a table (table_static.c, keycmp). */
export type Service = "string" | "domain" | "netaddr" | "mailaddr" | "regex";

/** The key that decided: one that matches, `none` if surely none does, or `unknown`. */
export type Found = { readonly key: string } | "none" | "unknown";

/**
 * Compares texts with the keys of a table in one way. Prepared once, so that
 * many messages can be tried against a table with many keys.
 */
export class Lookup {
  private readonly exact: ReadonlySet<string>;
  private readonly matchers: readonly Matcher[];
  private lastText: string | undefined;
  private lastResult: boolean | undefined;

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
    this.matchers = (keys ?? [])
      .filter((key) => !isExact(key))
      .map((key) => ({ key, matches: matcherOf(service, key, delimiter) }));
  }

  /** True if a key matches; undefined if that cannot be told. */
  test(text: string): boolean | undefined {
    // Many rules ask for the same in a row.
    if (text !== this.lastText) {
      const found = this.search(text.toLowerCase());
      this.lastResult = typeof found === "object" ? true : found === "none" ? false : undefined;
      this.lastText = text;
    }
    return this.lastResult;
  }

  /** The key that matches a text. */
  find(text: string): Found {
    const lower = text.toLowerCase();
    const found = this.search(lower);
    return found === exactly ? { key: lower } : found;
  }

  private search(lower: string): Found {
    if (!this.keys) return "unknown";
    if (this.exact.has(lower)) return exactly;
    let unknown = false;
    for (const matcher of this.matchers) {
      const result = matcher.matches(lower);
      if (result) return matcher;
      unknown ||= result === undefined;
    }
    return unknown ? "unknown" : "none";
  }
}

/** Stands for the text itself as the key, so that no object is made for each question. */
const exactly: Found = { key: "" };

interface Matcher {
  readonly key: string;
  /** Undefined if that cannot be told. */
  readonly matches: (text: string) => boolean | undefined;
}

function matcherOf(service: Exclude<Service, "string">, key: string, delimiter: string): Matcher["matches"] {
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
