import { applyEdits, type Edit, lineColumn, lineStarts, type SourceFile } from "@smtpdlint/grammar";
import { groupBy, type Host } from "@smtpdlint/model";
import { type Diagnostic, type Fix, isRefusal } from "./diagnostic.ts";
import { type Analysis, abridge, analyseWhole, type LintOptions } from "./lint.ts";
import { overlay, type Texts } from "./overlay.ts";

/** Which fixes are applied; the safe ones of all findings by default. */
export interface FixOptions extends LintOptions {
  /** Applies also the fixes that may not be what the author meant. */
  readonly unsafe?: boolean;
  /** The findings to mend; all by default. */
  readonly wants?: (diagnostic: Diagnostic) => boolean;
  /** The files that may change, by their paths; all by default. */
  readonly mayEdit?: (path: string) => boolean;
}

/** What fixes have made of a configuration. */
export interface Fixed {
  /** The files that change, in the order in which they were read. */
  readonly changes: readonly FileChange[];
  readonly applied: readonly AppliedFix[];
  /** Of the texts as they are after the change. */
  readonly analysis: Analysis;
}

/** A file that changes: all of its text, before and after. */
export interface FileChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** A fix that was applied; `line` counts from 1 in the text that it was applied to. */
export interface AppliedFix {
  readonly rule: string;
  readonly title: string;
  readonly path: string;
  readonly line: number;
}

/** A chain of fixes, each made possible by the one before, ends here. */
const MAX_ROUNDS = 100;

/** So many characters are analysed again to see what fixes lead to, but no text less often than `MIN_ATTEMPTS`. */
const PATIENCE = 2_000_000;
const MIN_ATTEMPTS = 20;

/**
 * Applies the fixes of a configuration and of the files that it includes, again
 * and again until none is left. What would lead to more refusals than there
 * were is left out. Writes nothing: the caller gets the new texts.
 */
export function fix(path: string, text: string, host: Host, options: FixOptions = {}): Fixed {
  const lint = (texts: Texts) => analyseWhole(path, texts.get(path) ?? text, overlay(host, texts), options);
  let applied: readonly AppliedFix[] = [];
  let texts: Texts = new Map();
  let analysis = lint(texts);
  const original = new Map(analysis.model.sources.files.map((file) => [file.path, file.text]));

  const size = analysis.model.config.files.reduce((sum, file) => sum + file.text.length, 1);
  let attempts = Math.max(MIN_ATTEMPTS, Math.floor(PATIENCE / size));
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { files } = analysis.model.sources;
    const refusals = countRefusals(analysis);
    let latest: { readonly choices: readonly Choice[]; readonly after: Analysis } | undefined;
    const attempt = (choices: readonly Choice[]) => {
      if (latest?.choices !== choices) {
        latest = { choices, after: lint(new Map([...texts, ...edit(files, choices)])) };
      }
      return latest.after;
    };
    // What there is no patience left for is not risked.
    const doesHarm = (choices: readonly Choice[]) => {
      if (attempts-- <= 0) return true;
      const after = attempt(choices);
      return countRefusals(after) > refusals || isRefusedIn(after, choices);
    };
    // Refusals first, so that the harm that another fix does cannot hide behind their good.
    const mending = leaveOut(choose(analysis, options, isRefusal), doesHarm);
    const isOther = (diagnostic: Diagnostic) => !isRefusal(diagnostic);
    const choices = mending.length > 0 ? mending : leaveOut(choose(analysis, options, isOther), doesHarm);
    if (choices.length === 0) break;
    const next = attempt(choices);
    if (countRefusals(next) > refusals) break;
    texts = new Map([...texts, ...edit(files, choices)]);
    applied = [...applied, ...describe(files, choices)];
    analysis = next;
    for (const file of analysis.model.sources.files) if (!original.has(file.path)) original.set(file.path, file.text);
  }

  const changes = [...original].flatMap(([name, before]) => {
    const after = texts.get(name) ?? before;
    return after === before ? [] : [{ path: name, before, after }];
  });
  return { changes, applied, analysis: abridge(analysis) };
}

/** A finding and the one of its fixes that is to be applied. */
interface Choice {
  readonly diagnostic: Diagnostic;
  readonly fix: Fix;
}

const countRefusals = ({ diagnostics }: Analysis) => diagnostics.filter(isRefusal).length;

