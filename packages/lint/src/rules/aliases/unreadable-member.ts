import type { Span } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { type MemberFile, memberFilesOf, membersOfFile } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { slipOf } from "../shared/member-slips.ts";

/** Enough to see that it is another kind of file. */
const mostReports = 100;

export const rule = defineRule({
  meta: {
    id: "unreadable-member",
    category: "broken",
    fixable: true,
    summary: "a member of a .forward or an included file that smtpd cannot read, or ignores",
    messages: {
      // forward.c: one bad line spoils the file.
      forward:
        "mail to this user is refused with '424 4.2.4 Mailing list expansion problem': smtpd cannot read the member {member}",
      // aliases.c, aliases_expand_include: nobody looks whether a line was read.
      include: "smtpd cannot read the member {member}, and ignores it and the rest of its line",
      // expand.c, expand_line: do_includes.
      nested: "smtpd ignores {member} here: only an alias can include a file",
    },
  },
  model(model, { report }) {
    for (const file of memberFilesOf(model)) {
      const { text } = file.source;
      let count = 0;
      for (const { member, span } of membersOfFile(file, model.target)) {
        const written = text.slice(span.start, span.end);
        if ((member && member.kind !== "include") || isComment(file, span) || ++count > mostReports) continue;
        if (member) {
          const data = { member: quote(written) };
          report({
            span,
            message: "nested",
            data,
            help: "put the members of that file here, or include it in the alias",
          });
          continue;
        }
        // What goes on in another line is not as it is written.
        const isWhole = !written.includes("\n");
        const slip = isWhole ? slipOf({ text, span, place: file.kind, target: model.target }) : undefined;
        report({
          span,
          message: file.kind,
          data: { member: quote(written) },
          help: slip?.help ?? "a member is a user, an address, /FILE, |COMMAND or error:CODE TEXT",
          fixes: slip ? [{ title: slip.help, safe: false, edits: slip.edits }] : [],
        });
      }
    }
  },
});

/** What is meant as a comment in an included file is one in effect, since nothing of it is read; what precedes it may be lost. */
function isComment({ kind, source: { text } }: MemberFile, { start, end }: Span): boolean {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const isMeant = /(?:^|\s)#$/.test(text.slice(lineStart, start + 1)) || /(?:^|\s)#/.test(text.slice(lineStart, start));
  return kind === "include" && isMeant && !text.slice(start, end).includes("\n");
}
