import { readFileSync } from "node:fs";
import { format } from "node:util";
import { expect as jestExpect } from "expect";
import { after, before, it, describe as suite } from "mocha";

/** What the mutated tests use of vitest, by means of mocha and Jest's matchers. */
jestExpect.extend({
  toMatchFileSnapshot(received: string, path: string) {
    const pass = readFileSync(new URL(path, import.meta.url), "utf8") === received;
    return { pass, message: () => `differs from ${path}` };
  },
});

/** The second argument is vitest's message, of which nothing is shown here. */
export const expect = Object.assign((value: unknown, _message?: string) => jestExpect(value), jestExpect);
export { after as afterAll, before as beforeAll };

type Define = (title: string, run: () => unknown) => void;

/** `$name` stands for what a case says of itself, `%s` for its values in turn. */
const titled = (title: string, values: unknown): string =>
  format(
    title.replace(/\$(\w+)/g, (_, name: string) => String((values as Record<string, unknown>)[name])),
    ...(Array.isArray(values)
      ? values.slice(0, title.match(/%\w/g)?.length ?? 0)
      : title.includes("%")
        ? [values]
        : []),
  );

const withEach = (define: Define) => {
  // Stryker tells tests apart by their titles only.
  const titles = new Map<string, number>();
  const unique = (title: string) => {
    const seen = titles.get(title) ?? 0;
    titles.set(title, seen + 1);
    return seen === 0 ? title : `${title} (${seen + 1})`;
  };
  // Options, which vitest takes before the function, are about time, and that is Stryker's here.
  const single = (title: string, ...rest: readonly unknown[]) =>
    define(unique(title), rest.find((item) => typeof item === "function") as () => unknown);
  return Object.assign(single, {
    each: (cases: readonly unknown[]) => (title: string, run: (...values: readonly unknown[]) => unknown) => {
      for (const each of cases) {
        define(unique(titled(title, each)), () => (Array.isArray(each) ? run(...each) : run(each)));
      }
    },
  });
};

export const test = withEach((title, run) => void it(title, () => run() as Promise<void>));
export const describe = withEach((title, run) => void suite(title, () => void run()));
