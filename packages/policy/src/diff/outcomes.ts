import type { Action } from "@smtpdlint/grammar";

/** What comes of a message by the rules of a side; equal meanings are one outcome. */
export interface Outcome {
  readonly kind: "refused" | "deferred" | "relayed" | "local" | "no way in" | "no login" | "needs login";
  /** What makes it the same as another. */
  readonly meaning: string;
  /** What is done with the message, as each side says it. */
  readonly actions: { old?: Action; new?: Action };
}

/** Keeps the outcomes of both sides by their meanings. */
export class Outcomes {
  readonly all: Outcome[] = [];
  private readonly byMeaning = new Map<string, number>();

  of(kind: Outcome["kind"]): number {
    return this.find(kind, "");
  }

  /** One of a kind that is told from others by a mark. */
  marked(kind: Outcome["kind"], mark: string): number {
    return this.find(kind, mark);
  }

  /** Of an action of one side. */
  ofAction(kind: "relayed" | "local", meaning: string, action: Action, side: "old" | "new"): number {
    const number = this.find(kind, meaning);
    const { actions } = this.at(number);
    actions[side] ??= action;
    return number;
  }

  at(number: number): Outcome {
    return this.all[number] as Outcome;
  }

  private find(kind: Outcome["kind"], meaning: string): number {
    const key = `${kind} ${meaning}`;
    let number = this.byMeaning.get(key);
    if (number === undefined) {
      number = this.all.push({ kind, meaning, actions: {} }) - 1;
      this.byMeaning.set(key, number);
    }
    return number;
  }
}
