import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "shared-maildir-without-user",
    category: "suspicious",
    summary: "mailboxes of all recipients in one place, and nobody to whom they belong",
    messages: { user: "each recipient writes here as a user of its own, and most of them may not or do not exist" },
  },
  visit: {
    action({ method, argument, options, broken }, { report }) {
      if (method?.word !== "maildir" || !argument || argument.faulty || broken) return;
      // With domains in it, it is no folder of users of the system; and a mailbox under this path is a file of mbox.
      const isShared = /^\/.*%\{(?:dest|rcpt)(?:\.domain)?[}:[]/i.test(argument.value);
      if (
        !isShared &&
        !/^\/var\/(?:spool\/)?mail\/%\{(?:user\.username|dest\.user|rcpt\.user)[}:[]/i.test(argument.value)
      )
        return;
      // A table may give all of them the same user.
      if (options.some(({ keyword }) => ["user", "virtual", "userbase", "wrapper"].includes(keyword.word))) return;
      report({
        span: argument.span,
        message: "user",
        help: "add user NAME, the owner of the mailboxes, and virtual <TABLE>",
      });
    },
  },
});
