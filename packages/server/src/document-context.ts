import type { View } from "@smtpdlint/ide";
import type { Converter } from "./convert.ts";

/** A document of a request, with what turns its places into ours. */
export interface DocumentContext {
  readonly view: View;
  readonly converter: Converter;
}
