/**
 * A part of a page: what stands below a heading, without the heading. Of a
 * heading that has others below it, only what comes before the first of them.
 */
export function section(page: string, title: string): string {
  const lines = page.split("\n");
  const headings = headingLines(lines);
  const at = headings.findIndex(({ text }) => text === title);
  const start = headings[at];
  if (!start) throw new Error(`README.md has no heading "${title}" any more: see packages/site/generate`);
  return lines.slice(start.line + 1, headings[at + 1]?.line).join("\n");
}

/** The anchor of a heading, as GitHub makes it. */
export const anchor = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, "")
    .replaceAll(" ", "-");

function headingLines(lines: readonly string[]) {
  let isCode = false;
  return lines.flatMap((line, index) => {
    if (line.startsWith("```")) isCode = !isCode;
    const [, marks = "", text] = (!isCode && /^(#{1,4}) (.*)$/.exec(line)) || [];
    return text === undefined ? [] : [{ line: index, text, level: marks.length }];
  });
}
