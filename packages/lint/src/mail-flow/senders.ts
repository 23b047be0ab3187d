import type { Sender } from "./mail-flow.ts";

/** Who sends mail along an edge, in words, and its colours on light and dark ground (4.5:1 and more against both). */
export const senderWords: Readonly<Record<Sender, { readonly text: string; readonly color: string }>> = {
  anyone: { text: "anyone", color: "#c2410c" },
  networks: { text: "known networks", color: "#7c5cbf" },
  users: { text: "users who log in", color: "#2563eb" },
  machine: { text: "this machine", color: "#15803d" },
  forwarded: { text: "aliases and .forward", color: "#6b7280" },
};
