import { commentPlace, type Diagnostic, type Fix } from "@smtpdlint/lint";
import type { EditorAction, Mending } from "./editor-action.ts";
import { missingCertificate } from "./missing-certificate.ts";
import { missingDefinition } from "./missing-definition.ts";
import { movedDefinition } from "./move-definition.ts";
import { removal } from "./removal.ts";
import type { View } from "./view.ts";

/**
 * The actions for the findings that touch a part of the document; pages of
 * rules only for an editor without links to them. `translations` has one more,
 * for which much is to be loaded.
 */
export function codeActions(
  view: View,
  start: number,
  end: number,
  { pages = true }: { pages?: boolean } = {},
): EditorAction[] {
  const touched = view.diagnostics.filter(
    ({ span }) => span.file === view.file && span.start <= end && start <= span.end,
  );
  const actions = touched.map((diagnostic) => {
    const mending: Mending[] = [
      ...diagnostic.fixes.map(fixMending),
      ...missingCertificate(view, diagnostic),
      ...missingDefinition(view, diagnostic),
      ...movedDefinition(view, diagnostic),
      ...removal(view, diagnostic),
    ];
    const quiet = [...suppression(view, diagnostic), ...(pages ? [documentation(diagnostic)] : [])];
    return {
      mending: mending.map((one) => quickFix(diagnostic, one)),
      quiet: quiet.map((one) => quickFix(diagnostic, one)),
    };
  });
  // What mends one finding comes before what silences another.
  return [...actions.flatMap(({ mending }) => mending), ...actions.flatMap(({ quiet }) => quiet)];
}

const quickFix = (diagnostic: Diagnostic, { preferred = false, ...mending }: Mending): EditorAction => ({
  ...mending,
  kind: "quickfix",
  diagnostic,
  preferred,
});

/** A fix as an editor offers it. */
export const fixMending = ({ title, safe, edits }: Fix): Mending => ({
  title: `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`,
  preferred: safe,
  edits,
});

/** A comment above the statement, with the reason still to be written; none where smtpd refuses the file all the same. */
function suppression({ model }: View, { rule, span, category }: Diagnostic): Mending[] {
  if (category === "refused" || category === "internal") return [];
  const at = commentPlace(model, span);
  const text = `# smtpdlint-disable-next-line ${rule} -- REASON\n`;
  return [{ title: `Suppress ${rule} on this line`, edits: [{ span: { file: span.file, start: at, end: at }, text }] }];
}

const documentation = ({ rule, url }: Diagnostic): Mending => ({
  title: `Show the documentation of ${rule}`,
  edits: [],
  url,
});
