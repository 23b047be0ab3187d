import type { Action } from "@smtpdlint/grammar";

/** What comes of a message by the rules of one side; equal meanings are one outcome. */
export interface Outcome {
  readonly kind: "refused" | "deferred" | "relayed" | "local" | "no way in" | "no login" | "needs login";
  /** What makes it the same as another. */
  readonly meaning: string;
  /** What is done with it, on one side or the other. */
  readonly action: Action | undefined;
}

/** Keeps the outcomes of both sides by their meanings. */
export class Outcomes {
  readonly all: Outcome[] = [];
  private readonly byMeaning = new Map<string, number>();

  of(kind: Outcome["kind"], meaning = "", action?: Action): number {
    const key = `${kind} ${meaning}`;
    let number = this.byMeaning.get(key);
    if (number === undefined) {
      number = this.all.push({ kind, meaning, action }) - 1;
      this.byMeaning.set(key, number);
    }
    return number;
  }
}
