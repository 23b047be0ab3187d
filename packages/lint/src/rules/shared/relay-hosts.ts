import type { Action } from "@smtpdlint/grammar";
import { type RelayHost, writtenRelayHosts } from "@smtpdlint/policy";
import type { Context } from "../../rule.ts";

/** The relays of an action; nobody need look elsewhere for those that it names itself. */
export const relayHostsOf = (action: Action, context: Pick<Context, "policy">): readonly RelayHost[] =>
  writtenRelayHosts(action) ?? context.policy.relayHosts(action);
