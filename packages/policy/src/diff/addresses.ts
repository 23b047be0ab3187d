import { groupBy, hasWildcard, parseMailAddress } from "@smtpdlint/model";
import { Choices, samplesOf } from "./choices.ts";
import { answerToAll } from "./expressions.ts";
import { type Asked, type Hosts, isPlain } from "./hosts.ts";
import { type Dimension, depends, type Effect, holds, negated, type Test, type Tests, type Verdict } from "./tests.ts";

/** The null sender, as a domain and as an address. */
export const nobody = { domain: "", address: "@" };

/** Users in addresses: each that is named, what has another tag, and the rest. */
export class Users {
  readonly choices = new Choices();
  /** Those that are the same without their tags. */
  private readonly byBase = new Map<string, number[]>();

  constructor(readonly delimiter: string) {}

  add(user: string): void {
    if (user === "") return;
    this.addOne(user, user);
    const base = this.baseOf(user);
    if (base === "") return;
    this.addOne(base, base);
    // Longer than any that is named.
    this.addOne(`${base}${this.delimiter}*`, `${base}${this.delimiter}xq`);
  }

  private addOne(name: string, text: string): void {
    const before = this.choices.all.length;
    const number = this.choices.add(name, text);
    if (number < before) return;
    const base = this.baseOf(text);
    const same = this.byBase.get(base);
    if (same) same.push(number);
    else this.byBase.set(base, [number]);
  }

  private readonly baseOf = (user: string) => withoutTag(user, this.delimiter);

  /** The number of the choice that a user is of; -1 for one that nobody names. */
  numberOf(user: string): number {
    const text = user.toLowerCase();
    const tagged = text.includes(this.delimiter) ? `${this.baseOf(text)}${this.delimiter}*` : "";
    return this.choices.find(text) ?? this.choices.find(tagged) ?? -1;
  }

  /** A user like this whom nobody names. */
  unnamed(user: string): string {
    let found = user;
    for (let count = 1; this.numberOf(found) !== -1; count++) found = `${user}${count}`;
    return found;
  }

  /** Those that a table's user stands for (util.c, mailaddr_match). */
  matching(user: string): readonly number[] {
    if (!user.includes(this.delimiter)) return this.byBase.get(user) ?? [];
    const number = this.choices.find(user);
    return number === undefined ? [] : [number];
  }
}

interface Key {
  readonly user: string;
  readonly domain: string;
}

/** Makes tests of addresses, in two steps: of the domain, and of the user once that is known. */
export class Addresses {
  constructor(
    private readonly hosts: Hosts,
    private readonly users: Users,
    private readonly tests: Tests,
    /** Where the user is asked for. */
    private readonly later: Dimension,
  ) {}

  /** Adds what a table names. */
  add(keys: readonly string[] | undefined, regex: boolean): void {
    const texts = regex ? (keys ?? []).flatMap(samplesOf) : (keys ?? []);
    for (const text of texts) {
      const { user, domain } = parseMailAddress(text) ?? { user: "", domain: "" };
      if (domain !== "") this.hosts.add([domain], false);
      this.users.add(user);
    }
  }

  /** What a table says of domains; the tests of users that this leaves. */
  effect(asked: Asked): Effect {
    const { keys, regex, lookup } = asked;
    const exceptions = new Map<number, Verdict>();
    const none = this.hosts.choices.find(nobody.domain);
    const ofNobody = lookup.test(nobody.address);
    if (none !== undefined && ofNobody !== undefined) exceptions.set(none, ofNobody !== asked.negated && holds);
    const set = (number: number, verdict: Verdict) => {
      if (number !== none) exceptions.set(number, verdict);
    };
    const unknown = depends(asked.literal, asked.negated);
    if (!keys) return { fallback: unknown, exceptions };
    const all = regex ? answerToAll(keys) : "open";
    if (all !== "open") return { fallback: all !== asked.negated && holds, exceptions };
    if (regex) {
      for (const number of this.hosts.exact()) set(number, this.regexOf(asked, this.hosts.text(number)));
      return { fallback: unknown, exceptions };
    }
    const parsed: readonly Key[] = keys.flatMap((key) => parseMailAddress(key) ?? []);
    const general = parsed.filter(({ domain }) => domain === "" || domain === "*").map(({ user }) => user);
    const special = parsed.filter(({ domain }) => domain !== "" && domain !== "*");
    const odd = special.filter(({ domain }) => !isPlain(domain));
    const byChoice = new Map<number, string[]>();
    for (const { user, domain } of special) {
      for (const number of this.hosts.matching(domain)) {
        const same = byChoice.get(number);
        if (same) same.push(user);
        else byChoice.set(number, [...general, user]);
      }
    }
    const isOdd = (number: number) => odd.length > 0 && !this.hosts.choices.all[number]?.isExact;
    const anybody = this.usersOf(general, asked.negated);
    for (const [number, users] of byChoice) set(number, isOdd(number) ? unknown : this.usersOf(users, asked.negated));
    if (odd.length === 0 || general.includes("")) return { fallback: anybody, exceptions };
    for (const number of this.hosts.exact()) if (!exceptions.has(number)) set(number, anybody);
    return { fallback: unknown, exceptions };
  }

