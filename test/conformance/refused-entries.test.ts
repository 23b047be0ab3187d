import { analyse } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import {
  Expander,
  type ExpansionNode,
  evaluate,
  type Message,
  outsideMessage,
  type Policy,
  refusedEntries,
  unknownEnvironment,
} from "@smtpdlint/policy";
import { expect, test } from "vitest";
import { messageOf } from "../../packages/cli/src/trace/batch.ts";
import { answersOf, expanderFor, recipientVectors } from "../helpers/recipients.ts";

/** Where nobody comes in from outside, what is said is of this machine's mail. */
const listeners = { outside: "listen on 203.0.113.1\n", "this machine": "" };

for (const [name, read] of recipientVectors) {
  test(`${name}: what is said to be refused, smtpd 7.8 refuses`, () => {
    const wrong: string[] = [];
    const seen = { outside: 0, "this machine": 0 };
    for (const vector of read()) {
      const expander = expanderFor(vector, "7.8");
      for (const origin of ["outside", "this machine"] as const) {
        const host = memoryHost({ ...vector.files });
        const text = `${vector.conf}\n${listeners[origin]}`;
        const { policy } = analyse("/etc/mail/smtpd.conf", text, host, { rules: [], target: "7.8" });
        const refused = new Map(refusedEntries(policy).map(({ entry, message }) => [placeOf(entry), message]));
        for (const question of refused.size > 0 ? vector.messages : []) {
          const [answer] = answersOf(question, "7.8");
          const [way] = expander.expandRecipient(messageOf(question, vector.env.hostname)).alternatives;
          const said = way && refused.get(firstEntry(way.result.root) ?? "");
          const isMeant = said && originOf(said) === originOf({ ...question, user: question.user ?? undefined });
          if (!answer || !isMeant) continue;
          seen[origin]++;
          if (answer.startsWith("250 ")) wrong.push(`${vector.id} ${question.rcptTo} from ${question.src}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(Math.min(seen.outside, seen["this machine"])).toBeGreaterThan(0);
  });
}

/** What the rule knows of the machine. */
const environment = { ...unknownEnvironment, localAddresses: ["local", "127.0.0.1", "[::1]"] };

for (const [name, read] of recipientVectors) {
  test(`${name}: what smtpd 7.8 refuses is said, if that needs no more than the files`, () => {
    const unsaid: string[] = [];
    let said = 0;
    for (const vector of read()) {
      const expander = expanderFor(vector, "7.8");
      const host = memoryHost({ ...vector.files });
      const text = `${vector.conf}\n${listeners.outside}`;
      const { policy } = analyse("/etc/mail/smtpd.conf", text, host, { rules: [], target: "7.8" });
      let found: ReadonlySet<string> | undefined;
      for (const question of vector.messages) {
        const [answer] = answersOf(question, "7.8");
        if (!answer || answer.startsWith("250 ")) continue;
        const message = messageOf(question, vector.env.hostname);
        const [way] = expander.expandRecipient(message).alternatives;
        const entry = way && firstEntry(way.result.root);
        if (!entry || outcomeOf(message, policy) !== "refused") continue;
        // What is said is of a stranger, and of a domain that a rule names.
        const stranger = { ...outsideMessage, rcptTo: message.rcptTo };
        const evaluation = evaluate(policy.outsideRuleset, stranger);
        const rule = policy.outsideRuleset.find(
          ({ match }) => evaluation.outcome === "rule" && match === evaluation.match,
        );
        const domain = message.rcptTo.slice(message.rcptTo.lastIndexOf("@") + 1).toLowerCase();
        const isNamed = rule?.destination.table.keys?.includes(domain) && !rule.destination.negated;
        if (!isNamed || !leadsTo(entry, stranger, policy) || outcomeOf(stranger, policy) !== "refused") continue;
        found ??= new Set(refusedEntries(policy).map((refused) => placeOf(refused.entry)));
        if (found.has(entry)) said++;
        else if (!isTakenElsewhere(entry, message, policy)) unsaid.push(`${vector.id} ${message.rcptTo}`);
      }
    }
    expect(unsaid).toEqual([]);
    expect(said).toBeGreaterThan(30);
  });
}

/** What becomes of a recipient by the files alone; `open` if they do not say it, or if an entry asks for the reply. */
function outcomeOf(message: Message, policy: Policy): "refused" | "open" {
  const { alternatives, complete } = new Expander(policy, environment).expandRecipient(message);
  const isRefusal = alternatives.every(
    ({ result: { answer, root } }) => answer && !answer.reply.startsWith("250") && !hasStep(root, "error alias"),
  );
  return complete && isRefusal ? "refused" : "open";
}

const hasStep = ({ steps, children }: ExpansionNode, reason: string): boolean =>
  steps.some((step) => step.kind === "failure" && step.reason === reason) ||
  children.some((child) => hasStep(child, reason));

const leadsTo = (entry: string, message: Message, policy: Policy) =>
  new Expander(policy, environment)
    .expandRecipient(message)
    .alternatives.some(({ result }) => entriesIn(result.root).includes(entry));

/** True if other mail that leads to the same entry is not refused: then nothing is said of it. */
function isTakenElsewhere(entry: string, message: Message, policy: Policy): boolean {
  const { rcptTo } = message;
  const user = rcptTo.slice(0, rcptTo.lastIndexOf("@"));
  const domains = new Set(policy.model.sources.files[0]?.text.match(/\w\.example\b/g));
  const senders: Partial<Message>[] = [{}, { src: "203.0.113.25", user: undefined }, { src: "local", user: "" }];
  // Without the tag, a member that names the user again is no news.
  const users = [user, user.replace(/[+_-].*/, "")];
  const others = [...domains, "localhost"].flatMap((domain) => users.map((name) => `${name}@${domain}`));
  return others.some((rcptTo) =>
    senders.some((sender) => {
      const other = { ...message, ...sender, rcptTo } as Message;
      return leadsTo(entry, other, policy) && outcomeOf(other, policy) === "open";
    }),
  );
}

/** Who sends a message, as far as it is said of. */
const originOf = ({ src, tag, user }: Pick<Message, "src" | "tag" | "user">) =>
  JSON.stringify([src === "local", tag.toLowerCase(), user ?? null]);

const placeOf = ({ span }: { readonly span: { readonly file: number; readonly start: number } }) =>
  `${span.file}:${span.start}`;

/** The entry that the recipient itself leads to. */
const firstEntry = (root: ExpansionNode): string | undefined => entriesIn(root)[0];

const entriesIn = ({ steps, children }: ExpansionNode): string[] => [
  ...steps.flatMap((step) =>
    (step.kind === "alias" || step.kind === "virtual") && typeof step.entry === "object" ? [placeOf(step.entry)] : [],
  ),
  ...children.flatMap(entriesIn),
];
