import { isRelay } from "@smtpdlint/model";
import type { EntryPoint } from "../entry-points.ts";
import type { MatchRule, Origin } from "../ruleset.ts";
import { Alphabet } from "./alphabet.ts";
import { type Clause, Clauses } from "./clauses.ts";
import { Conditions } from "./conditions.ts";
import { Outcomes } from "./outcomes.ts";
import type { Side } from "./side.ts";
import { internal, local } from "./sources.ts";
import { allBut, type Dimension, only, type Test } from "./tests.ts";

/** The match rules of both sides over the same choices, as lists of clauses that can be compared. */
export class Sides extends Alphabet {
  readonly outcomes = new Outcomes();
  readonly clauses = new Clauses();
  private readonly conditions = new Conditions(this);

  /** What smtpd says where no rule takes a message, and where one rejects it. */
  get refused(): number {
    return this.outcomes.of("refused");
  }

  /** The clauses of a side: what the ways in let come, then its match rules. */
  listOf(side: Side): Clause[] {
    const gates = this.ways.flatMap((way, number) => this.gatesOf(way[side.name], number));
    return [...gates, ...side.smtpd.ruleset.flatMap((rule) => this.clausesOf(rule, side))];
  }

  // ---- ways in

  private gatesOf(point: EntryPoint | undefined, number: number): Clause[] {
    const way = this.tests.of(`way ${number}`, () => only([number]));
    const gate = (outcome: number, tests: Clause["tests"]) => this.clauses.of({ way, ...tests }, [], outcome);
    const closed = this.outcomes.of("no way in");
    if (!point) return [gate(closed, {})];
    const { reach, families, auth, listener } = point;
    const logins = this.logins;
    const sendmail = this.tests.of("user is sendmail", () => only([logins.sendmail]));
    if (reach === "socket" || !listener) {
      const source = this.tests.of("source is a network", () => allBut([local, internal]));
      const user = this.tests.of("user is not sendmail", () => allBut([logins.sendmail]));
      return [gate(closed, { source }), gate(closed, { user })];
    }
    const isNear = reach === "loopback";
    const source = this.tests.of(`source of ${families.join()} ${isNear}`, () => {
      const all = ([4, 6] as const).flatMap((family) => this.sources.ofFamily(family));
      // Nobody else comes by the loopback.
      const others = all.filter(
        (number) =>
          !families.includes(this.sources.isIPv6(number) ? 6 : 4) || (isNear && !this.sources.isLoopback(number)),
      );
      return only([local, ...others]);
    });
    const gates = [gate(closed, { source }), gate(closed, { user: sendmail })];
    if (auth === "none") {
      const user = this.tests.of("user", () => logins.effectOfLogin(false));
      gates.push(gate(this.outcomes.of("no login"), { user }));
    } else if (auth === "required") {
      const user = this.tests.of("no user", () => logins.effectOfLogin(true));
      gates.push(gate(this.outcomes.of("needs login"), { user }));
    }
    return gates;
  }

  // ---- match rules

  private clausesOf(rule: MatchRule, side: Side): Clause[] {
    const { tag, from, destination, helo, auth, tls, mailFrom, rcptTo } = rule;
    const deferred = this.outcomes.of("deferred");
    const before: Partial<Record<Dimension, Test>> = {};
    if (tag) before.way = this.conditions.tagTest(tag, side);
    if (from.kind === "socket" && from.fails) return [this.clauses.of(before, [], deferred)];
    if (from.kind === "address" && from.usersAreLocal) return this.oldClausesOf(rule, before, side);
    const source = this.conditions.sourceTest(from, side);
    if (source) before.source = source;
    // What fails is asked before the recipient.
    const early = this.conditions.domainTest(destination, undefined, side);
    const greeting = helo && this.conditions.hostTest("helo", this.greetings, helo, side);
    const withDomain = (domain: Test | undefined): Clause["tests"] => ({
      ...before,
      ...(domain && { domain }),
      ...(greeting && { helo: greeting }),
    });
    const found: Clause[] = [];
    let user: Test | undefined;
    if (auth?.fails) {
      const login = this.tests.of("user", () => this.logins.effectOfLogin(false));
      found.push(this.clauses.of({ ...withDomain(early), user: login }, [], deferred));
      if (!auth.negated) return found;
    } else if (auth) user = this.conditions.loginTest(auth.condition, auth.negated, side);
    const tests = user && { user };
    if (tls) return [...found, this.clauses.of({ ...withDomain(early), ...tests }, [], deferred)];
    const domain = this.conditions.domainTest(destination, rcptTo, side);
    const sender = mailFrom && this.conditions.senderTest(mailFrom, side);
    const all = { ...withDomain(domain), ...tests, ...(sender && { senderDomain: sender }) };
    return [...found, this.clauses.of(all, [], this.outcomeOf(rule, side))];
  }

  /** Before 6.4 a rule asks for the address of those who are not logged in, and takes all others for local ones. */
  private oldClausesOf(rule: MatchRule, before: Clause["tests"], side: Side): Clause[] {
    const { from, destination, auth, mailFrom, rcptTo } = rule;
    const { condition } = from as Origin & { kind: "address" };
    const domain = this.conditions.domainTest(destination, rcptTo, side);
    const sender = mailFrom && this.conditions.senderTest(mailFrom, side);
    const rest = { ...before, ...(domain && { domain }), ...(sender && { senderDomain: sender }) };
    const outcome = this.outcomeOf(rule, side);
    const source = this.conditions.sourceTest(from, side);
    if (!source) {
      const user = auth && this.conditions.loginTest(undefined, auth.negated, side);
      return [this.clauses.of({ ...rest, ...(user && { user }) }, [], outcome)];
    }
    const found: Clause[] = [];
    if (!auth || auth.negated) {
      const user = this.conditions.loginTest(undefined, true, side);
      found.push(this.clauses.of({ ...rest, source, user }, [], outcome));
    }
    const verdict = this.conditions.localVerdict(condition, side);
    if (verdict && !auth?.negated) {
      const user = this.conditions.loginTest(undefined, false, side);
      found.push(this.clauses.of({ ...rest, user }, verdict.literals ?? [], outcome));
    }
    return found;
  }

  /** What comes of what a rule takes. */
  protected outcomeOf({ match }: MatchRule, { smtpd, meanings, name }: Side): number {
    if (match.outcome?.word === "reject") return this.refused;
    const action = smtpd.policy.model.symbols.actionOf(match);
    if (!action) return this.outcomes.of("deferred");
    return this.outcomes.ofAction(isRelay(action) ? "relayed" : "local", meanings.ofAction(action), action, name);
  }
}
