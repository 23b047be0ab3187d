import { explore } from "@smtpdlint/policy";
import { expect, test } from "vitest";

const yesOrNo = (about: string) => ({ topic: "condition", about, answers: ["yes", "no"] }) as const;

/** Each result with what leads to it, `a=yes b=no`. */
const waysOf = (run: Parameters<typeof explore<string>>[0]) =>
  explore(run, (result) => result).alternatives.map(
    ({ result, when }) =>
      [result, when.map((way) => way.map(({ question, answer }) => `${question.about}=${answer}`).join(" "))] as const,
  );

test("what is asked for nothing leads to one result without assumptions", () => {
  expect(waysOf(() => "done")).toEqual([["done", [""]]]);
});

test("each answer leads its own way, and the same question is answered likewise", () => {
  const ways = waysOf((assumptions) => {
    const first = assumptions.assume(yesOrNo("a"));
    const second = first === "yes" ? assumptions.assume(yesOrNo("b")) : "not asked";
    return `${first} ${second} ${assumptions.assume(yesOrNo("a"))}`;
  });
  expect(ways).toEqual([
    ["yes yes yes", ["a=yes b=yes"]],
    ["yes no yes", ["a=yes b=no"]],
    ["no not asked no", ["a=no"]],
  ]);
});

test("a question that changes nothing is left out", () => {
  const ways = waysOf((assumptions) => {
    assumptions.assume(yesOrNo("a"));
    const second = assumptions.assume(yesOrNo("b"));
    assumptions.assume(yesOrNo("c"));
    return second;
  });
  expect(ways).toEqual([
    ["yes", ["b=yes"]],
    ["no", ["b=no"]],
  ]);
});

test("ways that lead to the same stand side by side", () => {
  const ways = waysOf((assumptions) =>
    assumptions.assume(yesOrNo("a")) === assumptions.assume(yesOrNo("b")) ? "same" : "different",
  );
  expect(ways).toEqual([
    ["same", ["a=yes b=yes", "a=no b=no"]],
    ["different", ["a=yes b=no", "a=no b=yes"]],
  ]);
});

test("of too many ways some are not looked at, and that is said", () => {
  const run = (count: number) =>
    explore(
      (assumptions) => Array.from({ length: count }, (_, at) => assumptions.assume(yesOrNo(String(at)))).join(" "),
      (result) => result,
    );
  expect([run(6).complete, run(6).alternatives.length]).toEqual([true, 64]);
  expect([run(7).complete, run(7).alternatives.length]).toEqual([false, 64]);
});
