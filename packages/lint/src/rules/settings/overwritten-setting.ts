import {
  type Keyword,
  type Limit,
  type NumberLiteral,
  originOf,
  partIn,
  type Span,
  type Statement,
  type Text,
} from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

/** A value that a statement sets; a later one with the same name takes its place. */
interface Setting {
  readonly name: string;
  readonly value: string;
  /** Where the statement was read. */
  readonly span: Span;
}

const settingKinds = [
  "admd",
  "bounce",
  "ca",
  "mda",
  "mta",
  "pki",
  "queue",
  "scheduler",
  "smtp",
  "srs",
] as const satisfies readonly Statement["kind"][];

export const rule = defineRule({
  meta: {
    id: "overwritten-setting",
    category: "suspicious",
    summary: "a setting that a later statement sets to something else",
    messages: { overwritten: "{name} is set again: the value above has no effect" },
  },
  model(model, { report }) {
    const last = new Map<string, { readonly statement: Statement; readonly setting: Setting }>();
    // A domain's limits start as a copy of what the others are at that moment.
    let copies = 0;
    for (const statement of model.statementsOf(...settingKinds)) {
      if (statement.broken) continue;
      const asRead = originOf(statement);
      if (asRead.kind === "mta" && asRead.domain) copies++;
      for (const setting of settingsOf(asRead)) {
        const key = asRead.kind === "mta" && !asRead.domain ? `${copies} ${setting.name}` : setting.name;
        const earlier = last.get(key);
        last.set(key, { statement, setting });
        // Defaults in one file and exceptions in another are meant.
        if (!earlier || earlier.setting.value === setting.value) continue;
        if (earlier.statement.span.file !== statement.span.file) continue;
        report({
          span: partIn(statement, setting.span),
          message: "overwritten",
          data: { name: quote(setting.name) },
          help: "the last one counts: remove the other",
          related: [{ span: partIn(earlier.statement, earlier.setting.span), message: "the value that is lost" }],
        });
      }
    }
  },
});

/** What a statement, as it was read, sets of which there is only one. */
function settingsOf(statement: Statement): Setting[] {
  const { kind } = statement;
  switch (kind) {
    case "admd":
      return one("admd", statement.value);
    case "bounce": {
      const value = statement.delays.map(({ value }) => value).join(", ");
      return [{ name: "bounce warn-interval", value, span: statement.span }];
    }
    case "ca":
      return one(`ca ${statement.name?.value.toLowerCase()} cert`, statement.cert);
    case "pki":
      return statement.options.flatMap(({ keyword, value }) =>
        value?.kind === "text" ? one(`pki ${statement.name?.value.toLowerCase()} ${keyword.word}`, value) : [],
      );
    case "queue":
      return one(`queue ${statement.setting?.word}`, statement.value);
    case "srs":
      return one(`srs ${statement.setting?.word}${statement.backup ? " backup" : ""}`, statement.value);
    case "smtp":
      return [...one(`smtp ${statement.setting?.word}`, statement.value), ...limits("smtp limit", statement.limits)];
    case "mda":
    case "scheduler":
      return limits(`${kind} limit`, statement.limits);
    case "mta": {
      const ofDomain = statement.domain ? ` for domain ${statement.domain.value}` : "";
      return [...one("mta max-deferred", statement.value), ...limits(`mta limit${ofDomain}`, statement.limits)];
    }
    default:
      return [];
  }
}

function one(name: string, value: Text | NumberLiteral | undefined): Setting[] {
  if (!value || (value.kind === "text" && value.faulty)) return [];
  return [{ name, value: value.kind === "text" ? value.value : value.text, span: value.span }];
}

function limits(prefix: string, items: readonly (Limit | Keyword)[]): Setting[] {
  return items.flatMap((item) => (item.kind === "limit" ? one(`${prefix} ${item.name.value}`, item.value) : []));
}
