import type { LSPClient } from "@codemirror/lsp-client";
import { h } from "./dom.ts";
import { severityOf } from "./editor.ts";
import { languageOf, nameOfUri, uriOf } from "./files.ts";
import type { Range, ServerDiagnostic } from "./language-client.ts";

export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

interface CodeAction {
  readonly title: string;
  readonly kind?: string;
  readonly diagnostics?: readonly ServerDiagnostic[];
  readonly edit?: {
    readonly changes?: Readonly<Record<string, readonly TextEdit[]>>;
    readonly documentChanges?: readonly {
      readonly textDocument: { readonly uri: string };
      readonly edits: readonly TextEdit[];
    }[];
  };
}

/** What the findings need of the page. */
export interface FindingsNeeds {
  goTo(name: string, line: number, character: number): void;
  apply(edits: ReadonlyMap<string, readonly TextEdit[]>): void;
  /** Follows a message that a finding names. */
  trace(message: string): void;
}

/** So many findings are asked for their fixes. */
const mostFixes = 60;

const words = { error: "error", warning: "warning", info: "note", hint: "hint" } as const;

/** The list of findings, each with its place, its fixes, and the page of its rule. */
export class FindingsView {
  private readonly found = new Map<string, readonly ServerDiagnostic[]>();
  private generation = 0;

  constructor(
    private readonly pane: HTMLElement,
    private readonly client: () => LSPClient,
    private readonly needs: FindingsNeeds,
  ) {}

  set(name: string, diagnostics: readonly ServerDiagnostic[]): void {
    this.found.set(name, diagnostics);
    void this.show();
  }

  forget(name?: string): void {
    if (name === undefined) this.found.clear();
    else this.found.delete(name);
    void this.show();
  }

  /** How many there are that matter. */
  get count(): number {
    return [...this.found.values()].flat().filter((one) => severityOf(one) !== "hint").length;
  }

  /** Moves the focus to the first fix of what is at a line, from 0. */
  focusFix(name: string, line: number): void {
    const item = this.pane.querySelector<HTMLElement>(`[data-file="${CSS.escape(name)}"][data-line="${line}"]`);
    (item?.querySelector<HTMLElement>(".fix") ?? item?.querySelector<HTMLElement>("button"))?.focus();
  }

  private async show(): Promise<void> {
    const generation = ++this.generation;
    const all = [...this.found].flatMap(([name, list]) => list.map((diagnostic) => ({ name, diagnostic })));
    const shown = all.filter(({ diagnostic }) => severityOf(diagnostic) !== "hint");
    const fixes = await Promise.all(
      shown.map(({ name, diagnostic }, index) => (index < mostFixes ? this.fixesFor(name, diagnostic) : [])),
    );
    // Meanwhile there are others.
    if (generation !== this.generation) return;
    const items = shown.map(({ name, diagnostic }, index) => this.item(name, diagnostic, fixes[index] ?? []));
    this.pane.replaceChildren(
      items.length > 0 ? h("ul", { class: "findings" }, ...items) : h("p", { class: "fine" }, "No problems found."),
    );
  }

  private async fixesFor(name: string, diagnostic: ServerDiagnostic): Promise<readonly CodeAction[]> {
    if (!languageOf(name)) return [];
    const params = {
      textDocument: { uri: uriOf(name) },
      range: diagnostic.range,
      context: { diagnostics: [diagnostic], only: ["quickfix"] },
    };
    const actions = await this.client()
      .request<object, readonly CodeAction[] | null>("textDocument/codeAction", params)
      // A finding without its fixes is still a finding.
      .catch(() => null);
    return (actions ?? []).filter(
      (action) => action.edit && (action.diagnostics ?? [diagnostic]).some((one) => isSame(one, diagnostic)),
    );
  }

  private item(name: string, diagnostic: ServerDiagnostic, fixes: readonly CodeAction[]): HTMLElement {
    const { line, character } = diagnostic.range.start;
    const severity = severityOf(diagnostic);
    const [told = "", ...help] = diagnostic.message.split("\n").filter((text) => text !== "");
    // Here they are apart anyway.
    const first = told.replace(/\.$/, "");
    const page = pageOf(diagnostic);
    const related = (diagnostic.relatedInformation ?? []).map(({ message, location }) => {
      const { start } = location.range;
      const place = nameOfUri(location.uri);
      const go = () => this.needs.goTo(place, start.line + 1, start.character);
      return h(
        "p",
        { class: "related" },
        h("button", { class: "place", type: "button", onclick: go }, `${place}:${start.line + 1}`),
        ` ${message}`,
      );
    });
    const witness = diagnostic.data?.witness;
    const isSuppression = (title: string) => title.startsWith("Suppress ");
    return h(
      "li",
      { class: severity, "data-file": name, "data-line": String(line) },
      h(
        "p",
        { class: "head" },
        h(
          "button",
          { class: "place", type: "button", onclick: () => this.needs.goTo(name, line + 1, character) },
          `${name}:${line + 1}`,
        ),
        h("span", { class: `severity ${severity}` }, words[severity]),
        ` ${first}`,
      ),
      ...help.map((text) => h("p", { class: "help" }, text.replace(/^help: /, ""))),
      ...related,
      h(
        "p",
        { class: "actions" },
        ...fixes.map((action) =>
          h(
            "button",
            {
              type: "button",
              class: isSuppression(action.title) ? "quiet" : "fix",
              onclick: () => this.needs.apply(editsOf(action)),
            },
            action.title,
          ),
        ),
        witness !== undefined &&
          h(
            "button",
            { type: "button", class: "chip", onclick: () => this.needs.trace(witness) },
            "trace this message",
          ),
        page !== undefined && h("a", { href: page }, diagnostic.code ?? "the rule"),
      ),
    );
  }
}

const isSame = (one: ServerDiagnostic, other: ServerDiagnostic) =>
  one.code === other.code && JSON.stringify(one.range) === JSON.stringify(other.range);

function editsOf({ edit }: CodeAction): Map<string, readonly TextEdit[]> {
  const changes = new Map<string, readonly TextEdit[]>();
  for (const [uri, edits] of Object.entries(edit?.changes ?? {})) changes.set(nameOfUri(uri), edits);
  for (const { textDocument, edits } of edit?.documentChanges ?? []) changes.set(nameOfUri(textDocument.uri), edits);
  return changes;
}

/** The page of the rule on this site: the server knows where it is in the repository. */
function pageOf({ codeDescription }: ServerDiagnostic): string | undefined {
  const [, subject, id] = /\/rules\/([\w-]+)\/([\w-]+)\.md$/.exec(codeDescription?.href ?? "") ?? [];
  return id === undefined ? undefined : `../rules/${subject}/${id}.html`;
}
