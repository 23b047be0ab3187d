import { hasWildcard, matchesHostName } from "@smtpdlint/model";
import type { Lookup } from "../lookup.ts";
import { Choices, samplesOf } from "./choices.ts";
import { answerToAll } from "./expressions.ts";
import { depends, type Effect, holds, negated, type Verdict } from "./tests.ts";

/** What one table asks of a text. */
export interface Asked {
  readonly negated: boolean;
  readonly regex: boolean;
  /** In lower case; undefined if nobody knows them. */
  readonly keys: readonly string[] | undefined;
  readonly lookup: Lookup;
  /** What stands for the answer where it cannot be known. */
  readonly literal: number;
  /** True for a text that an unread table has on every machine. */
  readonly surely: (text: string) => boolean;
}

/** Names of hosts: each that is named, `xq.example.org` for `*.example.org`, and the rest. */
export class Hosts {
  readonly choices = new Choices();
  /** The names that are one label longer than a suffix. */
  private readonly bySuffix = new Map<string, number[]>();

  add(keys: readonly string[] | undefined, regex: boolean): void {
    for (const key of keys ?? []) {
      if (regex) for (const sample of samplesOf(key)) this.addName(sample);
      else if (isSuffix(key)) this.choices.add(key, `xq${key.slice(1)}`);
      else if (key !== "*" && key !== "") this.addName(key.replaceAll("*", "xq"));
    }
  }

  addName(name: string): void {
    const before = this.choices.all.length;
    const number = this.choices.add(name);
    if (number < before) return;
    const suffix = suffixOf(name);
    const same = this.bySuffix.get(suffix);
    if (same) same.push(number);
    else this.bySuffix.set(suffix, [number]);
  }

  /** The names that a pattern has, and the kinds of names. */
  matching(pattern: string): readonly number[] {
    if (!hasWildcard(pattern)) return [this.choices.find(pattern)].filter((number) => number !== undefined);
    if (isSuffix(pattern)) {
      const kind = this.choices.find(pattern);
      return [...(kind === undefined ? [] : [kind]), ...(this.bySuffix.get(pattern.slice(2)) ?? [])];
    }
    return this.exact().filter((number) => matchesHostName(this.text(number), pattern));
  }

  /** The number of the choice that a name is of; -1 for one that nobody names. */
  numberOf(name: string): number {
    const text = name.toLowerCase();
    return this.choices.find(text) ?? this.choices.find(`*.${suffixOf(text)}`) ?? -1;
  }

  /** A name like this that nobody names. */
  unnamed(name: string): string {
    let found = name;
    for (let count = 1; this.numberOf(found) !== -1; count++) found = `${name.split(".")[0]}.other${count}.example`;
    return found;
  }

  exact(): number[] {
    return [...this.choices.all.keys()].filter((number) => this.choices.all[number]?.isExact);
  }

  text(number: number): string {
    return this.choices.all[number]?.text ?? "";
  }

  /** What a table says of names. */
  effect(asked: Asked): Effect {
    const effect = this.plainEffect(asked);
    return asked.negated ? negated(effect) : effect;
  }

  private plainEffect({ keys, regex, lookup, literal, surely }: Asked): Effect {
    const exceptions = new Map<number, Verdict>();
    const unknown = depends(literal, false);
    let fallback: Verdict = false;
    const answer = keys && regex ? answerToAll(keys) : "open";
    if (answer !== "open") return { fallback: answer && holds, exceptions };
    if (!keys || regex) {
      fallback = unknown;
      for (const number of this.exact()) {
        const text = this.text(number);
        const found = surely(text) || lookup.test(text);
        if (found !== undefined) exceptions.set(number, found && holds);
      }
    } else if (keys.includes("*")) fallback = holds;
    else {
      if (!keys.every(isPlain)) {
        fallback = unknown;
        for (const number of this.exact()) exceptions.set(number, false);
      }
      for (const key of keys) for (const number of this.matching(key)) exceptions.set(number, holds);
    }
    return { fallback, exceptions };
  }
}

/** `*.example.org` has the names that are one label longer (util.c, hostname_match). */
export const isSuffix = (pattern: string) => pattern.startsWith("*.") && !hasWildcard(pattern.slice(2));

/** True for a pattern whose names are told apart. */
export const isPlain = (pattern: string) => !hasWildcard(pattern) || isSuffix(pattern) || pattern === "*";

const suffixOf = (name: string) => (name.includes(".") ? name.slice(name.indexOf(".") + 1) : "");
