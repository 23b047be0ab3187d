import { type Span, type TestCase, touches } from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";
import { listenersOf, type Smtpd } from "@smtpdlint/policy";
import { casesOf, type TestView } from "./test-view.ts";

/** Places in the configuration. */
export interface TestDefinition {
  readonly model: Model;
  readonly spans: readonly Span[];
}

/** Where the thing that a test names stands in the configuration: a rule, filter, action, listener, tag, or the file. */
export function definitionForTests(view: TestView, offset: number): TestDefinition | undefined {
  const [smtpd] = view.machines;
  const named = smtpd && namedAt(view, offset);
  if (!named) return undefined;
  return { model: smtpd.policy.model, spans: spansOf(smtpd, named.word, named.text) };
}

/** What a test names in its configuration, and where. */
interface Named {
  readonly word: string;
  readonly text: string;
  /** In the test. */
  readonly span: Span;
}

/** The words that a name of the configuration follows; others have a number or a file. */
const wordsOfNames = new Set(["action", "by", "filter", "tag"]);

/** The name of the configuration that a test has at a place, and where it is defined; undefined if it is not. */
export function nameForTests(
  view: TestView,
  offset: number,
): { readonly span: Span; readonly model: Model; readonly definition: Span } | undefined {
  const [smtpd] = view.machines;
  const named = smtpd && namedAt(view, offset);
  if (!named || !wordsOfNames.has(named.word) || !touches(named.span, offset)) return undefined;
  const [definition] = spansOf(smtpd, named.word, named.text);
  return definition && { span: named.span, model: smtpd.policy.model, definition };
}

/** The keyword and the value at a place, also if the keyword itself is there. */
function namedAt(view: TestView, offset: number): Named | undefined {
  for (const setting of view.file.settings) {
    if (!touches(setting.span, offset)) continue;
    if (setting.kind === "assume") return { word: "filter", text: setting.filter.text, span: setting.filter.span };
    return setting.kind === "values" ? { word: setting.keyword.word, text: "", span: setting.span } : undefined;
  }
  const statement = casesOf(view).find(({ span }) => touches(span, offset));
  return statement && namedIn(statement, offset);
}

function namedIn({ conditions, outcome }: TestCase, offset: number): Named | undefined {
  for (const { keyword, values, span } of conditions) {
    const value = values?.values.find((one) => touches(one.span, offset)) ?? values?.values[0];
    if (touches(span, offset) && value) return { word: keyword.word, text: value.text, span: value.span };
  }
  const modifiers = outcome?.terms.flatMap((term) => term.modifiers) ?? [];
  const found = modifiers.find(({ span }) => touches(span, offset));
  return found && { word: found.keyword.word, text: found.value.text, span: found.value.span };
}

function spansOf(smtpd: Smtpd, word: string, text: string): readonly Span[] {
  const { symbols } = smtpd.policy.model;
  const defined = (kind: "action" | "filter") => symbols.definitionsOf(kind, text).map(({ node }) => node.span);
  switch (word) {
    case "config":
      return [{ file: 0, start: 0, end: 0 }];
    case "rule": {
      const rule = smtpd.ruleset[Number(text) - 1];
      return rule ? [rule.match.span] : [];
    }
    case "listener": {
      const listener = listenersOf(smtpd.policy)[Number(text) - 1]?.listener;
      return listener ? [listener.span] : [];
    }
    case "action":
      return defined("action");
    case "by":
    case "filter":
      return defined("filter");
    case "tag":
      // Its letters do not count.
      return symbols
        .definitionsOfKind("tag")
        .filter(({ name }) => name.toLowerCase() === text.toLowerCase())
        .map(({ node }) => node.span);
    default:
      return [];
  }
}
