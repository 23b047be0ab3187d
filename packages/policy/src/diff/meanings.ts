import type { Action, Ca, Filter, Listen, Option, Pki, Proc, TableExpression } from "@smtpdlint/grammar";
import { optionOf, parseDelay } from "@smtpdlint/model";
import { portsOf } from "../entry-points.ts";
import type { Policy } from "../policy.ts";
import { type Compared, type Contents, membersIn, relayIn } from "./contents.ts";
import { type Comparison, isOwnOption } from "./own-options.ts";

/** What statements of one configuration mean, in texts that do not depend on names and order: equal ones do the same. */
export class Meanings {
  private readonly byAction = new Map<Action, string>();

  constructor(
    private readonly policy: Policy,
    private readonly contents: Contents,
    private readonly comparison: Comparison,
  ) {}

  /** What an action does with mail. */
  ofAction(action: Action): string {
    let found = this.byAction.get(action);
    if (found === undefined) {
      const { method, argument, modifier } = action;
      const options = this.ofOptions(action).map(([word, text]) => `${word} ${text}`);
      // Where mail is kept from before, each action says for how long, wherever that is set.
      const isTimed = this.comparison === "migration" && !optionOf(action, "ttl");
      const time = isTimed ? [`ttl ${this.queueTime}`] : [];
      const text = JSON.stringify(argument?.value ?? "");
      found = [method?.word, text, modifier?.word ?? "", ...[...options, ...time].sort()].join("\n");
      this.byAction.set(action, found);
    }
    return found;
  }

  /** What an action does with mail once it is known whose it is. */
  ofDelivery(action: Action): string {
    const lines = this.ofAction(action).split("\n");
    return lines.filter((line) => !/^(?:alias|virtual|userbase) /.test(line)).join("\n");
  }

  /** In seconds: what `queue ttl` sets, or smtpd's own value (config.c). */
  private get queueTime(): string {
    const { statements } = this.policy.model.config;
    const last = statements.findLast((statement) => statement.kind === "queue" && statement.setting?.word === "ttl");
    const text = last?.kind === "queue" ? last.value?.value : undefined;
    return String(text === undefined ? 4 * 86400 : (parseDelay(text) ?? text));
  }

  /** The options of an action or a listener by their words, sorted. */
  ofOptions(statement: Action | Listen): readonly (readonly [word: string, text: string])[] {
    return statement.options
      .filter(({ keyword }) => keyword.word !== "tag" && !(this.comparison === "hosts" && isOwnOption(keyword.word)))
      .map((option) => [option.keyword.word, this.ofOption(option, statement)] as const)
      .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  }

  private ofOption({ keyword, modifier, value }: Option, statement: Action | Listen): string {
    return `${modifier?.word ?? ""} ${this.ofValue(keyword.word, value, statement)}`.trim();
  }

  private ofValue(word: string, value: Option["value"], statement: Action | Listen): string {
    switch (value?.kind) {
      case undefined:
        return "";
      case "number":
        return String(value.value);
      case "keyword":
        return value.word;
      case "chain":
        return this.ofFilters(statement).join("; ");
      case "text":
        if (word === "filter") return this.ofFilters(statement).join("; ");
        if (word === "pki") return this.ofPki(value.value);
        if (word === "ca") return this.ofCa(value.value);
        return word === "ttl" ? `${parseDelay(value.value) ?? value.value}` : JSON.stringify(value.value);
      default:
        // Nobody can tell an unfinished option from another.
        if (!value) return "";
        return this.contents.of(value, comparisons[word]);
    }
  }

  /** What the filters of a listener or a relay do, in the order in which they are asked. */
  ofFilters(user: Action | Listen): string[] {
    return this.policy.filtersOf(user).map((filter) => this.ofFilter(filter));
  }

  /** What one filter does. */
  ofFilter(filter: Filter): string {
    const { phase, condition, action, command, proc } = filter;
    if (phase) {
      const not = condition?.negation ? "!" : "";
      const regex = condition?.regex ? "regex " : "";
      const table = condition?.table ? this.sortedContents(condition.table) : "";
      const text = action?.text === undefined ? "" : ` ${JSON.stringify(action.text.value)}`;
      return `${phase.word}: ${not}${condition?.keyword.word} ${regex}${table} ${action?.keyword.word}${text}`;
    }
    if (command) return `program ${JSON.stringify(command.value)} ${optionsText(filter)}`;
    const [definition] = this.policy.model.symbols.definitionsOf("proc", proc?.value ?? "");
    const program = definition?.statement as Proc | undefined;
    return `program ${JSON.stringify(program?.command?.value ?? "")} ${program ? optionsText(program) : ""}`;
  }

  /** For a filter it does not matter in which order its table stands. */
  private sortedContents(table: TableExpression): string {
    const text = this.contents.of(table);
    return text.startsWith("[") ? JSON.stringify((JSON.parse(text) as unknown[]).map(String).sort()) : text;
  }

  private ofPki(name: string): string {
    const parts = this.policy.model.config.statements.filter(
      (statement): statement is Pki => statement.kind === "pki" && statement.name?.value === name,
    );
    const options = parts.flatMap((pki) => pki.options).map((option) => `${option.keyword.word} ${plain(option)}`);
    return options.sort().join(", ");
  }

  private ofCa(name: string): string {
    const found = this.policy.model.config.statements.find(
      (statement): statement is Ca => statement.kind === "ca" && statement.name?.value === name,
    );
    return JSON.stringify(found?.cert?.value ?? "");
  }
}

/** How the entries of tables are compared, by the option that names the table. */
const comparisons: Readonly<Record<string, Compared>> = {
  alias: membersIn,
  virtual: membersIn,
  host: relayIn,
  domain: relayIn,
};

const optionsText = ({ options }: Filter | Proc) =>
  options
    .map((option) => `${option.keyword.word} ${plain(option)}`)
    .sort()
    .join(" ");

const plain = ({ value }: Option) =>
  value?.kind === "text" ? JSON.stringify(value.value) : value?.kind === "number" ? value.text : "";

/** Where a listener listens, by which it is found again on the other side. */
export function placeOf(listener: Listen): string {
  return [listener.interface?.value.toLowerCase() ?? "socket", portsOf(listener).join()].join(" ");
}