/** True if smtpd refuses what the choices have written: they only put one mistake in the place of another. */
function isRefusedIn({ diagnostics }: Analysis, choices: readonly Choice[]): boolean {
  const written = new Map<number, readonly Written[]>();
  for (const [file, edits] of groupBy(
    choices.flatMap((choice) => choice.fix.edits),
    ({ span }) => span.file,
  )) {
    written.set(file, placesAfter(edits));
  }
  return diagnostics.some((diagnostic) => {
    if (!isRefusal(diagnostic)) return false;
    const { file, start, end } = diagnostic.span;
    const last = lastBefore(written.get(file) ?? [], start);
    return last !== undefined && end <= last.end && last.start < last.end;
  });
}

/** The last of places in order, none over another, that starts at an offset or before it. */
function lastBefore(places: readonly Written[], offset: number): Written | undefined {
  let [from, to] = [0, places.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((places[middle] as Written).start <= offset) from = middle + 1;
    else to = middle;
  }
  return places[from - 1];
}

interface Written {
  readonly start: number;
  readonly end: number;
}

/** Where the texts of edits stand once all have been applied, in order. */
function placesAfter(edits: readonly Edit[]): Written[] {
  let shift = 0;
  return [...edits]
    .sort((a, b) => a.span.start - b.span.start)
    .map(({ span, text }) => {
      const start = span.start + shift;
      shift += text.length - (span.end - span.start);
      return { start, end: start + text.length };
    });
}

/** Of each finding the first fix that is allowed and does not touch one chosen before. */
function choose(
  { model, diagnostics }: Analysis,
  options: FixOptions,
  isWanted: (diagnostic: Diagnostic) => boolean,
): Choice[] {
  const { unsafe = false, wants = () => true, mayEdit = () => true } = options;
  const taken = new Map<string, Uint8Array | undefined>();
  /** A byte for each character, 1 where a fix writes; undefined if the file must not change. */
  const placesOf = ({ path, text }: SourceFile) => {
    if (!taken.has(path)) taken.set(path, mayEdit(path) ? new Uint8Array(text.length + 1) : undefined);
    return taken.get(path);
  };
  const isFree = ({ span }: Edit) =>
    placesOf(model.sources.fileOf(span))
      ?.subarray(span.start, span.end + 1)
      .includes(1) === false;
  return diagnostics.flatMap((diagnostic) => {
    if (!isWanted(diagnostic) || !wants(diagnostic)) return [];
    const chosen = diagnostic.fixes.find(({ safe, edits }) => (safe || unsafe) && edits.every(isFree));
    if (!chosen) return [];
    for (const { span } of chosen.edits) placesOf(model.sources.fileOf(span))?.fill(1, span.start, span.end + 1);
    return [{ diagnostic, fix: chosen }];
  });
}

/** The choices without those that do harm, which are looked for by halves. */
function leaveOut(choices: readonly Choice[], doesHarm: (choices: readonly Choice[]) => boolean): readonly Choice[] {
  if (choices.length === 0 || !doesHarm(choices)) return choices;
  if (choices.length === 1) return [];
  const middle = choices.length >> 1;
  return [...leaveOut(choices.slice(0, middle), doesHarm), ...leaveOut(choices.slice(middle), doesHarm)];
}

/** The texts of the files that the choices change. */
function edit(files: readonly SourceFile[], choices: readonly Choice[]): Texts {
  // By path: a file that is included twice has two numbers.
  const byPath = new Map<string, { text: string; edits: Edit[] }>();
  for (const change of choices.flatMap((choice) => choice.fix.edits)) {
    const { path, text } = files[change.span.file] as SourceFile;
    const ofFile = byPath.get(path);
    if (ofFile) ofFile.edits.push(change);
    else byPath.set(path, { text, edits: [change] });
  }
  return new Map([...byPath].map(([path, { text, edits }]) => [path, applyEdits(text, edits)]));
}

function describe(files: readonly SourceFile[], choices: readonly Choice[]): AppliedFix[] {
  const starts = new Map<SourceFile, readonly number[]>();
  return choices.map(({ diagnostic: { rule, span }, fix: { title } }) => {
    const file = files[span.file] as SourceFile;
    const known = starts.get(file) ?? lineStarts(file.text);
    starts.set(file, known);
    return { rule, title, path: file.path, line: lineColumn(known, span.start).line };
  });
}
