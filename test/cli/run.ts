import { main } from "../../packages/cli/src/main.ts";
import { recipes } from "../helpers/recipes.ts";

export interface RunOptions {
  readonly stdin?: string | Buffer;
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly now?: () => number;
  readonly pages?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command line in this process. */
export async function run(argv: readonly string[], options: RunOptions = {}) {
  const written: Buffer[] = [];
  let stderr = "";
  const code = await main(argv, {
    stdout: (text) => {
      written.push(Buffer.from(text));
    },
    stderr: (text) => {
      stderr += text;
    },
    readStdin: async () => Buffer.from(options.stdin ?? ""),
    stdoutIsTerminal: options.terminal ?? false,
    stderrIsTerminal: options.terminal ?? false,
    now: options.now ?? (() => performance.now()),
    columns: options.columns ?? 80,
    env: options.env ?? {},
    version: "0.0.0",
    pages: options.pages ?? {},
    recipes,
  });
  const bytes = Buffer.concat(written);
  return { code, stdout: bytes.toString(), stderr, bytes };
}
