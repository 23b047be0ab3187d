import { isUtf8 } from "node:buffer";
import { readFileSync, realpathSync } from "node:fs";
import { resolve } from "node:path";

/**
 * A name of a file is bytes, in any encoding or none. As a string here, a byte
 * that is no UTF-8 stands as the surrogate U+DC80 to U+DCFF (PEP 383), which no
 * text of UTF-8 holds, so that the way back to the bytes is never lost.
 */
export function nameOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  const read = (_: string, utf8: string | undefined, byte: string) =>
    utf8 === undefined ? String.fromCharCode(0xdc00 + byte.charCodeAt(0)) : Buffer.from(utf8, "latin1").toString();
  return bytes.toString("latin1").replace(utf8OrByte, read);
}

/** A sequence of UTF-8 (RFC 3629) or, where there is none, a byte. */
const utf8OrByte =
  /([\0-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})|([\x80-\xff])/g;

/** The bytes of a name. */
export function bytesOf(name: string): Buffer {
  const parts = name.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part, at) => (at % 2 ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part))),
  );
}

/** A name as `node:fs` wants it: what it takes as a string would become UTF-8. */
export const onDisk = (name: string): string | Buffer => (/[\udc80-\udcff]/u.test(name) ? bytesOf(name) : name);

/** The name of a file behind symbolic links; throws if there is no such file. */
export const realName = (name: string): string => nameOf(realpathSync.native(onDisk(name), "buffer"));

/** A path from the top; Node's own would start in what it makes of the bytes of the working folder. */
export const absolute = (path: string): string => resolve(realName("."), path);

/** The words of the command line with their bytes, which Node has lost from those that are no UTF-8; Linux keeps them. */
export function exactArguments(argv: readonly string[]): readonly string[] {
  if (process.platform !== "linux" || !argv.some((word) => word.includes("\ufffd"))) return argv;
  const words = readFileSync("/proc/self/cmdline").toString("latin1").split("\0").slice(0, -1);
  return words.slice(words.length - argv.length).map((word) => nameOf(Buffer.from(word, "latin1")));
}
