/** The outside of the program, so that tests can run it in-process. */
export interface Io {
  readonly stdout: (text: string | Uint8Array) => void;
  readonly stderr: (text: string) => void;
  readonly readStdin: () => Promise<Buffer>;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  readonly columns: number;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** The page of each rule, in Markdown, by its id. */
  readonly pages: Readonly<Record<string, string>>;
  /** The files of each recipe by their paths, by its name. */
  readonly recipes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Is told of each file that is read, or would be if it were there. */
  readonly sawFile?: (path: string) => void;
}

export const exitCode = { clean: 0, findings: 1, usage: 2, internal: 3 } as const;
