import type { Block } from "@smtpdlint/model";
import type { EntryPoint } from "../entry-points.ts";

/** Messages from outside: of nobody who has logged in, from any sender. */
export interface MessageSet {
  /** Addresses or networks of clients; undefined for all that the configuration does not trust. */
  readonly sources: readonly Block[] | undefined;
  /** Addresses of recipients; `other` for all domains that the configuration does not name, `any` for all. */
  readonly recipients: { readonly addresses: readonly string[] } | "other" | "any";
  /** True for the ways in that are meant. */
  readonly enters: (point: EntryPoint) => boolean;
}
