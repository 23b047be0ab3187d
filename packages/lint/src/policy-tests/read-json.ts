import {
  type ExpectedModifier,
  type ExpectedOutcome,
  type ExpectedTerm,
  type Setting,
  type Span,
  type TestCase,
  type TestCondition,
  type TestFile,
  type TestGroup,
  type TestValue,
  type TestValues,
  type TestWord,
  testVocabulary as words,
} from "@smtpdlint/grammar";
import { alternatives, quote } from "@smtpdlint/model";
import { type Complain, entriesOf, type JsonEntry, type JsonNode, parseJson } from "../json.ts";
import { misspelt, type TestProblem } from "./problem.ts";

/**
 * Reads policy tests that stand in JSON, for programs that write them
 * (`schema/policy-tests.schema.json`). Never fails: what cannot be read is left
 * out, and has a problem.
 */
export function readJsonTests(text: string): { readonly file: TestFile; readonly problems: readonly TestProblem[] } {
  const reader = new Reader();
  return { file: reader.file(parseJson(text, reader.complain)), problems: reader.problems };
}

class Reader {
  readonly problems: TestProblem[] = [];

  readonly complain: Complain = ({ offset, length }, message) => {
    this.problems.push({ span: { file: 0, start: offset, end: offset + length }, message });
  };

  /** The same of a word that is not known; `otherwise` is said if none is near. */
  private complainOfWord(node: JsonNode, message: string, words: readonly string[], otherwise = message): void {
    const span = spanOf(node);
    const slip = typeof node.value === "string" && misspelt({ span, message, text: node.value, words });
    this.problems.push(slip || { span, message: otherwise });
  }

  file(tree: JsonNode | undefined): TestFile {
    const settings: Setting[] = [];
    const groups: TestGroup[] = [];
    for (const { name, value } of this.known(tree, ["$schema", "settings", "groups"])) {
      if (name === "settings") settings.push(...this.settings(value));
      if (name === "groups") groups.push(...this.items(value).map((group) => this.group(group)));
    }
    return { settings, groups };
  }

  // ---- settings

  private settings(object: JsonNode): Setting[] {
    const named = [...words.listSettings, ...words.valueSettings];
    return this.known(object, [...named, "assume", "define"]).flatMap((entry): Setting[] => {
      const { key, name, value } = entry;
      if (name === "assume") return entriesOf(this.object(value), this.complain).flatMap((one) => this.assume(one));
      if (name === "define") {
        return entriesOf(this.object(value), this.complain).flatMap((one) => {
          const text = this.text(one.value);
          return text ? [{ kind: "define", span: spanOf(one.key), name: keyText(one), value: text }] : [];
        });
      }
      const values = isOneOf(words.listSettings, name) ? this.list(value) : this.single(value);
      if (!values) return [];
      const keyword = { span: spanOf(key), word: name as (typeof named)[number] };
      return [{ kind: "values", span: spanOf(key), keyword, values }];
    });
  }

  /** `"rspamd": "proceed"`, `"dkim": { "reject": "550 spam" }` */
  private assume(entry: JsonEntry): Setting[] {
    const { key, value } = entry;
    const [first] = value.type === "object" ? this.known(value, words.filterAnswers) : [];
    const word = value.type === "object" ? first?.name : value.value;
    if (!isOneOf(words.filterAnswers, word)) {
      if (value.type !== "object" || value.children?.length === 0)
        this.complain(value, `a filter answers ${alternatives(words.filterAnswers)}`);
      return [];
    }
    const reply = first && this.text(first.value);
    const answer = { span: spanOf(first?.key ?? value), word };
    return [{ kind: "assume", span: spanOf(key), filter: keyText(entry), answer, reply }];
  }

  // ---- cases

  private group(object: JsonNode): TestGroup {
    let name: TestValue | undefined;
    const cases: TestCase[] = [];
    for (const entry of this.known(object, ["name", "cases"])) {
      if (entry.name === "name") name = this.text(entry.value);
      else cases.push(...this.items(entry.value).flatMap((item) => this.testCase(item) ?? []));
    }
    return { name, cases };
  }

  private testCase(object: JsonNode): TestCase | undefined {
    const span = spanOf(object);
    const before = this.problems.length;
    const conditions: TestCondition[] = [];
    const outcome: { -readonly [K in keyof ExpectedOutcome]?: ExpectedOutcome[K] | undefined } = {};
    const conditionWords = [...words.listConditions, ...words.valueConditions, ...words.flagConditions];
    for (const entry of this.known(object, [...conditionWords, "expect", "never", "always", "maybe", "exactly"])) {
      const { key, name, value } = entry;
      const word = { span: spanOf(key), word: name };
      switch (name) {
        case "expect":
          outcome.terms = this.terms(value);
          outcome.span ??= spanOf(value);
          break;
        case "never":
        case "always":
          if (outcome.quantifier) this.complain(key, `${quote(name)} contradicts ${quote(outcome.quantifier.word)}`);
          outcome.quantifier = { span: word.span, word: name };
          outcome.terms = this.terms(value);
          outcome.span = spanOf(value);
          break;
        case "maybe":
          if (this.flag(value)) outcome.quantifier = { span: word.span, word: name };
          break;
        case "exactly":
          if (this.flag(value)) outcome.exactly = word;
          break;
        default:
          conditions.push(...this.condition(word, value));
      }
    }
    if (this.problems.length > before) return undefined;
    if (conditions.length === 0) {
      this.complain(object, "a case needs a recipient: add 'to ADDRESS'");
      return undefined;
    }
    const { terms, quantifier, exactly } = outcome;
    const expected = terms && { span: outcome.span ?? span, quantifier, exactly, terms };
    return { span, conditions, arrow: { ...span, start: span.end }, outcome: expected };
  }

