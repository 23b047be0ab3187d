import { builtinKeys, ConditionsBuilder, needsBuiltins, type RuleConditions } from "./conditions.ts";
import type { Message } from "./evaluate.ts";
import type { Model } from "./model.ts";

/** A message of somebody elsewhere to somebody elsewhere, as an example. */
export const strangersMessage: Message = {
  src: "203.0.113.77",
  rdns: "host.client.example",
  helo: "client.example",
  mailFrom: "someone@sender.example",
  rcptTo: "someone@elsewhere.example",
  tag: "",
  user: undefined,
};

/** The rules as seen by strangers: none of their addresses and names is one of the machine that smtpd runs on. */
export function conditionsForStrangers(model: Model): RuleConditions[] {
  const builder = new ConditionsBuilder(model, {
    ...builtinKeys,
    "<localhost>": ["local", "127.0.0.1", "[::1]"],
    "<localnames>": ["localhost"],
  });
  return model.conditions.map((rule) => (needsBuiltins(rule) ? builder.build(rule.match) : rule));
}
