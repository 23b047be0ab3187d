import { escapeMarkdown } from "@smtpdlint/ide";
import { makeVisible } from "@smtpdlint/model";

/** What a command shows. */
export interface Page {
  /** In one line. */
  readonly title: string;
  readonly markdown: string;
  /** As text, for an editor that shows messages only; the title comes first. */
  readonly lines: readonly string[];
  /** True if it only says why there is nothing to show. */
  readonly isProblem?: true;
  /** A picture, where there is one. */
  readonly svg?: string;
  /** Where the boxes of the picture lead, by their ids: `file:///etc/mail/smtpd.conf#L12`. */
  readonly links?: Readonly<Record<string, string>>;
}

/** Why there is nothing to show. */
export function problemPage(problem: string): Page {
  const title = makeVisible(problem);
  return { title, markdown: `## ${escapeMarkdown(title)}\n`, lines: [title], isProblem: true };
}
