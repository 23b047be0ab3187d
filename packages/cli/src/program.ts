import { fstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exactArguments } from "./file-name.ts";
import { exitCode } from "./io.ts";
import { main } from "./main.ts";
import { isTooLarge } from "./node-host.ts";
import { harmless } from "./reporters/harmless.ts";
import { InputError } from "./usage-error.ts";
import { version } from "./version.ts";
import { reasonOf } from "./write-file.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough, such as `head`, is no error.
  if (error.code === "EPIPE") process.exit(exitCode.clean);
  stderr(`smtpdlint: standard output: ${reasonOf(error)}\n`);
  process.exit(exitCode.usage);
});

/** Made when there is something to say, which is seldom and takes time. */
let errors: typeof process.stderr | undefined;

function stderr(text: string): void {
  // Where nobody hears it, the exit code still counts.
  errors ??= process.stderr.on("error", () => {});
  // It names files, and a CI system looks for commands here too.
  errors.write(harmless(text));
}

let linted = false;

/** True once a file has been looked at, for which most of the program was used (see bin.ts). */
export const hasLinted = (): boolean => linted;

/** Standard input, or as much of it as shows that it is too large: it may never end. */
async function readStdin(): Promise<Buffer> {
  if (fstatSync(0).isDirectory()) throw new InputError("standard input is a directory");
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    length += chunks[chunks.push(chunk as Buffer) - 1]?.length ?? 0;
    if (isTooLarge(length)) break;
  }
  return Buffer.concat(chunks);
}

main(exactArguments(process.argv.slice(2)), {
  stdout: (text) => process.stdout.write(text),
  stderr,
  readStdin,
  stdoutIsTerminal: process.stdout.isTTY === true,
  get stderrIsTerminal() {
    return process.stderr.isTTY === true;
  },
  columns: process.stdout.columns ?? 0,
  now: () => process.uptime() * 1000,
  env: process.env,
  version,
  sawFile: () => {
    linted = true;
  },
  get pages() {
    return JSON.parse(readFileSync(join(__dirname, "pages.json"), "utf8"));
  },
  get recipes() {
    return JSON.parse(readFileSync(join(__dirname, "recipes.json"), "utf8"));
  },
}).then((code) => {
  process.exitCode = code;
});
