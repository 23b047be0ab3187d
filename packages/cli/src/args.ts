import { parseArgs as parse } from "node:util";
import { newestRelease, parseRelease, type Release, releases } from "@smtpdlint/grammar";

export const formats = ["pretty", "compact", "json"] as const;
export type Format = (typeof formats)[number];

export interface Arguments {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly target: Release | undefined;
  readonly root: string | undefined;
  readonly onHost: boolean;
  readonly macros: ReadonlyMap<string, string>;
  readonly stdinFilename: string;
  readonly color: "auto" | "always" | "never";
  readonly quiet: boolean;
  readonly hints: boolean;
  readonly action: "lint" | "help" | "version" | "list-rules";
}

/** Wrong usage: exit code 2. */
export class UsageError extends Error {}

export const usage = `usage: smtpdlint [option ...] [FILE | DIR | -] ...

Finds mistakes in smtpd.conf, the configuration of OpenSMTPD.
Without a file it reads /etc/mail/smtpd.conf or /etc/smtpd.conf; - is standard input.

  --target RELEASE       the release of OpenSMTPD that will read the file:
                         ${releases[0]} to ${newestRelease}, by default ${newestRelease}
  --root DIR             look absolute paths of includes and tables up under DIR,
                         and read nothing outside it
  --on-host              say what smtpd -n says on this machine: look at its
                         files, certificates, interfaces, services and users
  -D, --define NAME=VALUE  define a macro, as smtpd -D does
  --format FORMAT        ${formats.join(", ")}
  --stdin-filename FILE  what to call standard input
  --color WHEN           auto, always or never
  --quiet                show errors only
  --hints                show hints too
  --list-rules           list all rules
  --version
  --help

exit code: 0 no errors, 1 errors, 2 wrong usage or unreadable input, 3 internal error
`;

/** Reads the command line; throws a UsageError that says what is wrong with it. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parseOrThrow(argv);
  const format = choose("format", values.format ?? "pretty", formats);
  const target = values.target === undefined ? undefined : parseRelease(values.target);
  if (values.target !== undefined && target === undefined) {
    throw new UsageError(`unknown release ${values.target}: known are ${releases.join(", ")}`);
  }
  if (values.root !== undefined && values["on-host"]) throw new UsageError("either --root or --on-host, not both");
  return {
    paths: positionals,
    format,
    target,
    root: values.root,
    onHost: values["on-host"] ?? false,
    macros: new Map((values.define ?? []).map(splitDefinition)),
    stdinFilename: values["stdin-filename"] ?? "<stdin>",
    color: choose("color", values.color ?? "auto", ["auto", "always", "never"]),
    quiet: values.quiet ?? false,
    hints: values.hints ?? false,
    action: values.help ? "help" : values.version ? "version" : values["list-rules"] ? "list-rules" : "lint",
  };
}

function parseOrThrow(argv: readonly string[]) {
  try {
    return parse({
      args: [...argv],
      allowPositionals: true,
      options: {
        color: { type: "string" },
        define: { type: "string", short: "D", multiple: true },
        format: { type: "string" },
        help: { type: "boolean", short: "h" },
        hints: { type: "boolean" },
        "list-rules": { type: "boolean" },
        "on-host": { type: "boolean" },
        quiet: { type: "boolean", short: "q" },
        root: { type: "string" },
        "stdin-filename": { type: "string" },
        target: { type: "string" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function choose<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (!found) throw new UsageError(`--${option} must be one of ${choices.join(", ")}, not ${value}`);
  return found;
}

/** smtpd.c splits at the last `=`. */
function splitDefinition(text: string): [string, string] {
  const at = text.lastIndexOf("=");
  if (at === -1) throw new UsageError(`--define needs NAME=VALUE, not ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}
