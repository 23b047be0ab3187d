import accepted from "../../../cli/example/accepted.conf";
import after from "../../../cli/example/after.conf";
import before from "../../../cli/example/before.conf";
import traced from "../../../cli/example/trace.conf";
import aliases from "./examples/mail-exchanger.aliases";
import exchanger from "./examples/mail-exchanger.conf";
import tests from "./examples/mail-exchanger.test";
import slips from "./examples/slips.conf";
import type { Project } from "./share.ts";

/** What can be opened, by its title; the first is there at the start. */
export const examples: Readonly<Record<string, Project>> = {
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
};
