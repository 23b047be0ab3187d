import type { SourceFile, Span } from "@smtpdlint/grammar";

/** A line of the file that tells a backend's program about its database. */
export interface BackendSetting {
  readonly key: string;
  readonly keySpan: Span;
  /** Undefined if nothing stands behind the key. */
  readonly value: string | undefined;
  readonly valueSpan: Span | undefined;
}

/** Reads `KEY VALUE` or `KEY: VALUE`, as the programs of mysql, postgres, sqlite, ldap and redis do (config_load in table_mysql.c). */
export function backendSettings({ id, text }: SourceFile): BackendSetting[] {
  const settings: BackendSetting[] = [];
  let lineStart = 0;
  for (const line of text.split("\n")) {
    const written = line.trim();
    const start = lineStart + line.length - line.trimStart().length;
    lineStart += line.length + 1;
    if (written === "" || written.startsWith("#")) continue;
    const [key = ""] = written.split(/[ \t:]/, 1);
    // A colon with a blank behind it parts the two as well.
    const gap = /^(?:\s|:(?=\s))*/.exec(written.slice(key.length + 1))?.[0].length ?? 0;
    const valueStart = key.length + 1 + gap;
    const value = written.slice(valueStart);
    settings.push({
      key,
      keySpan: { file: id, start, end: start + key.length },
      value: value === "" ? undefined : value,
      valueSpan: value === "" ? undefined : { file: id, start: start + valueStart, end: start + written.length },
    });
  }
  return settings;
}
