import type { Io } from "./io.ts";

/** Nobody wants to see what takes less. */
const patienceMs = 500;

/** How far a long run has come, in one line on a terminal that is overwritten and goes away. */
export class Progress {
  private readonly start: number;
  private last: number | undefined;

  constructor(private readonly io: Io) {
    this.start = io.now();
  }

  /** Says what is being done now; at most ten times a second. */
  show(text: string): void {
    if (!this.io.stderrIsTerminal) return;
    const now = this.io.now();
    if (now - this.start < patienceMs || (this.last !== undefined && now - this.last < 100)) return;
    this.last = now;
    this.io.stderr(`\r\u001b[K${text}`);
  }

  /** What takes long by itself is said beforehand. */
  announce(text: string): void {
    if (!this.io.stderrIsTerminal) return;
    this.last = this.io.now();
    this.io.stderr(`\r\u001b[K${text}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.last !== undefined) this.io.stderr("\r\u001b[K");
    this.last = undefined;
  }
}
