/**
 * POSIX extended regular expressions as smtpd's regcomp(3) takes them (glibc;
 * table.c, table_regex_match): read into a machine of states that is run on
 * all states at once, so that no pattern takes exponential time.
 */
export class Regex {
  /** Made when somebody tries a text: many patterns are only checked. */
  private machine: { readonly states: readonly State[]; readonly start: number } | undefined;

  private constructor(
    private readonly body: Node,
    private readonly ignoreCase: boolean,
  ) {}

  /**
   * Reads a pattern, with the `(?i)` that smtpd allows in front. A
   * `RegexError` says what regcomp(3) refuses, and where; `unsupported` is
   * returned for what we cannot decide: back references, and very long repeats.
   */
  static parse(pattern: string): Regex | RegexError | "unsupported" {
    const known = kept.get(pattern);
    if (known) return known;
    const regex = Regex.read(pattern);
    if (regex instanceof Regex && sizeOf(regex.body) < mostStatesOfKept) {
      if (kept.size === mostKept) kept.clear();
      kept.set(pattern, regex);
    }
    return regex;
  }

  private static read(pattern: string): Regex | RegexError | "unsupported" {
    const ignoreCase = pattern.startsWith("(?i)");
    try {
      const body = new Parser(pattern, ignoreCase ? 4 : 0).parse();
      return sizeOf(body) > mostStates ? "unsupported" : new Regex(body, ignoreCase);
    } catch (error) {
      if (error instanceof RegexError) return error;
      if (error instanceof Unsupported) return "unsupported";
      throw error;
    }
  }

  /** True if some part of `text` matches. */
  test(text: string): boolean {
    this.machine ??= build(this.body);
    const { states, start } = this.machine;
    let current = new Set<number>();
    for (let at = 0; at <= text.length; at++) {
      // A match may begin anywhere.
      enter(states, start, text, at, current);
      const char = text[at];
      const following = new Set<number>();
      for (const number of current) {
        const state = states[number] as State;
        if (state.kind === "end") return true;
        if (state.kind !== "char" || char === undefined) continue;
        if (this.accepts(state, char)) enter(states, state.next, text, at + 1, following);
      }
      current = following;
    }
    return false;
  }

  private accepts({ test }: Extract<State, { kind: "char" }>, char: string): boolean {
    return test(char) || (this.ignoreCase && (test(char.toLowerCase()) || test(char.toUpperCase())));
  }
}

/** So many patterns are kept: an editor sees the same ones after each key. */
const mostKept = 2000;
const mostStatesOfKept = 200;
const kept = new Map<string, Regex>();

/** Adds a state and what can be reached from it without a character. */
function enter(states: readonly State[], first: number, text: string, at: number, into: Set<number>): void {
  const stack = [first];
  for (let number = stack.pop(); number !== undefined; number = stack.pop()) {
    if (into.has(number)) continue;
    into.add(number);
    const state = states[number] as State;
    if (state.kind === "split") stack.push(...state.next);
    else if (state.kind === "assert" && state.holds(text, at)) stack.push(state.next);
  }
}

/** What regcomp(3) refuses; `at` is the offset in the pattern. */
export class RegexError extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

class Unsupported extends Error {}

type State =
  | { readonly kind: "end" }
  | { readonly kind: "char"; readonly test: CharTest; readonly next: number }
  | { readonly kind: "split"; next: number[] }
  | { readonly kind: "assert"; readonly holds: Assertion; readonly next: number };

type CharTest = (char: string) => boolean;
type Assertion = (text: string, at: number) => boolean;

type Node =
  | { readonly kind: "char"; readonly test: CharTest }
  | { readonly kind: "assert"; readonly holds: Assertion }
  | { readonly kind: "sequence" | "alternatives"; readonly parts: readonly Node[] }
  | { readonly kind: "repeat"; readonly part: Node; readonly min: number; readonly max: number };

/** More states than this are not worth a linter's time. */
const mostStates = 20_000;

/** Groups in groups and repeats of repeats, which are read by recursion. */
const mostDepth = 500;

