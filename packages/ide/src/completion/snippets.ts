import { parse, type Release } from "@smtpdlint/grammar";
import type { Snippet } from "./completion-item.ts";

/** All that there are: loaded when somebody first types. */
export const loadSnippets = async (): Promise<readonly Snippet[]> => (await import("./snippet-list.ts")).snippets;

/** The snippets that `target` can read. */
export function snippetsFor(snippets: readonly Snippet[], target: Release): Snippet[] {
  const isKnown = ({ body }: Snippet) =>
    parse("", defaultText(body), { target }).config.statements.every(({ broken }) => !broken);
  return snippets.filter(isKnown);
}

/** A snippet's body with its places filled with their defaults. */
export function defaultText(body: string): string {
  const defaults = new Map<string, string>();
  return body
    .replace(/\$\{(\d+):([^}]*)\}/g, (_, place: string, text: string) => {
      defaults.set(place, text);
      return text;
    })
    .replace(/\$(\d+)/g, (_, place: string) => defaults.get(place) ?? "");
}
