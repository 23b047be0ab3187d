import { checkstyle } from "./checkstyle.ts";
import { compact } from "./compact.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { pretty } from "./pretty.ts";
import { rdjson } from "./rdjson.ts";
import type { Reporter } from "./reporter.ts";
import { sarif } from "./sarif.ts";
import { tap } from "./tap.ts";

/** All formats, by the names that `--format` takes. */
export const reporters = {
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
} as const satisfies Readonly<Record<string, Reporter>>;

export type Format = keyof typeof reporters;
export const formats = Object.keys(reporters) as readonly Format[];
