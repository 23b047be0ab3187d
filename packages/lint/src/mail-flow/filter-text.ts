import type { Filter } from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";
import { textAt } from "@smtpdlint/policy";

/** A filter in a few words: `check_rdns: connect !rdns disconnect "550 no"`, `rspamd: a program`. */
export function filterText({ name, phase, condition, action }: Filter, model: Model): string {
  if (!phase) return `${name?.value}: a program`;
  const parts = [condition, action].flatMap((part) => (part ? [textAt(part.span, model)] : []));
  return `${name?.value}: ${[phase.word, ...parts].join(" ")}`;
}
