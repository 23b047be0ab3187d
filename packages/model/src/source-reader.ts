import { type ReadFailure, readTemplate, type SourceFile } from "@smtpdlint/grammar";
import type { Host } from "./host.ts";

/** The file that a path of the configuration names, or why it was not read. */
export type SourceReader = (path: string) => SourceFile | ReadFailure;

/** What became of each path that was read. */
export type Reads = Map<string, SourceFile | ReadFailure>;

/**
 * Reads the files of tables and those to which tables lead, each one time; puts them behind those of the
 * configuration, and notes in `reads` what became of each.
 */
export function sourceReader(host: Host, files: SourceFile[], reads: Reads): SourceReader {
  const mainPath = (files[0] as SourceFile).path;
  const sources = new Map<string, SourceFile>();
  const read = (path: string): SourceFile | ReadFailure => {
    const result = host.readFile(path, mainPath, "table");
    if ("failure" in result) return result.failure;
    let source = sources.get(result.path);
    if (!source) {
      const found = readTemplate(result.path, result.text);
      // In a password a dollar sign and a brace are nothing special.
      const template = found && result.text[found.first.start] !== "$" ? found : undefined;
      source = { id: files.length, ...result, template, includedAt: undefined, comments: [] };
      files.push(source);
      sources.set(result.path, source);
    }
    return source;
  };
  return (path) => {
    const found = read(path);
    reads.set(path, found);
    return found;
  };
}
