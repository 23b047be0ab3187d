import type { Span } from "@smtpdlint/grammar";
import {
  codeActions,
  codeLenses,
  complete,
  definition,
  documentLinks,
  documentSymbols,
  foldingRanges,
  highlight,
  hover,
  inlayHints,
  loadMigration,
  loadSnippets,
  prepareRename,
  refactorings,
  references,
  rename,
  selectionRanges,
  semanticTokens,
  signatureHelp,
  type View,
  workspaceSymbols,
} from "@smtpdlint/ide";
import { analyse } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { largeTexts } from "../helpers/large.ts";
import { runs, seed } from "../helpers/random.ts";
import { allCases } from "../helpers/rule-cases.ts";

const snippets = await loadSnippets();

beforeAll(() => {
  const { model, diagnostics } = analyse("x", "accept for any relay\n", blindHost);
  return loadMigration({ model, diagnostics, file: 0 });
});

/** Every feature at every place of texts that are half-typed, torn, or no configuration at all. */
const numRuns = runs(150);

const texts = allCases()
  .map(({ text }) => text)
  .filter(({ length }) => length < 300);

const torn = fc
  .tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(20), fc.string({ unit: "binary", maxLength: 4 }))
  .map(([text, at, length, inserted]) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + inserted + text.slice(from + length);
  });
const text = fc.oneof({ weight: 5, arbitrary: torn }, fc.string({ unit: "binary", maxLength: 60 }));

function* spansAt(view: View, offset: number): Generator<Span> {
  yield* complete(view, offset, { snippets, replaces: false, list: () => ["inc.conf", "more/"] }).map(
    ({ span }) => span,
  );
  const shown = hover(view, offset);
  if (shown) yield shown.span;
  for (const { label, parts } of signatureHelp(view, offset)) {
    for (const { start, end } of parts) expect(0 <= start && start < end && end <= label.length).toBe(true);
  }
  yield* definition(view, offset).flatMap(({ origin, statement, name }) => [origin, statement, name]);
  yield* references(view, offset, true);
  yield* highlight(view, offset).map(({ span }) => span);
  const prepared = prepareRename(view, offset);
  if (prepared && "span" in prepared) yield prepared.span;
  const renamed = rename(view, offset, "other name");
  if ("edits" in renamed) yield* renamed.edits.map(({ span }) => span);
  yield* selectionRanges(view, offset);
  yield* refactorings(view, offset, offset).flatMap(({ edits }) => edits.map(({ span }) => span));
  yield* codeActions(view, offset, offset).flatMap(({ edits }) => edits.map(({ span }) => span));
}

function* spansOfAll(view: View): Generator<Span> {
  for (const feature of [documentLinks, documentSymbols, foldingRanges, semanticTokens, codeLenses]) {
    yield* feature(view).map(({ span }) => span);
  }
  yield* inlayHints(view, 0, 1e9).map(({ offset }) => ({ file: view.file, start: offset, end: offset }));
  yield* workspaceSymbols(view, "a").map(({ span }) => span);
}

test(
  `no feature fails, and no span leaves its file (seed ${seed})`,
  () => {
    fc.assert(
      fc.property(text, (text) => {
        const { model, diagnostics } = analyse("/etc/mail/smtpd.conf", text, blindHost);
        const view: View = { model, diagnostics, file: 0 };
        const isOutside = ({ file, start, end }: Span) => file !== 0 || start < 0 || end < start || end > text.length;
        for (let offset = 0; offset <= text.length; offset += 3) {
          expect([...spansAt(view, offset)].filter(isOutside)).toEqual([]);
        }
        expect([...spansOfAll(view)].filter(isOutside)).toEqual([]);
      }),
      { numRuns },
    );
  },
  runs(120_000),
);

test.each(largeTexts)("100 kB are answered: %s", (_, text) => {
  const { model, diagnostics } = analyse("/etc/mail/smtpd.conf", text, blindHost);
  const view: View = { model, diagnostics, file: 0 };
  for (const offset of [text.length >> 1, text.length - 2]) for (const _ of spansAt(view, offset));
  for (const _ of spansOfAll(view));
});
