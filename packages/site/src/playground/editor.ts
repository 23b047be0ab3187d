import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import {
  findReferencesKeymap,
  formatKeymap,
  hoverTooltips,
  jumpToDefinitionKeymap,
  type LSPClient,
  renameKeymap,
  serverCompletion,
  signatureHelp,
} from "@codemirror/lsp-client";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, tooltips } from "@codemirror/view";
import { languageOf, uriOf } from "./files.ts";
import type { ServerDiagnostic } from "./language-client.ts";
import { offsetIn, offsetsIn } from "./offsets.ts";
import { coloursByServer } from "./semantic-colours.ts";

/** What the editor of a file tells the page. */
export interface EditorEvents {
  changed(): void;
  /** Somebody wants to fix what is at the cursor. */
  wantsFix(offset: number): void;
}

/** The editor of a tab. With a client, and for a language that the server knows, it has all that the server offers. */
export function makeEditor(
  name: string,
  text: string,
  client: LSPClient | undefined,
  events: EditorEvents,
): EditorView {
  const language = languageOf(name);
  const view = new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        basics(`text of ${name}`),
        EditorView.updateListener.of(({ docChanged }) => docChanged && events.changed()),
        keymap.of([
          {
            key: "Mod-.",
            run: ({ state }) => {
              events.wantsFix(state.selection.main.head);
              return true;
            },
          },
        ]),
        client && language ? [byServer(client), client.plugin(uriOf(name), language)] : [],
      ],
    }),
  });
  return view;
}

/** A plain editor with line numbers; its tab key moves on, so that nobody is caught in it. */
export const basics = (label: string): Extension => [
  lineNumbers(),
  history(),
  drawSelection(),
  highlightActiveLine(),
  bracketMatching(),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off" }),
  keymap.of([...defaultKeymap, ...historyKeymap]),
];

const byServer = (client: LSPClient): Extension => [
  // Their signs are in few fonts.
  autocompletion({ icons: false }),
  tooltips({ tooltipSpace: besideTabs }),
  lintGutter(),
  serverCompletion(),
  hoverTooltips(),
  signatureHelp(),
  coloursByServer(client),
  keymap.of([
    ...completionKeymap,
    ...lintKeymap,
    ...formatKeymap,
    ...renameKeymap,
    ...jumpToDefinitionKeymap,
    ...findReferencesKeymap,
  ]),
];

/** What is shown beside the cursor covers no tabs. */
const besideTabs = ({ dom }: EditorView) => {
  const { innerWidth: right, innerHeight: bottom } = window;
  return { top: dom.parentElement?.getBoundingClientRect().top ?? 0, left: 0, right, bottom };
};

const severities = { 1: "error", 2: "warning", 3: "info", 4: "hint" } as const;

export const severityOf = ({ severity }: ServerDiagnostic) => severities[severity ?? 1];

/** Underlines findings. */
export function showDiagnostics(view: EditorView, found: readonly ServerDiagnostic[]): void {
  const { doc } = view.state;
  const diagnostics = found.map((diagnostic): Diagnostic => {
    const { from, to } = offsetsIn(doc, diagnostic.range);
    const source = diagnostic.code === undefined ? {} : { source: diagnostic.code };
    return { from, to, severity: severityOf(diagnostic), message: diagnostic.message, ...source };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

/** Puts the cursor into a line, from 1, and shows it. */
export function goToLine(view: EditorView, line: number, character = 0): void {
  const anchor = offsetIn(view.state.doc, { line: Math.max(line - 1, 0), character });
  view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
  view.focus();
}
