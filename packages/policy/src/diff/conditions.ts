import { comparisons } from "../comparison.ts";
import { isSurelyIn } from "../evaluate.ts";
import type { Service } from "../lookup.ts";
import type { Condition, MatchRule } from "../ruleset.ts";
import type { Alphabet } from "./alphabet.ts";
import type { Asked, Hosts } from "./hosts.ts";
import type { Side } from "./side.ts";
import { internal, local } from "./sources.ts";
import { allBut, both, type Dimension, depends, holds, only, type Test, type Verdict } from "./tests.ts";

/** Turns the conditions of match rules into tests; what asks the same on both sides is one. */
export class Conditions {
  constructor(private readonly alphabet: Alphabet) {}

  /** Equal for conditions that say the same of a property. */
  private keyOf(condition: Condition, property: string, { contents }: Side): string {
    const { negated, regex } = condition;
    return `${property}${negated ? " !" : " "}${regex ? "~" : ""}${contents.ofKeys(condition)}`;
  }

  private asked(condition: Condition, property: string, service: Service, { contents }: Side): Asked {
    const { negated, regex, table } = condition;
    const { keys } = table;
    return {
      negated,
      regex,
      keys,
      lookup: condition.lookup(service),
      literal: this.alphabet.unknowns.literal({
        property,
        table: contents.ofKeys(condition),
        regex,
        isRead: keys !== undefined,
      }),
      surely: (name) => isSurelyIn(table.identity, name),
    };
  }

  /** Of the tag of a way in. */
  tagTest(condition: Condition, side: Side): Test {
    return this.alphabet.tests.of(`${side.name} ${this.keyOf(condition, "tag", side)}`, () => {
      const asked = this.asked(condition, "tag", comparisons.tag, side);
      const exceptions = new Map<number, Verdict>();
      for (const [number, way] of this.alphabet.ways.entries()) {
        const answer = asked.lookup.test(way[side.name]?.tag ?? "");
        exceptions.set(
          number,
          answer === undefined ? depends(asked.literal, asked.negated) : answer !== asked.negated && holds,
        );
      }
      return { fallback: false, exceptions };
    });
  }

  /** Of a name of a host. */
  hostTest(property: Dimension, hosts: Hosts, condition: Condition, side: Side): Test {
    return this.alphabet.tests.of(this.keyOf(condition, property, side), () =>
      hosts.effect(this.asked(condition, property, "domain", side)),
    );
  }

  /** Of the domain of the recipient, and of what `rcpt-to` says of it; undefined if that is nothing. */
  domainTest(destination: Condition, rcptTo: Condition | undefined, side: Side): Test | undefined {
    const isAny = !destination.negated && !destination.regex && destination.table.includes("*");
    const domain = isAny ? undefined : this.hostTest("domain", this.alphabet.domains, destination, side);
    if (!rcptTo) return domain;
    const recipient = this.alphabet.tests.of(
      `domain of ${this.keyOf(rcptTo, "recipient", side)}`,
      () => this.alphabet.recipientAddresses.effect(this.asked(rcptTo, "recipient", comparisons["rcpt-to"], side)),
      "recipient",
    );
    if (!domain) return recipient;
    return this.alphabet.tests.of(
      `${domain.id} and ${recipient.id}`,
      () => both(domain.effect(), recipient.effect()),
      "recipient",
    );
  }

  /** Of the sender. */
  senderTest(condition: Condition, side: Side): Test {
    return this.alphabet.tests.of(
      `domain of ${this.keyOf(condition, "sender", side)}`,
      () => this.alphabet.senderAddresses.effect(this.asked(condition, "sender", comparisons["mail-from"], side)),
      "sender",
    );
  }

  /** Of who is logged in; without a condition, that somebody is. */
  loginTest(condition: Condition | undefined, negated: boolean, side: Side): Test {
    if (!condition)
      return this.alphabet.tests.of(negated ? "no user" : "user", () => this.alphabet.logins.effectOfLogin(negated));
    return this.alphabet.tests.of(this.keyOf(condition, "user", side), () => {
      const withDomain = condition.lookup("mailaddr");
      return this.alphabet.logins.effect(this.asked(condition, "user", "string", side), (name) =>
        withDomain.test(name),
      );
    });
  }

  /** Of where a message comes from; undefined if it may come from anywhere. */
  sourceTest(from: MatchRule["from"], side: Side): Test | undefined {
    switch (from.kind) {
      case "socket":
        return this.alphabet.tests.of(`socket ${from.negated}`, () =>
          from.negated ? allBut([local, internal]) : only([local]),
        );
      case "address": {
        const { condition } = from;
        const { keys } = condition.table;
        const isAny = !condition.negated && !condition.regex && keys && anywhere.every((key) => keys.includes(key));
        if (isAny) return undefined;
        return this.alphabet.tests.of(this.keyOf(condition, "source", side), () =>
          this.alphabet.sources.effect(this.asked(condition, "source", "netaddr", side), condition.table.blocks),
        );
      }
      case "rdns": {
        const { condition, negated } = from;
        const next = this.reverseTest(condition, negated, side);
        const ofAlias = condition?.lookup("netaddr").test("local");
        const asAlias = condition ? ofAlias !== undefined && ofAlias !== negated && holds : false;
        return this.alphabet.tests.of(
          `reverse ${next.id} ${ofAlias}`,
          () => ({ fallback: { next }, exceptions: new Map([[internal, asAlias]]) }),
          "rdns",
        );
      }
    }
  }

  /** What a condition on addresses says of `local`. */
  localVerdict(condition: Condition, side: Side): Verdict {
    const { negated, literal, lookup, surely } = this.asked(condition, "source", "netaddr", side);
    const found = surely("local") || lookup.test("local");
    return found === undefined ? depends(literal, negated) : found !== negated && holds;
  }

  /** A reverse name is compared as an address. */
  private reverseTest(condition: Condition | undefined, negated: boolean, side: Side): Test {
    const none = this.alphabet.reverseNames.add("");
    if (!condition) {
      return this.alphabet.tests.of(`rdns ${negated}`, () => (negated ? only([none]) : allBut([none])));
    }
    return this.alphabet.tests.of(this.keyOf(condition, "rdns", side), () => {
      const asked = this.asked(condition, "rdns", comparisons["from rdns"], side);
      const exceptions = new Map<number, Verdict>();
      const unknown = depends(asked.literal, negated);
      const { reverseNames } = this.alphabet;
      const { keys } = asked;
      const isOpen = !keys || asked.regex || condition.table.blocks.length > 0;
      // Without a network a table has the names that stand in it.
      const named = isOpen ? reverseNames.all.keys() : keys.flatMap((key) => reverseNames.find(key) ?? []);
      for (const number of named) {
        const answer = asked.lookup.test(reverseNames.all[number]?.text ?? "");
        exceptions.set(number, answer === undefined ? unknown : answer !== negated && holds);
      }
      // Without a reverse name not even a negated condition holds.
      exceptions.set(none, false);
      return { fallback: isOpen ? unknown : negated && holds, exceptions };
    });
  }
}

const anywhere = ["local", "0.0.0.0/0", "::/0"];
