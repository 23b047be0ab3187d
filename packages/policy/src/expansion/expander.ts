import { type Alternatives, type Assumptions, explore } from "../assumptions.ts";
import type { Environment } from "../environment.ts";
import type { Message } from "../message.ts";
import type { Policy } from "../policy.ts";
import type { MatchRule } from "../ruleset.ts";
import { expand } from "./expand.ts";
import type { Expansion } from "./expansion-tree.ts";
import { World } from "./world.ts";

/** Says what smtpd does with recipients. Built once for a configuration and a machine. */
export class Expander {
  private readonly world: World;

  constructor(policy: Policy, environment: Environment) {
    this.world = new World(policy, environment);
  }

  /** The match rules as they are on the machine, in their order. */
  get ruleset(): readonly MatchRule[] {
    return this.world.ruleset;
  }

  /** What becomes of the recipient of a message, in the one way that the assumptions lead to. */
  expand(message: Message, assumptions: Assumptions): Expansion {
    return expand(this.world, message, assumptions);
  }

  /** All that may become of the recipient of a message; one way if everything is known that matters. */
  expandRecipient(message: Message): Alternatives<Expansion> {
    return explore(
      (assumptions) => this.expand(message, assumptions),
      ({ answer }) => JSON.stringify(answer) ?? "anything",
    );
  }
}