/** How many states a tree makes, at least one for each of its parts: repeats of nothing take time too. */
function sizeOf(node: Node): number {
  switch (node.kind) {
    case "char":
    case "assert":
      return 1;
    case "sequence":
    case "alternatives":
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 1);
    case "repeat": {
      const times = node.max === Number.POSITIVE_INFINITY ? node.min + 1 : node.max;
      return 1 + (sizeOf(node.part) + 1) * times;
    }
  }
}

function build(body: Node) {
  const builder = new Builder();
  const end = builder.add({ kind: "end" });
  return { start: builder.build(body, end), states: builder.states };
}

/** Turns the tree into states, from the end to the start. */
class Builder {
  readonly states: State[] = [];

  add(state: State): number {
    return this.states.push(state) - 1;
  }

  build(node: Node, next: number): number {
    switch (node.kind) {
      case "char":
        return this.add({ kind: "char", test: node.test, next });
      case "assert":
        return this.add({ kind: "assert", holds: node.holds, next });
      case "sequence":
        return node.parts.reduceRight((following, part) => this.build(part, following), next);
      case "alternatives":
        return this.add({ kind: "split", next: node.parts.map((part) => this.build(part, next)) });
      case "repeat":
        return this.repeat(node, next);
    }
  }

  private repeat({ part, min, max }: Extract<Node, { kind: "repeat" }>, next: number): number {
    let entry = next;
    if (max === Number.POSITIVE_INFINITY) {
      const loop: Extract<State, { kind: "split" }> = { kind: "split", next: [next] };
      entry = this.add(loop);
      loop.next.push(this.build(part, entry));
    } else {
      for (let count = min; count < max; count++) {
        entry = this.add({ kind: "split", next: [next, this.build(part, entry)] });
      }
    }
    for (let count = 0; count < min; count++) entry = this.build(part, entry);
    return entry;
  }
}

const isWord: CharTest = (char) => /[A-Za-z0-9_]/.test(char);
const isSpace: CharTest = (char) => /[ \t\n\v\f\r]/.test(char);
const atWordEdge: Assertion = (text, at) => isWord(text[at - 1] ?? " ") !== isWord(text[at] ?? " ");

/** Escapes of glibc; what is not here stands for itself. */
const escapes: Readonly<Record<string, Node>> = {
  w: { kind: "char", test: isWord },
  W: { kind: "char", test: (char) => !isWord(char) },
  s: { kind: "char", test: isSpace },
  S: { kind: "char", test: (char) => !isSpace(char) },
  b: { kind: "assert", holds: atWordEdge },
  B: { kind: "assert", holds: (text, at) => !atWordEdge(text, at) },
  "<": { kind: "assert", holds: (text, at) => atWordEdge(text, at) && isWord(text[at] ?? " ") },
  ">": { kind: "assert", holds: (text, at) => atWordEdge(text, at) && isWord(text[at - 1] ?? " ") },
  "`": { kind: "assert", holds: (_, at) => at === 0 },
  "'": { kind: "assert", holds: (text, at) => at === text.length },
};

const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** A parser for the pattern from `at` on. */
class Parser {
  private depth = 0;

  constructor(
    private readonly pattern: string,
    private at: number,
  ) {}

  parse(): Node {
    return this.alternatives();
  }

  private get char(): string | undefined {
    return this.pattern[this.at];
  }

  private fail(message: string, at = this.at): never {
    throw new RegexError(message, at);
  }

  private take(char: string): boolean {
    if (this.char !== char) return false;
    this.at++;
    return true;
  }

