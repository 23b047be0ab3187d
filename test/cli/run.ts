import { main } from "../../packages/cli/src/main.ts";

export interface RunOptions {
  readonly stdin?: string | Buffer;
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command line in this process. */
export async function run(argv: readonly string[], options: RunOptions = {}) {
  let stdout = "";
  let stderr = "";
  const code = await main(argv, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    readStdin: async () => Buffer.from(options.stdin ?? ""),
    stdoutIsTerminal: options.terminal ?? false,
    columns: options.columns ?? 80,
    env: options.env ?? {},
    version: "0.0.0",
  });
  return { code, stdout, stderr };
}
