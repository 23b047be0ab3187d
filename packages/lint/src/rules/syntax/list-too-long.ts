import type { Statement } from "@smtpdlint/grammar";
import { type Context, defineRule } from "../../rule.ts";
import { findOverflow } from "../../syntax-errors/parser-stack.ts";

export const rule = defineRule({
  meta: {
    id: "list-too-long",
    category: "refused",
    summary: "a list in the configuration that overflows the parser's stack",
    messages: { overflow: "smtpd's parser runs out of memory here: only {fitting} entries of this list fit" },
  },
  visit: {
    action: check,
    filter: check,
    listen: check,
    match: check,
    mda: check,
    mta: check,
    pki: check,
    scheduler: check,
    smtp: check,
    table: check,
  },
});

function check(statement: Statement, { target, report }: Context): void {
  const found = findOverflow(statement, target);
  if (!found) return;
  const { span, fitting } = found;
  const help = "keep a long list in a file: table NAME file:/PATH";
  report({ span, message: "overflow", data: { fitting }, help: statement.kind === "table" ? help : undefined });
}
