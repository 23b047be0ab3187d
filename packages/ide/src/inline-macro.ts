import { type Edit, touches } from "@smtpdlint/grammar";
import { count, symbolsAt } from "@smtpdlint/model";
import type { EditorAction } from "./editor-action.ts";
import type { View } from "./view.ts";

/**
 * What smtpd reads in the same way in place of a macro as behind its `=`: the
 * value is put back before the text that follows and read again (parse.y,
 * yylex), so that words, lists and numbers may stand there as they are.
 */
const plain = /^[\w.:@/+*{},=<> -]+$/;

/** Writes the value of a macro wherever it is used, and takes its definition away: the inverse of extracting one. */
export function inlineMacro({ model, file }: View, offset: number): EditorAction[] {
  const { config, symbols } = model;
  const pointed =
    config.macroUses.find(({ reference }) => reference.file === file && touches(reference, offset))?.name ??
    symbolsAt(symbols, file, offset).find(({ kind }) => kind === "macro")?.name;
  const [definition, second] = pointed === undefined ? [] : symbols.definitionsOf("macro", pointed);
  if (definition?.statement.kind !== "macro" || second) return [];
  const { value, span } = definition.statement;
  const uses = config.macroUses.filter(({ name }) => name === pointed);
  if (!value || uses.length === 0 || !plain.test(value.value) || value.faulty) return [];
  const isKnown = uses.every(
    ({ definition: used }) => used?.file === value.span.file && used.start === value.span.start,
  );
  if (!isKnown) return [];
  const isWhole = uses.every(({ reference }) => {
    const behind = model.sources.fileOf(reference).text.charAt(reference.end);
    return behind === "" || /[\s,}]/.test(behind);
  });
  if (!isWhole) return [];
  const { text } = model.sources.fileOf(span);
  const next = text.indexOf("\n", span.end);
  const rest = text.slice(span.end, next === -1 ? text.length : next);
  const start = text.lastIndexOf("\n", span.start - 1) + 1;
  if (rest.trim() !== "" || text.slice(start, span.start).trim() !== "") return [];
  const edits: Edit[] = [
    { span: { file: span.file, start, end: next === -1 ? text.length : next + 1 }, text: "" },
    ...uses.map(({ reference }) => ({ span: reference, text: value.value })),
  ];
  const title = `Inline macro '${pointed}' in ${count(uses.length, "place")}`;
  return [{ title, kind: "refactor.inline", diagnostic: undefined, preferred: false, edits }];
}
