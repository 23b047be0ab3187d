import { type Action, type Chain, type Filter, type Listen, originOf, partIn } from "@smtpdlint/grammar";
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
export const chainsOf = oncePer((model: Model): readonly HeldChain[] =>
  model.statementsOf("filter", "listen", "action").flatMap(chainsIn),
);

function chainsIn(statement: Filter | Listen | Action): readonly HeldChain[] {
  if (statement.kind === "filter") {
    const { chain } = originOf(statement);
    return chain ? [new HeldChain(statement, chain)] : none;
  }
  const { options } = originOf(statement);
  return options.flatMap(({ value }) => (value?.kind === "chain" ? [new HeldChain(statement, value)] : none));
}

const none: readonly HeldChain[] = [];
