#!/usr/bin/env node
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";
import type * as Program from "./program.ts";

/**
 * Starts the program, which stands beside it, from what V8 has compiled of it
 * in an earlier run; without that, half of a usual run is compiling. Node's own
 * `enableCompileCache` keeps less, and Node 20 does not have it.
 *
 * It is kept where nobody but the user can write, since it is code that is run,
 * and only after a run that has linted, in which all that counts was compiled.
 * Whatever goes wrong with it costs time and nothing else.
 */
declare const PROGRAM_HASH: string;

const program = join(__dirname, "program.js");
const base = cacheBase();
const folder = join(base ?? "", "smtpdlint");
const file = join(folder, `${process.version}-${process.arch}`);
const headerLength = PROGRAM_HASH.length + 8;
const compiled = base && readCompiled();

// A function as Node makes one of a CommonJS module; esbuild writes ASCII.
const script = new Script(readFileSync(program, "latin1"), {
  filename: program,
  ...(compiled && { cachedData: compiled }),
});
const module = { exports: {} as typeof Program };
script.runInThisContext()(module.exports, require, module, program, __dirname);

if (base && (!compiled || script.cachedDataRejected)) {
  process.once("exit", () => {
    if (module.exports.hasLinted()) keepCompiled(base);
  });
}

/** The user's folder for caches; undefined if there is none or it is not to be used. */
function cacheBase(): string | undefined {
  const { HOME, XDG_CACHE_HOME, NODE_DISABLE_COMPILE_CACHE } = process.env;
  // Windows tells no owners, and Node before 20.15 computes no sums.
  if (NODE_DISABLE_COMPILE_CACHE || !process.getuid || !crc32) return undefined;
  if (XDG_CACHE_HOME?.startsWith("/")) return XDG_CACHE_HOME;
  return HOME?.startsWith("/") ? join(HOME, ".cache") : undefined;
}

/** True if this is the user's and nobody else may write to it. */
function isOwn(path: string): boolean {
  const { uid, mode } = lstatSync(path);
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}

/** What is kept of this very program; V8 itself would end the process over a byte that is wrong. */
function readCompiled(): Buffer | undefined {
  try {
    if (!isOwn(folder) || !isOwn(file)) return undefined;
    const kept = readFileSync(file);
    const data = kept.subarray(headerLength);
    return kept.toString("latin1", 0, headerLength) === headerOf(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

function headerOf(data: Buffer): string {
  return PROGRAM_HASH + crc32(data).toString(16).padStart(8, "0");
}

function keepCompiled(base: string): void {
  try {
    // Not in somebody else's home, which `sudo` may leave set.
    if (!isOwn(existsSync(base) ? base : dirname(base))) return;
    // One by one: in /proc Node tries for ever to make a folder together with those above.
    for (const path of [base, folder]) if (!existsSync(path)) mkdirSync(path, { mode: 0o700 });
    if (!isOwn(folder)) return;
    const data = script.createCachedData();
    replaceFile(Buffer.concat([Buffer.from(headerOf(data)), data]));
  } catch {
    // Then the next start is no faster.
  }
}

function replaceFile(bytes: Buffer): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, bytes, { mode: 0o600, flag: "wx" });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
