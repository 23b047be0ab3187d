import type { Span } from "@smtpdlint/grammar";
import { backendMeant, helpForBackend, type Model } from "@smtpdlint/model";
import { didYouMean } from "../../edits.ts";

/** The help and fixes for a source `BACKEND[:PATH]` at `span` whose backend is unknown. */
export function backendAdvice(model: Model, span: Span, backend: string, path: string | undefined) {
  const meant = backendMeant(backend);
  return meant ? didYouMean(model, span, { wrong: backend, meant }) : { help: helpForBackend(path), fixes: [] };
}
