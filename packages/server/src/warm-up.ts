import { type Analysis, analyse } from "@smtpdlint/lint";
import { findingsByUri } from "./diagnostics.ts";
import { readOpen } from "./turns.ts";
import type { Workspace } from "./workspace.ts";

/** So long it works in all, and so long it leaves to others before each time, in milliseconds. */
const mostWork = 400;
const pause = 10;

/** A longer text takes longer than a moment, and is warm after one look. */
const longestText = 200_000;

/**
 * Looks at a document that was just opened as if somebody typed in it, again
 * and again as long as nothing else happens. V8 compiles what it has seen run,
 * so that the first keys are answered as fast as later ones. Once in the life
 * of a server is enough.
 */
export class WarmUp {
  private left = mostWork;

  constructor(private readonly workspace: Workspace) {}

  /** Begins with a document that is open, if it is one of ours; ends with the first change of anything, and where something fails. */
  async start(uri: string, isOurs = () => true): Promise<void> {
    const { workspace } = this;
    const { generation } = workspace;
    const isRead = await readOpen(workspace, () => workspace.generation === generation).catch(() => false);
    if (isRead) attempt(() => isOurs() && this.run(uri));
  }

  private run(uri: string): void {
    const { workspace } = this;
    const { generation } = workspace;
    const main = workspace.mainOf(uri);
    const text = workspace.files.textOf(main);
    const middle = text.indexOf("\n", text.length / 2) + 1;
    const typed = `${text.slice(0, middle)}x${text.slice(middle)}`;
    let previous: Analysis | undefined;
    const type = () => {
      if (this.left <= 0 || workspace.generation !== generation) return;
      const start = performance.now();
      for (const each of [typed, text]) {
        previous = analyse(main, each, workspace.hosts.hostFor(main), {
          ...workspace.settings.optionsFor(main),
          previous,
        });
        findingsByUri(workspace, previous);
      }
      this.left -= performance.now() - start;
      setTimeout(attempt, pause, type);
    };
    if (text.length <= longestText) setTimeout(attempt, pause, type);
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // It fails again where somebody asks for an answer, and is told there.
  }
}
