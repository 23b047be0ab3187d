import type { CoveredStatement } from "@smtpdlint/lint";

/** Coverage in the format of lcov(1), for editors and for services that show it: the first line of each statement. */
export function lcov(coverage: readonly CoveredStatement[]): string {
  const paths = [...new Set(coverage.map(({ path }) => path))];
  return paths
    .flatMap((path) => {
      const lines = new Map<number, number>();
      for (const { line, count } of coverage.filter((one) => one.path === path)) {
        lines.set(line, (lines.get(line) ?? 0) + count);
      }
      const hit = [...lines.values()].filter((count) => count > 0).length;
      const data = [...lines].map(([line, count]) => `DA:${line},${count}`);
      // A line break would end the record.
      return [`SF:${path.replace(/[\r\n]/g, "?")}`, ...data, `LF:${lines.size}`, `LH:${hit}`, "end_of_record"];
    })
    .map((line) => `${line}\n`)
    .join("");
}
