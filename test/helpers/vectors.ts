import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const own = new URL("../conformance/vectors/", import.meta.url);

/** The folder of SMTPDLINT_VECTORS, with files that are too large for this repository; empty if there is none. */
export const vectorFolder = process.env.SMTPDLINT_VECTORS ?? "";

/** What smtpd answered, from a file of this repository. */
export function readVectors<T>(name: string): T[] {
  const bytes = readFileSync(new URL(name, own));
  return parse((name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString());
}

/** The same from a file of the folder. */
export const readLargeVectors = <T>(name: string): T[] => parse(readFileSync(join(vectorFolder, name), "utf8"));

const parse = <T>(text: string): T[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