  private condition(word: TestWord, value: JsonNode): TestCondition[] {
    const keyword = word as TestCondition["keyword"];
    const { span } = keyword;
    if (isOneOf(words.flagConditions, keyword.word)) {
      return this.flag(value) ? [{ span, keyword, values: undefined }] : [];
    }
    const values = isOneOf(words.listConditions, keyword.word) ? this.list(value) : this.single(value);
    return values ? [{ span, keyword, values }] : [];
  }

  /** One term or several: `"reject"`, `{ "local": "bob", "rule": 1 }` */
  private terms(value: JsonNode): readonly ExpectedTerm[] | undefined {
    const terms = (value.type === "array" ? this.items(value) : [value]).flatMap((item) => this.term(item) ?? []);
    if (value.type === "array" && terms.length === 0) this.complain(value, "nothing is expected: leave it out");
    return terms.length > 0 ? terms : undefined;
  }

  private term(node: JsonNode): ExpectedTerm | undefined {
    const verdicts = [...words.plainVerdicts, ...words.destinationVerdicts, ...words.refusalVerdicts];
    const span = spanOf(node);
    if (isOneOf(verdicts, node.value)) {
      return { span, not: undefined, verdict: { span, word: node.value }, values: [], modifiers: [] };
    }
    if (node.type !== "object") {
      const message = `an outcome is ${alternatives(verdicts)}, or an object with one of them as its key`;
      this.complainOfWord(node, message, verdicts);
      return undefined;
    }
    let not: TestWord | undefined;
    let verdict: ExpectedTerm["verdict"] | undefined;
    let values: readonly TestValue[] = [];
    const modifiers: ExpectedModifier[] = [];
    for (const { key, name, value } of this.known(node, ["not", ...verdicts, ...words.modifiers])) {
      const own = spanOf(key);
      if (name === "not") {
        if (this.flag(value)) not = { span: own, word: name };
      } else if (isOneOf(words.modifiers, name)) {
        const text = this.text(value);
        if (text) modifiers.push({ span: own, keyword: { span: own, word: name }, value: text });
      } else if (isOneOf(verdicts, name)) {
        if (verdict) this.complain(key, `${quote(name)} beside ${quote(verdict.word)}: write two objects in a list`);
        verdict = { span: own, word: name };
        values = value.value === true ? [] : this.valuesOf(name, value);
      }
    }
    if (verdict) return { span, not, verdict, values, modifiers };
    this.complain(node, `an outcome needs one of ${alternatives(verdicts)}`);
    return undefined;
  }

  /** Behind a refusal up to three: the code, the rest of the code, the text. */
  private valuesOf(verdict: string, value: JsonNode): readonly TestValue[] {
    if (isOneOf(words.plainVerdicts, verdict)) {
      this.complain(value, `${quote(verdict)} is true, nothing else`);
      return [];
    }
    const values = isOneOf(words.refusalVerdicts, verdict) ? this.list(value) : this.single(value);
    return values?.values ?? [];
  }

  // ---- values

  /** The entries of an object whose keys are known; the others are told. */
  private known(node: JsonNode | undefined, names: readonly string[]): JsonEntry[] {
    return entriesOf(node && this.object(node), this.complain).filter(({ key, name }) => {
      if (names.includes(name)) return true;
      const message = `unknown key ${quote(name)}`;
      this.complainOfWord(key, message, names, `${message}: known are ${alternatives(names)}`);
      return false;
    });
  }

  private object(node: JsonNode): JsonNode | undefined {
    if (node.type === "object") return node;
    this.complain(node, "this must be an object: { … }");
    return undefined;
  }

  private items(node: JsonNode): readonly JsonNode[] {
    if (node.type === "array") return node.children ?? [];
    this.complain(node, "this must be a list: [ … ]");
    return [];
  }

  private list(node: JsonNode): TestValues | undefined {
    const values = (node.type === "array" ? (node.children ?? []) : [node]).flatMap((item) => this.text(item) ?? []);
    if (node.type === "array" && node.children?.length === 0) this.complain(node, "the list is empty");
    return values.length > 0 ? { span: spanOf(node), values } : undefined;
  }

  private single(node: JsonNode): TestValues | undefined {
    const value = this.text(node);
    return value && { span: value.span, values: [value] };
  }

  private text(node: JsonNode): TestValue | undefined {
    if (node.type === "string" || node.type === "number") return { span: spanOf(node), text: String(node.value) };
    this.complain(node, "this must be a text in quotes");
    return undefined;
  }

  private flag(node: JsonNode): boolean {
    if (node.type !== "boolean") this.complain(node, "this is true or false");
    return node.value === true;
  }
}

const isOneOf = <W extends string>(list: readonly W[], word: unknown): word is W => list.some((item) => item === word);

const keyText = ({ key, name }: JsonEntry): TestValue => ({ span: spanOf(key), text: name });

const spanOf = ({ offset, length }: JsonNode): Span => ({ file: 0, start: offset, end: offset + length });
