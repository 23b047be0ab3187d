/** A block between fences, or anything else that has marks; a label may hold some itself. */
const marks =
  /^(`{3,})[^\n]*\n([\s\S]*?)\n\1$|\\([!-/:-@[-`{-~])|\*\*|(`+)([\s\S]*?[^`])\4(?!`)|\[((?:[^\]\\]|\\.)*)\]\(([^)\s]*)\)|^#+ /gm;

/** Our Markdown for a client that shows text as it is: no escapes, no fences, no marks; a link to a page has its address behind it. */
export function plainText(markdown: string): string {
  return markdown.replace(marks, (_, _fence, block, escaped, _ticks, code, label, url) => {
    // What leads to a line, which its label names, is in angle brackets.
    if (label !== undefined) return url.startsWith("<") ? plainText(label) : `${plainText(label)} (${url})`;
    return block ?? escaped ?? code ?? "";
  });
}
