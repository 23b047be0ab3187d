/**
 * Text for people in which no CI system finds a command. GitHub obeys lines
 * that begin with `::`, blanks before it or not, and `##[…]` anywhere; Azure
 * `##vso[…]`. Names of files and excerpts can hold both.
 */
export function harmless(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, "$1: ").replace(/##(?=\[|vso\[)/g, "# #");
}
