import { type Entry, quote } from "@smtpdlint/model";
import {
  addressText,
  type ExpansionNode,
  type MemberPlace,
  membersIn,
  type RefusedEntry,
  refusedEntries,
} from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { isBackendConfiguration } from "../shared/backend-configuration.ts";
import { messageWords, traceCommand } from "../shared/command.ts";
import { slipOf } from "../shared/member-slips.ts";

export const rule = defineRule({
  meta: {
    id: "refused-recipient",
    category: "broken",
    fixable: true,
    summary: "an alias or virtual user whose mail smtpd refuses",
    messages: {
      outside: "mail from outside to {recipient} is refused with {reply}: {reason}",
      local: "mail to {recipient} is refused with {reply}: {reason}",
    },
  },
  model(model, { policy, commandOptions, report }) {
    // The settings of a database are no entries, which is a finding of its own.
    const alien = new Set(
      model.statementsOf("table").flatMap((table) => {
        const { file } = model.tables.declared(table);
        return file && isBackendConfiguration(file) ? [file.source.id] : [];
      }),
    );
    for (const refused of refusedEntries(policy)) {
      const { entry, message, point, reply } = refused;
      if (alien.has(entry.span.file)) continue;
      const unread = refused.reason === "alias malformed" ? membersIn(entry, model).find(isUnread) : undefined;
      const text = unread && model.sources.textAt(unread.span);
      const isKnown = unread && text !== undefined && isVerbatim(entry, text);
      const whole = isKnown && model.sources.fileOf(unread.span).text;
      const slip = whole ? slipOf({ text: whole, span: unread.span, place: "entry", target: model.target }) : undefined;
      const command = `see ${traceCommand(policy, message, point, commandOptions)}`;
      report({
        span: unread?.span ?? entry.valueSpan ?? entry.span,
        message: message.user === undefined ? "outside" : "local",
        data: {
          recipient: quote(message.rcptTo),
          reply: quote(reply),
          reason: text === undefined ? reasonOf(refused) : `smtpd cannot read the member ${quote(text)}`,
        },
        help: [slip?.help ?? helpFor(refused), command].filter(Boolean).join("; "),
        witness: messageWords(policy, message, point),
        fixes: slip ? [{ title: slip.help, safe: false, edits: slip.edits }] : [],
      });
    }
  },
});

const isUnread = ({ member }: MemberPlace) => member === undefined;

/** False where escapes or a macro hide how a member is written. */
const isVerbatim = ({ value }: Entry, text: string) => value?.includes(text) === true;

const nameOf = ({ kind, text, domain }: ExpansionNode) =>
  quote(kind === "address" ? addressText({ user: text, domain }) : (prefixes[kind] ?? "") + text);

const prefixes: Partial<Record<ExpansionNode["kind"], string>> = { program: "|", error: "error:" };

function reasonOf({ node, reason }: RefusedEntry): string {
  switch (reason) {
    case "no rule":
      return `it leads to ${nameOf(node)}, which no rule accepts`;
    case "rejected":
      return `it leads to ${nameOf(node)}, which a rule rejects`;
    case "rule failed":
      return `it leads to ${nameOf(node)}, for which a rule fails`;
    case "too deep":
      return "it leads through ten aliases or more, most likely in a circle";
    case "too many members":
      return "it has more than 100 members";
    case "alias malformed":
      return "smtpd cannot read one of its members";
    case "no alias":
      return `it leads to ${nameOf(node)}, which is not in the table of virtual users`;
    case "nothing left":
      return "it leads to no recipient";
    case "forward only":
      return node.kind === "user"
        ? `it ends at the user ${nameOf(node)}, to whom the action forward-only does not deliver`
        : `the action forward-only accepts neither programs nor files nor replies, such as ${nameOf(node)}`;
    case "expand only":
      return `it ends at the user ${nameOf(node)}, to whom the action expand-only does not deliver`;
    case "no user":
      return `there is no user ${nameOf(node)}`;
    default:
      return `smtpd gives up at ${nameOf(node)}`;
  }
}

/** What an alias has produced counts as local mail (ruleset.c: `local` where it is asked for the source). */
function helpFor({ reason }: RefusedEntry): string | undefined {
  switch (reason) {
    case "no rule":
      return "what an alias leads to counts as mail of this machine: add a rule such as match from local for any action NAME";
    case "rejected":
      return "put a rule for mail of this machine before the one that rejects";
    case "alias malformed":
      return "a member is a user, an address, /FILE, |COMMAND, error:CODE TEXT or :include:/FILE; quote what holds a comma";
    case "no user":
      return "write a user that there is, or a whole address";
    case "forward only":
    case "expand only":
      return "use mbox, maildir, lmtp or mda for it, in an action and rule of its own";
    default:
      return undefined;
  }
}
