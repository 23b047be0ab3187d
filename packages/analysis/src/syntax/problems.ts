import type { Problem, UnexpectedToken } from "@smtpdlint/grammar";
import type { Model } from "../model/model.ts";
import type { Cause, CauseOf } from "./cause.ts";

type ProblemOf<C extends Problem["code"]> = Extract<Problem, { code: C }>;

/** The problems of one kind. */
export function problemsOf<C extends Problem["code"]>(problems: readonly Problem[], code: C): ProblemOf<C>[] {
  return problems.filter((problem): problem is ProblemOf<C> => problem.code === code);
}

/** The unexpected tokens that have one kind of cause. */
export function causedBy<K extends Cause["kind"]>(
  kind: K,
  problems: readonly Problem[],
  model: Model,
): { problem: UnexpectedToken; cause: CauseOf<K> }[] {
  return problemsOf(problems, "unexpected-token").flatMap((problem) => {
    const cause = model.causeOf(problem);
    return cause.kind === kind ? [{ problem, cause: cause as CauseOf<K> }] : [];
  });
}
