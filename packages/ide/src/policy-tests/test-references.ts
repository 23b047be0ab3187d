import type { Span } from "@smtpdlint/grammar";
import { symbolsAt } from "@smtpdlint/model";
import type { View } from "../view.ts";
import { casesOf, type TestView } from "./test-view.ts";

/** The words of tests that a value of these kinds of names follows. */
const wordsOfNames: Readonly<Record<string, readonly string[]>> = {
  action: ["action"],
  filter: ["by", "filter"],
  tag: ["tag"],
};

/** Where tests name what stands at a place of their configuration: an action, a filter, a tag. */
export function testReferences(tests: TestView, { model, file }: View, offset: number): Span[] {
  const [symbol] = symbolsAt(model.symbols, file, offset);
  const words = symbol && wordsOfNames[symbol.kind];
  if (!words) return [];
  const isMeant = ({ text }: { readonly text: string }) =>
    symbol.kind === "tag" ? text.toLowerCase() === symbol.name.toLowerCase() : text === symbol.name;
  const ofSettings = tests.file.settings.flatMap((setting) =>
    setting.kind === "assume" && words.includes("filter") && isMeant(setting.filter) ? setting.filter.span : [],
  );
  const ofCases = casesOf(tests).flatMap(({ conditions, outcome }) => {
    const conditional = conditions.filter(({ keyword }) => words.includes(keyword.word));
    const modifiers = (outcome?.terms ?? []).flatMap((term) => term.modifiers);
    return [
      ...conditional.flatMap(({ values }) => values?.values ?? []),
      ...modifiers.filter(({ keyword }) => words.includes(keyword.word)).map(({ value }) => value),
    ].filter(isMeant);
  });
  return [...ofSettings, ...ofCases.map(({ span }) => span)];
}
