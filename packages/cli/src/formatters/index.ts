import { checkstyle } from "./checkstyle.ts";
import { compact } from "./compact.ts";
import type { Formatter } from "./formatter.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { pretty } from "./pretty.ts";
import { rdjson } from "./rdjson.ts";
import { sarif } from "./sarif.ts";
import { tap } from "./tap.ts";

/** All formats, by the names that `--format` takes. */
export const formatters = {
  pretty,
  compact,
  json,
  sarif,
  github,
  gitlab,
  checkstyle,
  junit,
  rdjson,
  tap,
} as const satisfies Readonly<Record<string, Formatter>>;

export type Format = keyof typeof formatters;
export const formats = Object.keys(formatters) as readonly Format[];