  private alternatives(): Node {
    const parts = [this.sequence()];
    while (this.take("|")) parts.push(this.sequence());
    return parts.length === 1 ? (parts[0] as Node) : { kind: "alternatives", parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    // Outside a group, `)` stands for itself.
    while (this.char !== undefined && this.char !== "|" && (this.char !== ")" || this.depth === 0)) {
      parts.push(this.repeated());
    }
    return { kind: "sequence", parts };
  }

  private repeated(): Node {
    let part = this.single();
    // An anchor cannot be repeated.
    for (let depth = 0; part.kind !== "assert"; depth++) {
      let min = 0;
      let max = Number.POSITIVE_INFINITY;
      if (this.take("+")) min = 1;
      else if (this.take("?")) max = 1;
      else if (this.char === "{") [min, max] = this.interval();
      else if (!this.take("*")) break;
      if (depth > mostDepth) throw new Unsupported();
      part = { kind: "repeat", part, min, max };
    }
    return part;
  }

  /** `{2}`, `{2,}`, `{,3}` or `{2,3}` */
  private interval(): [number, number] {
    const start = this.at;
    const found = /^\{(\d*)(?:(,)(\d*))?\}/.exec(this.pattern.slice(start, start + 16));
    if (!found || (!found[1] && !found[2])) this.fail("invalid repetition count", start);
    const [all, from, comma, to] = found;
    this.at += all.length;
    const min = Number(from || 0);
    const max = comma ? (to ? Number(to) : Number.POSITIVE_INFINITY) : min;
    if (min > max || min > 0x7fff || (max > 0x7fff && max !== Number.POSITIVE_INFINITY)) {
      this.fail("invalid repetition count", start);
    }
    return [min, max];
  }

  private single(): Node {
    const start = this.at;
    const char = this.pattern[this.at++] as string;
    switch (char) {
      case ".":
        return { kind: "char", test: () => true };
      case "^":
        return { kind: "assert", holds: (_, at) => at === 0 };
      case "$":
        return { kind: "assert", holds: (text, at) => at === text.length };
      case "(":
        return this.group(start);
      case "[":
        return { kind: "char", test: this.bracket(start) };
      case "\\":
        return this.escape(start);
      case "*":
      case "+":
      case "?":
      case "{":
        return this.fail(`nothing to repeat before '${char}'`, start);
      default:
        return literal(char);
    }
  }

  private group(start: number): Node {
    if (++this.depth > mostDepth) throw new Unsupported();
    const node = this.alternatives();
    if (!this.take(")")) this.fail("'(' without ')'", start);
    this.depth--;
    // So that the repeatable `(^)` is told from `^`.
    return { kind: "sequence", parts: [node] };
  }

  private escape(start: number): Node {
    const char = this.pattern[this.at++];
    if (char === undefined) return this.fail("a backslash at the end", start);
    if (/[1-9]/.test(char)) throw new Unsupported();
    return (Object.hasOwn(escapes, char) && escapes[char]) || literal(char);
  }

  /** After the `[`. */
  private bracket(start: number): CharTest {
    const negated = this.take("^");
    const tests: CharTest[] = [];
    for (let first = true; first || this.char !== "]"; first = false) {
      if (this.char === undefined) this.fail("'[' without ']'", start);
      const special = /^\[([:.=])/.exec(this.pattern.slice(this.at, this.at + 2))?.[1];
      if (special === ":") {
        tests.push(this.characterClass());
        continue;
      }
      const from = special ? this.collatingElement(special) : (this.pattern[this.at++] as string);
      if (this.char !== "-" || this.pattern[this.at + 1] === "]" || this.pattern[this.at + 1] === undefined) {
        tests.push((char) => char === from);
        continue;
      }
      this.at++;
      const end = /^\[([.=])/.exec(this.pattern.slice(this.at, this.at + 2))?.[1];
      const to = end ? this.collatingElement(end) : (this.pattern[this.at++] as string);
      if (from > to) this.fail(`the range '${from}-${to}' is backwards`, start);
      tests.push((char) => from <= char && char <= to);
    }
    this.at++;
    return (char) => tests.some((test) => test(char)) !== negated;
  }

  private characterClass(): CharTest {
    const start = this.at;
    const end = this.pattern.indexOf(":]", start);
    const name = this.pattern.slice(start + 2, end === -1 ? undefined : end);
    const found = end !== -1 && Object.hasOwn(classes, name) ? classes[name] : undefined;
    if (!found) return this.fail("unknown character class", start);
    this.at = end + 2;
    return (char) => found.test(char);
  }

  /** `[.x.]` and `[=x=]` of a single character. */
  private collatingElement(mark: string): string {
    const start = this.at;
    const end = this.pattern.indexOf(`${mark}]`, start + 2);
    const element = end === -1 ? "" : this.pattern.slice(start + 2, end);
    if (element.length !== 1) this.fail("unknown collating element", start);
    this.at = end + 2;
    return element;
  }
}

const literal = (char: string): Node => ({ kind: "char", test: (other) => other === char });
