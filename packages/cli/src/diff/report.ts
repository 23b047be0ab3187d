import { type DiffReport, type DiffWords, ofChange } from "@smtpdlint/lint";
import type { Style } from "../reporters/reporter.ts";

export type DiffReporter = (report: DiffReport, style: Style) => string;

/** Of a group of hosts, seen from the first group. */
export const ofHosts: DiffWords = {
  old: "there",
  new: "here",
  titles: {
    ...ofChange.titles,
    "new-relay": "RELAYED FOR OUTSIDERS, UNLIKE IN GROUP 1",
    "new-accept": "accepted, unlike in group 1",
    lost: "refused, unlike in group 1",
  },
};
