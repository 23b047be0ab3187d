import type { Action } from "@smtpdlint/grammar";
import { evaluate } from "../model/evaluate.ts";
import { strangersMessage } from "../model/not-this-machine.ts";
import { defineRule } from "../rule.ts";
import { quote } from "../text/format.ts";

export const rule = defineRule({
  meta: {
    id: "srs-for-nobody",
    category: "suspicious",
    summary: "srs on an action that forwarded mail does not take",
    lifetime: { since: "6.6" },
    messages: { other: "forwarded mail takes the action {action}, which has no 'srs': this one rewrites nothing" },
  },
  model(model, { report }) {
    const users = model.actions.filter(({ options }) => options.some(({ keyword }) => keyword.word === "srs"));
    if (users.length === 0 || !model.knowsAllRules) return;
    // What an alias or a .forward has produced counts as local, wherever it came from.
    const forwarded = { ...strangersMessage, src: "local", internal: true };
    const taken = model.entryPoints.map(({ tag }) => evaluate(model.conditionsForStrangers, { ...forwarded, tag }));
    const actions = taken.map((result) => {
      const name = result.outcome === "rule" ? result.match.action?.value : undefined;
      const found = name === undefined ? undefined : model.definitionsOf("action", name)[0]?.statement;
      return found?.kind === "action" ? found : undefined;
    });
    const other = actions[0];
    if (!other?.name || actions.some((action) => action === undefined || users.includes(action))) return;
    if (other.method?.word !== "relay") return;
    for (const action of users) {
      const srs = optionSpan(action);
      const related = [{ span: other.span, message: "the action that forwarded mail takes" }];
      const help = "put srs on the action of the rule 'from local for any'";
      if (srs) report({ span: srs, message: "other", data: { action: quote(other.name.value) }, related, help });
    }
  },
});

const optionSpan = ({ options }: Action) => options.find(({ keyword }) => keyword.word === "srs")?.span;
