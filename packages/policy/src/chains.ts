import {
  type Action,
  type Chain,
  type Filter,
  type Listen,
  originOf,
  partIn,
  type Statement,
} from "@smtpdlint/grammar";
import { type Model, oncePer } from "@smtpdlint/model";

/** A filter chain, named or in place. */
export class HeldChain {
  constructor(
    /** The statement that holds it. */
    readonly statement: Filter | Listen | Action,
    /** The chain as it was read, perhaps elsewhere: for who only asks what it says. */
    readonly asRead: Chain,
  ) {}

  get chain(): Chain {
    return partIn<Chain>(this.statement, this.asRead);
  }
}

/** All filter chains. */
export const chainsOf = oncePer(({ config }: Model): readonly HeldChain[] =>
  config.statements.flatMap((statement) => chainsIn(statement)),
);

function chainsIn(statement: Statement): readonly HeldChain[] {
  if (statement.kind === "filter") {
    const { chain } = originOf(statement);
    return chain ? [new HeldChain(statement, chain)] : none;
  }
  if (statement.kind !== "action" && statement.kind !== "listen") return none;
  const { options } = originOf(statement);
  return options.flatMap(({ value }) => (value?.kind === "chain" ? [new HeldChain(statement, value)] : none));
}

const none: readonly HeldChain[] = [];
