import type { Edit } from "@smtpdlint/grammar";

/** One edit that turns a text into another and leaves alone what they begin and end with. */
export function difference(file: number, before: string, after: string): Edit {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { span: { file, start, end: before.length - end }, text: after.slice(start, after.length - end) };
}
