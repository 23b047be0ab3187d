/** What a property of a message can be, as far as both sides can tell: one text for each kind. */
export interface Choice {
  /** What a message has that is of this kind. */
  readonly text: string;
  /** As people call the kind: `*.example.org`. */
  readonly name: string;
  /** True if the kind is this text alone. */
  readonly isExact: boolean;
}

/** The choices of a dimension, numbered; what none of them names is `rest`. */
export class Choices {
  readonly all: Choice[] = [];
  private readonly byName = new Map<string, number>();

  /** The number of a choice, which is made if it is new. */
  add(name: string, text = name): number {
    let number = this.byName.get(name);
    if (number === undefined) {
      number = this.all.push({ text, name, isExact: name === text }) - 1;
      this.byName.set(name, number);
    }
    return number;
  }

  find(name: string): number | undefined {
    return this.byName.get(name);
  }
}

/** Makes names that a simple expression has, to have something to show: `x` where anything may be. */
export function samplesOf(expression: string): string[] {
  const text = expression
    .replace(/^\(\?i\)/, "")
    .replace(/\[[^\]]*\]/g, (set) => (set[1] === "^" ? "x" : (set[1] ?? "")))
    .replace(/\((\^\|)?([^()|]*)[^()]*\)/g, "$2")
    .replace(/\.[*+?]/g, "x")
    .replace(/\\(.)/g, "$1")
    .replace(/[$^()*+?|]/g, "");
  const longer = [expression.startsWith("^") ? text : `x${text}`, expression.endsWith("$") ? text : `${text}x`];
  return [...new Set([text, ...longer])]
    .map((sample) => sample.toLowerCase())
    .filter((sample) => /^[^\s<>]+$/.test(sample));
}
