import type { Workspace } from "./workspace.ts";

/** As soon as other messages have had their turn; a worker in a browser has timers only. */
export const soon: (work: () => void) => void = globalThis.setImmediate ?? ((work) => setTimeout(work));

/** Others have their turn. */
export const othersTurn = (): Promise<void> => new Promise((resolve) => soon(resolve));

/** A stream to the client, as far as it has to be known whether it is full. */
interface Output {
  readonly writableNeedDrain: boolean;
  once(event: "drain", listener: () => void): unknown;
}
let output: Output | undefined;

/** Says where answers go. */
export function answersGoTo(stream: Output): void {
  output = stream;
}

/** Others have their turn; a long answer that the client has begun to read is sent to its end. */
export async function answersTurn(): Promise<void> {
  await othersTurn();
  if (output?.writableNeedDrain) await new Promise<void>((resolve) => output?.once("drain", resolve));
}

/** Others wait for so many milliseconds at most while something is worked out bit by bit. */
export const slice = 1;

/** Those that have been read in for as long as a turn may take: who else waits for that leaves it at that. */
const taken = new WeakSet<Workspace>();

/**
 * Reads what is open and not read, document by document, so that what else is
 * asked meanwhile is answered: only then it is known what belongs to what. False
 * if nobody wants to know any more.
 */
export async function readOpen(workspace: Workspace, isWanted: () => boolean): Promise<boolean> {
  for (;;) {
    if (!taken.has(workspace)) {
      const end = performance.now() + slice;
      let hasRead: boolean;
      do hasRead = workspace.readNext();
      while (hasRead && performance.now() < end);
      if (!hasRead) return isWanted();
      taken.add(workspace);
      soon(() => taken.delete(workspace));
    }
    await othersTurn();
    if (!isWanted()) return false;
  }
}
