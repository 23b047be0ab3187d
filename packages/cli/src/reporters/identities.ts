import { createHash } from "node:crypto";
import { Positions } from "@smtpdlint/model";

/** A line may be a megabyte and have thousands of findings, each with its identity. */
const longLine = 1000;

/** Lines and columns, and what tells lines apart. */
export class IdentifiedPositions extends Positions {
  private readonly identities = new Map<string, string>();

  /** What tells a line from others when lines move: its text or, of a long one, a hash of it, made once. */
  lineIdentity(file: number, line: number): string {
    const key = `${file}:${line}`;
    let identity = this.identities.get(key);
    if (identity === undefined) {
      const text = this.line(file, line).trim();
      identity = text.length <= longLine ? text : createHash("sha256").update(text).digest("hex");
      this.identities.set(key, identity);
    }
    return identity;
  }
}
