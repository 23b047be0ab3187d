import type { Filter } from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";
import type { Assumptions } from "../assumptions.ts";
import type { Environment } from "../environment.ts";
import { type FilterConditions, type FilterView, isIdle } from "../filters.ts";

/** A step of SMTP at which filters are asked (lka_filter.c, filter_execs). */
export type Phase =
  | "connect"
  | "helo"
  | "ehlo"
  | "starttls"
  | "auth"
  | "mail-from"
  | "rcpt-to"
  | "data"
  | "commit"
  | "rset"
  | "noop"
  | "quit";

/** What a filter decided in a phase; those that let the session go on without a word are left out. */
export interface FilterDecision {
  readonly phase: Phase;
  readonly filter: Filter;
  readonly action: "reject" | "disconnect" | "rewrite" | "junk" | "report" | "bypass";
}

/** How a phase ends. */
export type PhaseEnd =
  | { readonly kind: "proceed" | "junk" }
  | { readonly kind: "rewrite" | "reject" | "disconnect"; readonly text: string }
  /** smtpd crashes. */
  | { readonly kind: "death" }
  /** A program decides of which nothing is known. */
  | { readonly kind: "open" };

/** Asks the filters of a listener, phase by phase (lka_filter.c, filter_protocol_internal). */
export class FilterChain {
  constructor(
    private readonly filters: readonly Filter[],
    private readonly conditions: FilterConditions,
    private readonly model: Model,
    private readonly environment: Pick<Environment, "filterAnswer">,
    private readonly assumptions: Assumptions,
  ) {}

  /** Runs a phase; what is decided is added to `decisions`. */
  run(phase: Phase, view: FilterView, decisions: FilterDecision[]): PhaseEnd {
    for (const filter of this.filters) {
      const end = filter.phase
        ? this.runBuiltin(filter, phase, view, decisions)
        : this.runProgram(filter, phase, decisions);
      if (end) return end;
    }
    return { kind: "proceed" };
  }

  /** Undefined if the next filter is asked. */
  private runBuiltin(
    filter: Filter,
    phase: Phase,
    view: FilterView,
    decisions: FilterDecision[],
  ): PhaseEnd | undefined {
    const { condition, action } = filter;
    if (!condition || !action || isIdle(filter, this.model.target)) return undefined;
    const isAuth = filter.phase?.word === "auth";
    // What is written for the phase `auth` is asked at the connection (parse.y).
    if ((isAuth ? "connect" : filter.phase?.word) !== phase) return undefined;
    // Then there is neither a helo nor a sender, and smtpd looks them up all the same.
    const { word } = condition.keyword;
    if (isAuth && (word === "helo" || word === "mail-from")) return { kind: "death" };
    let holds = this.conditions.holds(condition, view);
    if (holds === undefined) {
      const question = {
        topic: "filter",
        about: `${filter.name?.value ?? ""} ${phase}`,
        place: condition.span,
        answers: ["no", "yes"],
      } as const;
      holds = this.assumptions.assume(question) === "yes";
    }
    if (!holds) return undefined;
    const kind = action.keyword.word as FilterDecision["action"];
    decisions.push({ phase, filter, action: kind });
    const text = action.text?.value ?? "";
    switch (kind) {
      case "report":
        return undefined;
      case "bypass":
        return { kind: "proceed" };
      case "junk":
        return { kind };
      default:
        return { kind, text };
    }
  }

  private runProgram(filter: Filter, phase: Phase, decisions: FilterDecision[]): PhaseEnd | undefined {
    const name = filter.name?.value ?? "";
    const answer = this.environment.filterAnswer(name, phase);
    if (!answer) {
      const question = { topic: "filter", about: name, place: filter.span, answers: ["passes", "acts"] } as const;
      return this.assumptions.endsAt(question, "acts") ? { kind: "open" } : undefined;
    }
    if (answer.kind === "proceed") return undefined;
    decisions.push({ phase, filter, action: answer.kind });
    return answer;
  }
}
