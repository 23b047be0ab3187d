/**
 * A document as JSON in which all that a terminal could obey, or nobody could
 * see, is an escape: JSON itself asks for that only of the first 32 characters.
 */
export function toJson(document: unknown): string {
  return `${escapeJson(JSON.stringify(document, undefined, 2))}\n`;
}

/**
 * The same for JSON that is part of something else; nor may a CI system find a
 * command in it. Half of a pair of surrogates is no text to many readers: a
 * byte of a file's name that it stands for becomes `\xff`, as for people.
 */
export function escapeJson(json: string): string {
  return json
    .replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]|#(?=#\[|#vso\[)/gu, escapeUnits)
    .replace(/(?<!\\)((?:\\\\)*)\\udc([89a-f][\da-f])/g, "$1\\\\x$2");
}

const escapeUnits = (char: string) =>
  Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
