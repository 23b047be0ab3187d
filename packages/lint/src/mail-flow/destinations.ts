import type { Action } from "@smtpdlint/grammar";
import { isRelay, optionOf } from "@smtpdlint/model";
import type { Policy } from "@smtpdlint/policy";

/** Where an action takes mail. */
export interface FlowDestination {
  readonly text: string;
  /** True if aliases and `.forward` files may lead elsewhere. */
  readonly isOther: boolean;
}

/** The places that an action takes mail to, as far as the configuration names them. */
export function destinationsOf(action: Action, policy: Policy): FlowDestination[] {
  if (isRelay(action)) {
    const hosts = policy.relayHosts(action).map(({ text }) => text);
    // A table that nobody has read names others.
    const named = optionOf(action, "host") ? ["relays of a table"] : ["the MX of the recipient's domain"];
    return (hosts.length > 0 ? hosts : named).map((text) => ({ text, isOther: false }));
  }
  const { method, argument } = action;
  const value = argument?.value ?? "";
  const texts: Readonly<Record<string, string>> = {
    mbox: "/var/mail/USER",
    maildir: value || "~/Maildir",
    lmtp: `LMTP ${value}`,
    mda: `program ${value}`,
    "forward-only": "whom .forward names",
    "expand-only": "whom aliases name",
  };
  return [{ text: texts[method?.word ?? ""] ?? "", isOther: true }];
}
