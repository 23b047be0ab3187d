import { writeFileSync } from "node:fs";
import { newestRelease, releases } from "@smtpdlint/grammar";
import { rules, settingsFileName, severityNames } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { onDisk } from "./file-name.ts";
import { exitCode, type Io } from "./io.ts";
import { reasonOf } from "./write-file.ts";

export const schemaUrl =
  "https://raw.githubusercontent.com/smtpdlint/smtpdlint/main/packages/cli/schema/smtpdlintrc.schema.json";

/** A rule that somebody may want to turn off. */
const example = rules.find(({ meta }) => meta.category === "unused")?.meta.id;

const text = `{
  "$schema": "${schemaUrl}",

  // The release of OpenSMTPD that will read the files: ${releases[0]} to ${newestRelease}; on OpenBSD that of the system, elsewhere smtpd -h prints it.
  "target": "${newestRelease}",

  // The folder that stands for /, relative to this file: "fs" if a copy of
  // /etc/mail/aliases is in fs/etc/mail/aliases. "hosts/*" for many hosts.
  // "root": "fs",

  // ${severityNames.join(", ")} by the id of a rule, or by a category such as
  // security; "smtpdlint rules" lists them, "smtpdlint explain RULE" explains one.
  // Other keys: extends, exclude, fail-on, overrides (see the schema).
  "rules": {
    // "${example}": "off"
  }
}
`;

/** `smtpdlint init`: writes a configuration file to fill in, never over one that is there; returns the exit code. */
export const init = (io: Io): number => writeNew(settingsFileName, text, io);

/** Writes a file that is not there yet; returns the exit code. */
export function writeNew(path: string, text: string, io: Io): number {
  const name = makeVisible(path);
  try {
    writeFileSync(onDisk(path), text, { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    io.stderr(`smtpdlint: ${name}: ${code === "EEXIST" ? "exists; not overwritten" : makeVisible(reasonOf(error))}\n`);
    return exitCode.usage;
  }
  io.stdout(`wrote ${name}\n`);
  return exitCode.clean;
}
