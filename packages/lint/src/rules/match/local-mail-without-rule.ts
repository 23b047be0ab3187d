import { outcomeOf, quote } from "@smtpdlint/model";
import { evaluate, type Message, outsideMessage, type Policy, rulesetOf, unknownEnvironment } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { messageWords, traceCommand } from "../shared/command.ts";

export const rule = defineRule({
  meta: {
    id: "local-mail-without-rule",
    category: "suspicious",
    severity: "info",
    summary: "local mail to local users, such as cron's, that no rule accepts",
    messages: {
      refused: "no rule accepts what local programs such as cron send to {recipient}: it is refused",
    },
  },
  model(model, { policy, commandOptions, report }) {
    const last = policy.ruleset.at(-1)?.match;
    const point = policy.entryPoints.find(({ reach }) => reach === "socket");
    if (!policy.isRulesetComplete || !last || !point) return;
    // Who rejects everything means it.
    if (!policy.ruleset.some(({ match }) => outcomeOf(match) === "action")) return;
    const { machine } = model;
    const names = machine ? [machine.hostName] : possibleNames(policy);
    const messages = names.flatMap((name) => (name === undefined ? [] : [localMessage(name, point.tag)]));
    const [message] = messages;
    if (!message || messages.length < names.length || !messages.every((one) => isRefused(one, policy))) return;
    report({
      span: last.keyword.span,
      message: "refused",
      data: { recipient: quote(message.rcptTo) },
      help: `add match for local action NAME; see ${traceCommand(policy, message, point, commandOptions)}`,
      witness: messageWords(policy, message, point),
    });
  },
});

/** What sendmail(8) hands over for `root` (enqueue.c). */
const localMessage = (host: string, tag: string): Message => ({
  ...outsideMessage,
  src: "local",
  user: "",
  tag,
  mailFrom: `root@${host}`,
  rcptTo: `root@${host}`,
});

function isRefused(message: Message, { model }: Policy): boolean {
  const host = message.rcptTo.slice(message.rcptTo.lastIndexOf("@") + 1);
  const localAddresses = ["local", "127.0.0.1", "[::1]"];
  const environment = { ...unknownEnvironment, localAddresses, localNames: ["localhost", host], hostName: host };
  const evaluation = evaluate(rulesetOf(model, environment), message);
  if (evaluation.outcome === "rule") return outcomeOf(evaluation.match) === "reject";
  return evaluation.outcome === "nomatch";
}

/** Enough of the domains that rules name. */
const mostNames = 50;

/** One name of each kind that the machine may have: one that no rule names, and each that a rule does. */
function possibleNames({ ruleset }: Policy): (string | undefined)[] {
  const named = ruleset.flatMap(({ destination: { negated, regex, table } }) => {
    if (negated || regex) return [undefined];
    // What smtpd itself knows is no secret: any domain, and the name of the machine.
    if (table.identity === "<anydestination>" || table.identity === "<localnames>") return [];
    return table.keys?.map((key) => key.replaceAll("*", "host")) ?? [undefined];
  });
  return named.length > mostNames ? [undefined] : ["mx.host.example", ...named];
}
