import { analyse } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { type ExpansionNode, type Message, refusedEntries } from "@smtpdlint/policy";
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

/** Who sends a message, as far as it is said of. */
const originOf = ({ src, tag, user }: Pick<Message, "src" | "tag" | "user">) =>
  JSON.stringify([src === "local", tag.toLowerCase(), user ?? null]);

const placeOf = ({ span }: { readonly span: { readonly file: number; readonly start: number } }) =>
  `${span.file}:${span.start}`;

/** The entry that the recipient itself leads to. */
function firstEntry({ steps, children }: ExpansionNode): string | undefined {
  for (const step of steps) {
    if ((step.kind === "alias" || step.kind === "virtual") && typeof step.entry === "object")
      return placeOf(step.entry);
  }
  for (const child of children) {
    const found = firstEntry(child);
    if (found) return found;
  }
  return undefined;
}
