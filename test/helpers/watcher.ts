import { spawn } from "node:child_process";
import { expect } from "vitest";
import { bundle } from "./bundle.ts";

/** The built command line, which watches files. */
export class Watcher {
  private stdout = "";
  private readonly child;
  /** How often it has looked. */
  looks = 0;

  constructor(argv: readonly string[]) {
    this.child = spawn(process.execPath, [bundle, ...argv]);
    this.child.stdout.on("data", (data) => {
      this.stdout += data;
    });
    this.child.stderr.on("data", (data) => {
      this.looks += String(data).split("watching").length - 1;
    });
  }

  /** What it prints after a change. */
  async lookAfter(change: () => unknown): Promise<string> {
    const before = this.looks;
    this.stdout = "";
    change();
    await expect.poll(() => this.looks).toBeGreaterThan(before);
    return this.stdout;
  }

  /** Ends it as Ctrl-C does; the signal that it ended by. */
  end(): Promise<unknown> {
    const ended = new Promise((resolve) => this.child.on("exit", (_, signal) => resolve(signal)));
    this.child.kill("SIGINT");
    return ended;
  }
}