  private usersOf(users: readonly string[], negated: boolean): Verdict {
    if (users.includes("")) return negated ? false : holds;
    if (users.length === 0) return negated && holds;
    const names = [...new Set(users)].sort();
    const key = `${this.later} ${negated} ${names.join("\n")}`;
    const next: Test = this.tests.of(key, () => {
      const found = names.flatMap((name) => this.users.matching(name));
      return {
        fallback: negated && holds,
        exceptions: new Map(found.map((number) => [number, negated ? false : holds])),
      };
    });
    return { next };
  }

  /** Of an expression the whole address has to be known. */
  private regexOf({ lookup, negated, literal }: Asked, domain: string): Verdict {
    const next = this.tests.of(`${this.later} regex ${negated} ${literal} ${domain}`, () => {
      const exceptions = new Map<number, Verdict>();
      for (const [number, { text, isExact }] of this.users.choices.all.entries()) {
        const answer = isExact ? lookup.test(`${text}@${domain}`) : undefined;
        if (answer !== undefined) exceptions.set(number, answer !== negated && holds);
      }
      return { fallback: depends(literal, negated), exceptions };
    });
    return { next };
  }
}

/** Names of those who are logged in: nobody, sendmail(8), each that is named, others, and others with a domain. */
export class Logins {
  readonly choices = new Choices();
  /** Those with a domain, by it and by their users without tags. */
  private withDomains: { readonly byDomain: Map<string, number[]>; readonly byUser: Map<string, number[]> } | undefined;
  readonly nobody = this.choices.add("(nobody)", "");
  readonly sendmail = this.choices.add("");
  readonly withDomain = this.choices.add("*@*", "someone@elsewhere.example");

  constructor(private readonly delimiter: string) {}

  add(keys: readonly string[] | undefined, regex: boolean): void {
    const texts = regex ? (keys ?? []).flatMap(samplesOf) : (keys ?? []);
    for (const text of texts) {
      if (text.startsWith("@")) this.choices.add(`someone${text.replaceAll("*", "xq")}`);
      else if (text !== "" && !hasWildcard(text)) this.choices.add(text);
    }
  }

  /** The number of the choice that a login is of; -1 for one that nobody names. */
  numberOf(user: string | undefined): number {
    if (user === undefined) return this.nobody;
    return this.choices.find(user.toLowerCase()) ?? (user.includes("@") ? this.withDomain : -1);
  }

  /** Without a table: that somebody is logged in. */
  effectOfLogin(negated: boolean): Effect {
    return { fallback: negated ? false : holds, exceptions: new Map([[this.nobody, negated && holds]]) };
  }

  /** With a table; `testWithDomain` compares names with an `@`. */
  effect(asked: Asked, testWithDomain: (name: string) => boolean | undefined): Effect {
    const effect = this.plainEffect(asked, testWithDomain);
    return asked.negated ? negated(effect) : effect;
  }

  private plainEffect(
    { keys, regex, lookup, literal }: Asked,
    testWithDomain: (name: string) => boolean | undefined,
  ): Effect {
    const unknown = depends(literal, false);
    const isOpen = !keys || regex;
    const exceptions = new Map<number, Verdict>();
    // What a table does not name it does not have; of many tables each names few.
    for (const number of isOpen ? this.choices.all.keys() : this.namedBy(keys)) {
      const text = this.choices.all[number]?.text ?? "";
      const answer = text.includes("@") ? testWithDomain(text) : lookup.test(text);
      exceptions.set(number, answer === undefined ? unknown : answer && holds);
    }
    exceptions.set(this.withDomain, keys?.length === 0 ? false : unknown);
    // smtpd negates the answer also for somebody who is not authenticated.
    exceptions.set(this.nobody, false);
    return { fallback: isOpen ? unknown : false, exceptions };
  }

  /** All choices that one of the keys may stand for (util.c, mailaddr_match). */
  private namedBy(keys: readonly string[]): Set<number> {
    this.withDomains ??= this.indexed();
    const { byDomain, byUser } = this.withDomains;
    const found = new Set<number>();
    for (const key of keys) {
      const same = this.choices.find(key);
      if (same !== undefined) found.add(same);
      const { user, domain } = parseMailAddress(key) ?? { user: "", domain: "" };
      const isOne = domain !== "" && !hasWildcard(domain);
      const alike = isOne ? [byDomain.get(domain)] : user !== "" ? [byUser.get(this.baseOf(user))] : byDomain.values();
      for (const numbers of alike) for (const number of numbers ?? []) found.add(number);
    }
    return found;
  }

  private indexed() {
    const named = [...this.choices.all.keys()].filter((number) => this.choices.all[number]?.text.includes("@"));
    const partsOf = (number: number) => (this.choices.all[number]?.text ?? "").split(/@(?=[^@]*$)/);
    return {
      byDomain: groupBy(named, (number) => partsOf(number)[1] ?? ""),
      byUser: groupBy(named, (number) => this.baseOf(partsOf(number)[0] ?? "")),
    };
  }

  private readonly baseOf = (user: string) => withoutTag(user, this.delimiter);
}

/** A user without a tag. */
function withoutTag(user: string, delimiter: string): string {
  const at = user.indexOf(delimiter);
  return at === -1 ? user : user.slice(0, at);
}
