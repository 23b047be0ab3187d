import {
  type filterAnswers,
  parseRelease,
  type Release,
  releases,
  type Setting,
  type TestValue,
} from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import type { FilterAnswer } from "@smtpdlint/policy";
import type { TestProblem } from "./problem.ts";

/** What the cases of a file run against. What is undefined is not set. */
export interface TestSettings {
  /** A path, relative to the folder of the file. */
  readonly config: TestValue | undefined;
  readonly root: TestValue | undefined;
  readonly targets: readonly Release[];
  /** All users of the machine, but for root. */
  readonly users: readonly string[] | undefined;
  readonly hostName: string | undefined;
  readonly addresses: readonly string[] | undefined;
  /** What programs answer, by the names of their filters. */
  readonly filters: ReadonlyMap<string, { readonly answer: FilterAnswer; readonly name: TestValue }>;
  readonly macros: ReadonlyMap<string, string>;
}

/** What the settings of a file mean; problems are added to the list. */
export function readSettings(list: readonly Setting[], problems: TestProblem[]): TestSettings {
  const seen = new Set<string>();
  const filters = new Map<string, { answer: FilterAnswer; name: TestValue }>();
  const macros = new Map<string, string>();
  const byKeyword = new Map<string, readonly TestValue[]>();
  for (const setting of list) {
    if (setting.kind === "define") macros.set(setting.name.text, setting.value.text);
    else if (setting.kind === "assume") {
      const { filter, answer, reply } = setting;
      if (filters.has(filter.text)) {
        problems.push({ span: setting.span, message: `two assumptions about the filter ${quote(filter.text)}` });
      }
      const refuses = answer.word === "reject" || answer.word === "disconnect";
      if (reply && (!refuses || !/^[45]\d\d /.test(reply.text))) {
        const message = refuses
          ? 'the reply of a filter begins with a code of three digits: "550 spam"'
          : `a filter that answers ${answer.word} has no reply`;
        problems.push({ span: reply.span, message });
      }
      const text = reply?.text ?? "550 refused by the filter";
      filters.set(filter.text, { answer: answerOf(answer.word, text), name: filter });
    } else {
      const { keyword, values } = setting;
      if (seen.has(keyword.word)) {
        problems.push({ span: setting.span, message: `${quote(keyword.word)} is set twice: give a list in braces` });
      }
      seen.add(keyword.word);
      byKeyword.set(keyword.word, values.values);
    }
  }
  const texts = (keyword: string) => byKeyword.get(keyword)?.map(({ text }) => text);
  const targets = (byKeyword.get("target") ?? []).flatMap(({ text, span }) => {
    const target = parseRelease(text);
    if (!target) problems.push({ span, message: `unknown release ${quote(text)}: known are ${releases.join(", ")}` });
    return target ?? [];
  });
  return {
    config: byKeyword.get("config")?.[0],
    root: byKeyword.get("root")?.[0],
    targets: [...new Set(targets)],
    users: texts("users"),
    hostName: texts("hostname")?.[0],
    addresses: texts("addresses"),
    filters,
    macros,
  };
}

function answerOf(word: (typeof filterAnswers)[number], text: string): FilterAnswer {
  return word === "proceed" || word === "junk" ? { kind: word } : { kind: word, text };
}
