import type { Diagnostic } from "@smtpdlint/lint";
import { IdentifiedPositions } from "./identities.ts";
import type { FileResult } from "./reporter.ts";

/**
 * Findings that are to be shown, each with the hosts that have the same in the
 * same lines, and of which it is shown for the first host only: hosts often
 * share files, or have copies of them.
 */
export function withoutTwins(results: readonly FileResult[]): ReadonlyMap<Diagnostic, readonly string[]> {
  const shown = new Map<Diagnostic, string[]>();
  const firsts = new Map<string, string[]>();
  for (const { host, files, diagnostics } of results) {
    /** How often this host has had the same: what it has twice is shown twice. */
    const times = new Map<string, number>();
    const positions = new IdentifiedPositions(files);
    const [main] = files;
    for (const diagnostic of diagnostics) {
      const { rule, message, help, span } = diagnostic;
      if (host === undefined) {
        shown.set(diagnostic, []);
        continue;
      }
      // A command that shows the finding names the file of the host.
      const advice = main && help?.replaceAll(main.path, "");
      const own = JSON.stringify([rule, message, advice, linesOf(span, positions)]);
      const time = (times.get(own) ?? 0) + 1;
      times.set(own, time);
      const others = firsts.get(`${time} ${own}`);
      if (others) others.push(host);
      else {
        const hosts: string[] = [];
        firsts.set(`${time} ${own}`, hosts);
        shown.set(diagnostic, hosts);
      }
    }
  }
  return shown;
}

/** What tells the lines apart in which something stands. */
function linesOf(span: Diagnostic["span"], positions: IdentifiedPositions): readonly string[] {
  const [first, last] = [positions.start(span).line, positions.end(span).line];
  return Array.from({ length: last - first + 1 }, (_, at) => positions.lineIdentity(span.file, first + at));
}

/** Some names, and how many there are besides. */
export function enumerate(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
