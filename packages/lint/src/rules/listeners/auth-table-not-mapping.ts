import { findUse, isAlive, type Listen, usesIn } from "@smtpdlint/grammar";
import { authOption, type Model, nearest, quote } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { type Context, defineRule } from "../../rule.ts";
import { findOldWord } from "../../syntax-errors/old-syntax.ts";
import { bareTableOf } from "../shared/bare-table.ts";

export const rule = defineRule({
  meta: {
    id: "auth-table-not-mapping",
    category: "broken",
    summary: "a list of users without their passwords, at a listener",
    fixable: true,
    messages: {
      list: "{option} needs users with their passwords, but this is a list: nobody can log in",
      bare: "{name} is a table, but {instead}: nobody can log in",
      option: "{option} reads {name} as its table: nobody can log in",
    },
  },
  visit: {
    listen(listener, context) {
      const found = listOf(listener, context);
      if (!found) return;
      const { option, table, declaration } = found;
      const { span } = table;
      const name = table.kind === "single-value" ? table.text.value : "";
      const data = { option: quote(option.keyword.word), name: quote(name) };
      const bare = bareTableOf(listener, table, context.model);
      if (bare) {
        context.report({
          ...bare.mending,
          span,
          message: "bare",
          data: { name: quote(bare.name), instead: bare.instead },
        });
        return;
      }
      const word = table.kind === "single-value" && !table.text.quoted ? optionMeant(name, context.model) : undefined;
      if (word) {
        const fixes = rewrite(context.model, span, word.text, word.old);
        context.report({ span, message: "option", data, help: `did you mean the option ${quote(word.text)}?`, fixes });
        return;
      }
      context.report({
        span,
        message: "list",
        data,
        related: declaration ? [{ span: declaration.span, message: "the table" }] : [],
        help: "write NAME = HASH for each user; smtpctl encrypt makes the hash",
      });
    },
  },
});

/** The table of a listener's users, if it is a list. */
function listOf(listener: Listen, context: Pick<Context, "model">) {
  const option = authOption(listener);
  const table = option?.value;
  if (!option || !table || listener.broken || !("kind" in table)) return undefined;
  if (table.kind !== "table-reference" && table.kind !== "inline-table" && table.kind !== "single-value")
    return undefined;
  const { kind, declaration } = context.model.tables.of(table);
  return kind === "list" ? { option, table, declaration } : undefined;
}

/** The option of a listener that is meant by a word which stands where a table could. */
function optionMeant(word: string, { target }: Model): { readonly text: string; readonly old: boolean } | undefined {
  const old = findOldWord(word, false)?.replacement;
  if (old && findUse("listenOption", old)) return { text: old, old: true };
  const options = usesIn("listenOption").filter((use) => isAlive(use, target));
  const near = nearest(
    word,
    options.map((use) => use.word),
  );
  return near === undefined ? undefined : { text: near, old: false };
}
