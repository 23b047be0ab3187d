import accepted from "../../../cli/example/accepted.conf?raw";
import after from "../../../cli/example/after.conf?raw";
import before from "../../../cli/example/before.conf?raw";
import traced from "../../../cli/example/trace.conf?raw";
import type { exampleTitles } from "./example-titles.ts";
import legacy from "./examples/before-6.4.conf?raw";
import aliases from "./examples/mail-exchanger.aliases?raw";
import exchanger from "./examples/mail-exchanger.conf?raw";
import tests from "./examples/mail-exchanger.test?raw";
import slips from "./examples/slips.conf?raw";
import type { Project } from "./share.ts";

/** What can be opened, by its title. */
export const examples: Readonly<Record<(typeof exampleTitles)[number], Project>> = {
  "A few slips": { files: { "smtpd.conf": slips }, view: "findings" },
  "What smtpd -n accepts": { files: { "smtpd.conf": accepted }, view: "findings" },
  "A mail exchanger, with tests": {
    files: { "smtpd.conf": exchanger, "smtpd.test": tests, aliases },
    view: "tests",
    message: "from 203.0.113.5 to info@example.org",
  },
  "A message that is refused": {
    files: { "smtpd.conf": traced },
    view: "trace",
    message: "auth bob to someone@example.net",
  },
  "A change that does too much": { files: { "smtpd.conf": after }, old: before, view: "diff" },
  "A file from before 6.4": { files: { "smtpd.conf": legacy }, legacy, view: "migrate" },
  "An empty file": { files: { "smtpd.conf": "" }, view: "findings" },
};
