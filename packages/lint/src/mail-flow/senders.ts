import type { Sender } from "./mail-flow.ts";

interface SenderWords {
  readonly text: string;
  /** Of its line, on light and dark ground: 3:1 and more against both. */
  readonly color: string;
  /** Where there are no colours of ours to tell lines apart: lengths of strokes and gaps. */
  readonly dashes: string;
}

/** Who sends mail along an edge, in words and as a line. */
export const senderWords: Readonly<Record<Sender, SenderWords>> = {
  anyone: { text: "anyone", color: "#c2410c", dashes: "none" },
  networks: { text: "known networks", color: "#7c5cbf", dashes: "11 2" },
  users: { text: "users who log in", color: "#2563eb", dashes: "8 3 2 3" },
  machine: { text: "this machine", color: "#15803d", dashes: "2 3" },
  forwarded: { text: "aliases and .forward", color: "#6b7280", dashes: "5 4" },
};
