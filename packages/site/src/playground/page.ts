import { formatDocument, type LSPClient } from "@codemirror/lsp-client";
import { EditorState } from "@codemirror/state";
import { EditorView, placeholder } from "@codemirror/view";
import type {
  DiffAnswer,
  DiffParams,
  Files,
  GraphAnswer,
  GraphParams,
  MessageParams,
  MigrateAnswer,
  MigrateParams,
  Problem,
  StarterAnswer,
  TraceAnswer,
  WitnessesAnswer,
} from "../engine/requests.ts";
import { byId, debounced, h } from "./dom.ts";
import { basics, goToLine, makeEditor, showDiagnostics } from "./editor.ts";
import { exampleTitles } from "./example-titles.ts";
import { languageOf, nameOf, pathOf, uriOf } from "./files.ts";
import { FindingsView, type TextEdit } from "./findings.ts";
import { connectServer, type Position } from "./language-client.ts";
import { MessageForm } from "./message-form.ts";
import { NewFileDialog } from "./new-file-dialog.ts";
import { offsetsIn } from "./offsets.ts";
import type { Picture } from "./picture.ts";
import { decodeProject, type Project } from "./share.ts";
import { Tabs } from "./tabs.ts";
import type { TestLine } from "./views.ts";

/** What nobody waits for before the first finding. */
const loadViews = () => import("./views.ts");
const loadPicture = async () => (await import("./picture.ts")).Picture;
const loadExamples = async () => (await import("./examples.ts")).examples;
const loadShareDialog = async () => (await import("./share-dialog.ts")).ShareDialog;

const main = "smtpd.conf";
const paneNames = ["findings", "trace", "tests", "diff", "migrate", "graph"] as const;
type PaneName = (typeof paneNames)[number];

/** The releases that can be chosen, the newest first; the build puts them in. */
declare const RELEASES: readonly string[];

/** What is kept until the tab of the browser is closed, so that a reload loses nothing. */
const storageKey = "smtpdlint-playground";

/** The playground: the files on the left, what is to be known of them on the right. */
class Playground {
  private readonly editors = new Map<string, EditorView>();
  private shownFile = main;
  private shownPane: PaneName = "findings";
  private readonly client: LSPClient;
  private readonly findings: FindingsView;
  private readonly fileTabs = new Tabs(byId("files"), (name) => this.showFile(name));
  private readonly paneTabs = new Tabs(byId("panes"), (name) => this.showPane(name as PaneName));
  private readonly oldEditor = this.plainEditor("old", "the configuration as it was");
  private readonly legacyEditor = this.plainEditor(
    "legacy",
    "the configuration from before 6.4",
    "Paste an smtpd.conf with accept and reject here.",
  );
  /** What has become of the configuration from before 6.4, by the names of the tabs. */
  private migrated: Project["files"] = {};
  private readonly target = byId<HTMLSelectElement>("target");
  private readonly message: MessageForm;
  /** The mail flow, once it was asked for: it keeps its size and place. */
  private picture: Picture | undefined;
  /** The number of the last question for each pane: older answers are not shown. */
  private asked = 0;

  constructor() {
    this.findings = new FindingsView(byId("findings"), () => this.client, {
      goTo: (name, line, character) => this.goTo(name, line, character),
      apply: (edits) => this.apply(edits),
      trace: (message) => this.traceMessage(message),
    });
    const worker = new Worker("worker.js", { type: "module" });
    worker.addEventListener("error", () => {
      const text = "The part that looks at the files cannot be started in this browser. Is it an old one?";
      byId("findings").replaceChildren(h("p", { class: "problem" }, text));
    });
    this.client = connectServer(worker, {
      textOf: (name) => this.textOf(name),
      names: () => [...this.editors.keys()],
      onDiagnostics: (name, diagnostics) => {
        const view = this.editors.get(name);
        if (!view) return;
        showDiagnostics(view, diagnostics);
        this.findings.set(name, diagnostics);
        const { count } = this.findings;
        const tab = this.paneTabs.tab("findings");
        if (tab) tab.textContent = count > 0 ? `Findings (${count})` : "Findings";
      },
      show: (name) => {
        if (!this.editors.has(name)) return null;
        this.fileTabs.choose(name);
        return this.editors.get(name) ?? null;
      },
    });
    this.message = new MessageForm(this.client, main, this.later, () => void this.refresh());
    this.wire();
  }

  /** An editor of a pane, for a text that is no file of the server. */
  private plainEditor(id: string, label: string, hint = ""): EditorView {
    return new EditorView({
      parent: byId(id),
      state: EditorState.create({
        extensions: [
          basics(label),
          hint === "" ? [] : placeholder(hint),
          EditorView.updateListener.of(({ docChanged }) => docChanged && this.later()),
        ],
      }),
    });
  }

  // ---- the project

  open(project: Project): void {
    for (const name of [...this.editors.keys()]) this.remove(name);
    const { files, target = "", view, message, old, legacy = "" } = project;
    this.target.value = [...this.target.options].some((option) => option.value === target) ? target : "";
    this.setTarget();
    for (const [name, text] of Object.entries(files)) this.add(name, text);
    if (!this.editors.has(main)) this.add(main, "");
    this.message.set(message);
    setText(this.oldEditor, old ?? this.textOf(main) ?? "");
    setText(this.legacyEditor, legacy);
    this.fileTabs.choose(main);
    this.paneTabs.choose(paneNames.find((name) => name === view) ?? "findings");
  }

  /** Opens what is there at the start, unless somebody was quicker to choose something else. */
  start(project: Project): void {
    if (this.editors.size === 0) this.open(project);
  }

  private project(): Project {
    const old = this.oldEditor.state.doc.toString();
    const legacy = this.legacyEditor.state.doc.toString();
    return {
      files: Object.fromEntries([...this.editors].map(([name, view]) => [name, view.state.doc.toString()])),
      ...(this.target.value !== "" && { target: this.target.value }),
      view: this.shownPane,
      ...(this.message.isChosen && { message: this.message.words }),
      ...(old !== this.textOf(main) && { old }),
      ...(legacy !== "" && { legacy }),
    };
  }

  private add(name: string, text: string): void {
    const view = makeEditor(name, text, this.client, {
      changed: () => this.fileChanged(name),
      wantsFix: (offset) => {
        this.paneTabs.choose("findings");
        this.findings.focusFix(name, view.state.doc.lineAt(offset).number - 1);
      },
    });
    this.editors.set(name, view);
    const tab = h("button", { type: "button", role: "tab", "data-name": name, "aria-controls": "editors" }, name);
    byId("files").append(tab);
    this.tellAboutFile(name);
  }

  private remove(name: string): void {
    const view = this.editors.get(name);
    if (!view) return;
    this.editors.delete(name);
    view.destroy();
    this.fileTabs.tab(name)?.remove();
    this.findings.forget(name);
    this.tellAboutFile(name);
  }

  private textOf(name: string): string | undefined {
    return this.editors.get(name)?.state.doc.toString();
  }

  /** Keeps what is there until the tab is closed. */
  save(): void {
    if (this.editors.size === 0) return;
    try {
      sessionStorage.setItem(storageKey, JSON.stringify(this.project()));
    } catch {
      // Full or forbidden: it works without.
    }
  }

  private fileChanged(name: string): void {
    // The link does not hold what is there now, which a reload must find.
    if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
    if (!languageOf(name)) this.tellAboutFile(name);
    this.later();
  }

  /** A file that the server does not have open is another one now. */
  private tellAboutFile(name: string): void {
    if (languageOf(name)) return;
    this.client.notification("workspace/didChangeWatchedFiles", { changes: [{ uri: uriOf(name), type: 2 }] });
  }

  private showFile(name: string): void {
    this.shownFile = name;
    const view = this.editors.get(name);
    // Only this one is in the page: what the editor says of how it is shown wins over `hidden`.
    byId("editors").replaceChildren(...(view ? [view.dom] : []));
    byId("remove").hidden = name === main;
    byId("format").hidden = languageOf(name) !== "smtpd-conf";
    byId("remove").setAttribute("aria-label", `remove ${name}`);
    view?.requestMeasure();
  }

  private goTo(name: string, line: number, character = 0): void {
    const view = this.editors.get(name);
    if (!view) return;
    this.fileTabs.choose(name);
    goToLine(view, line, character);
  }

  private apply(edits: ReadonlyMap<string, readonly TextEdit[]>): void {
    for (const [name, list] of edits) {
      const view = this.editors.get(name);
      if (!view) continue;
      const { doc } = view.state;
      const changes = list.map(({ range, newText }) => ({ ...offsetsIn(doc, range), insert: newText }));
      view.dispatch({ changes, userEvent: "input.fix" });
    }
    this.client.sync();
  }

  // ---- the panes

  private readonly later = debounced(() => {
    this.save();
    void this.refresh();
  }, 300);

  private showPane(name: PaneName): void {
    this.shownPane = name;
    for (const other of paneNames) byId(`pane-${other}`).hidden = other !== name;
    for (const editor of [this.oldEditor, this.legacyEditor]) editor.requestMeasure();
    void this.refresh();
  }

  /** Asks anew for what the pane shows. */
  private async refresh(): Promise<void> {
    const number = ++this.asked;
    const { shownPane } = this;
    if (shownPane === "findings") return;
    byId(`pane-${shownPane}`).setAttribute("aria-busy", "true");
    const shown = await this.answer(shownPane).catch((error: unknown) => ({
      [`${shownPane}-answer`]: h("p", { class: "problem" }, `This did not work: ${String(error)}`),
    }));
    if (number !== this.asked) return;
    for (const [id, element] of Object.entries(shown)) {
      // What is there already keeps its place and what has the focus.
      if (element.parentElement !== byId(id)) byId(id).replaceChildren(element);
    }
    byId(`pane-${shownPane}`).removeAttribute("aria-busy");
  }

  /** What is to be shown, by the id of its place. */
  private async answer(pane: Exclude<PaneName, "findings">): Promise<Record<string, HTMLElement>> {
    const number = this.asked;
    const goTo = (name: string, line: number) => this.goTo(name, line);
    const { diffView, migrateView, nothingBefore, problemBox, traceView, witnessView } = await loadViews();
    switch (pane) {
      case "trace": {
        await this.message.begin();
        const columns = Math.floor(byId("pane-trace").clientWidth / 8) - 4;
        const params: MessageParams = { ...this.files(), message: this.message.words, columns };
        const answer = await this.ask<TraceAnswer | Problem>("playground/trace", params);
        const others = await this.ask<WitnessesAnswer | Problem>("playground/witnesses", this.files());
        return {
          "trace-answer": traceView(answer, goTo),
          witnesses: witnessView(others, (message) => this.traceMessage(message)),
        };
      }
      case "tests":
        return { "tests-answer": await this.testsAnswer() };
      case "diff": {
        const params: DiffParams = { ...this.files(), old: this.oldEditor.state.doc.toString() };
        if (params.old.trim() === "") return { "diff-answer": nothingBefore() };
        const answer = await this.ask<DiffAnswer | Problem>("playground/diff", params);
        return { "diff-answer": diffView(answer, goTo, (message) => this.traceMessage(message)) };
      }
      case "migrate": {
        const params: MigrateParams = { ...this.files(), old: this.legacyEditor.state.doc.toString() };
        const isEmpty = params.old.trim() === "";
        const answer = isEmpty ? undefined : await this.ask<MigrateAnswer | Problem>("playground/migrate", params);
        const isRefused = answer !== undefined && "problem" in answer;
        const files = Object.entries(answer && !isRefused ? answer.files : {}).map(
          ([path, text]) => [nameOf(path), text] as const,
        );
        this.migrated = Object.fromEntries(files);
        const isTaken = files.every(([name, text]) => this.textOf(name) === text);
        byId("legacy-take").hidden = isEmpty || isRefused;
        byId("legacy-status").textContent = isTaken && !isEmpty && !isRefused ? "smtpd.conf is the result now." : "";
        return {
          "migrate-answer": migrateView(answer, {
            isTaken,
            goTo: (name, line) => (name === main ? goToLine(this.legacyEditor, line) : goTo(name, line)),
            trace: (message) => this.traceMessage(message),
          }),
        };
      }
      case "graph": {
        const isOne = byId<HTMLInputElement>("graph-one").checked;
        if (isOne) await this.message.begin();
        const params: GraphParams = { ...this.files(), message: isOne ? this.message.words : undefined };
        const answer = await this.ask<GraphAnswer | Problem>("playground/graph", params);
        if ("problem" in answer) return { "graph-answer": problemBox(answer) };
        const Picture = await loadPicture();
        this.picture ??= new Picture(goTo);
        if (number === this.asked) this.picture.show(answer);
        return { "graph-answer": this.picture.element };
      }
    }
  }

  private async testsAnswer(): Promise<HTMLElement> {
    const name = [...this.editors.keys()].find((one) => one.endsWith(".test"));
    if (name === undefined) {
      const add = () => void this.addNew("smtpd.test");
      return h(
        "p",
        {},
        "There are no tests. ",
        h("button", { type: "button", class: "fix", onclick: add }, "Add smtpd.test"),
      );
    }
    interface Item {
      readonly id: string;
      readonly label: string;
      readonly kind: string;
      readonly range: { readonly start: Position };
      readonly children: readonly Item[];
    }
    this.client.sync();
    const { items } = await this.client.request<object, { items: readonly Item[] }>("smtpdlint/tests", {
      uri: uriOf(name),
    });
    const run = await this.client.request<
      object,
      { results: readonly ({ id: string } & TestLine)[]; problems: readonly string[] }
    >("smtpdlint/runTests", { uri: uriOf(name), ids: null });
    const { testsView } = await loadViews();
    const lines = items.flatMap((item) => [item, ...item.children]);
    return testsView(
      {
        items: lines.map(({ id, label, kind, range }) => ({ id, label, kind, line: range.start.line + 1 })),
        results: new Map(run.results.map((result) => [result.id, result])),
        problems: run.problems,
      },
      (line) => this.goTo(name, line),
    );
  }

  /** Tests to begin with: those of the configuration, or, if smtpd refuses it, some that show what they are like. */
  private async starterTests(): Promise<string> {
    const found = await this.ask<StarterAnswer | Problem>("playground/starter", this.files());
    return "problem" in found ? starter : found.text;
  }

  private files(): Files {
    const files = [...this.editors].map(([name, view]) => [pathOf(name), view.state.doc.toString()]);
    return { files: Object.fromEntries(files), target: this.target.value || undefined };
  }

  private ask<T>(method: string, params: Files): Promise<T> {
    return this.client.request(method, params);
  }

  // ---- forms

  private traceMessage(message: string): void {
    this.message.set(message);
    this.paneTabs.choose("trace");
    this.later();
  }

  /** Puts other texts into the tabs. */
  private setFiles(files: Project["files"]): void {
    for (const [name, text] of Object.entries(files)) {
      const view = this.editors.get(name);
      if (view) setText(view, text);
    }
  }

  private setTarget(): void {
    const settings = { smtpdlint: { target: this.target.value || null } };
    this.client.notification("workspace/didChangeConfiguration", { settings });
  }

  private wire(): void {
    const choices = byId<HTMLSelectElement>("examples");
    for (const title of exampleTitles) choices.append(h("option", { value: title }, title));
    choices.addEventListener("change", async () => {
      const project = (await loadExamples())[choices.value as (typeof exampleTitles)[number]];
      choices.value = "";
      if (project) this.open(project);
      this.later();
    });
    for (const release of RELEASES) this.target.append(h("option", { value: release }, release));
    this.target.addEventListener("change", () => {
      this.setTarget();
      this.later();
    });
    byId("graph-one").addEventListener("change", this.later);
    byId("old-is-new").addEventListener("click", () => setText(this.oldEditor, this.textOf(main) ?? ""));
    byId("legacy-is-main").addEventListener("click", () => setText(this.legacyEditor, this.textOf(main) ?? ""));
    byId("legacy-take").addEventListener("click", () => {
      this.setFiles(this.migrated);
      this.fileTabs.choose(main);
      this.later();
    });
    byId("format").addEventListener("click", () => {
      const view = this.editors.get(this.shownFile);
      if (view && languageOf(this.shownFile)) formatDocument(view);
    });
    byId("remove").addEventListener("click", () => {
      this.remove(this.shownFile);
      this.fileTabs.choose(main);
      this.later();
    });
    const isThere = (name: string) => this.editors.has(name);
    new NewFileDialog(this.client, main, isThere, (name) => void this.addNew(name));
    let share: Awaited<ReturnType<Playground["shareDialog"]>> | undefined;
    byId("share").addEventListener("click", async () => {
      share ??= await this.shareDialog();
      await share.open();
    });
  }

  private async shareDialog() {
    const ShareDialog = await loadShareDialog();
    return new ShareDialog(
      () => this.project(),
      (files) => this.setFiles(files),
    );
  }

  private async addNew(name: string): Promise<void> {
    if (!this.editors.has(name)) this.add(name, name.endsWith(".test") ? await this.starterTests() : "");
    this.fileTabs.choose(name);
    this.later();
  }
}

const starter = `users { alice, bob }
hostname mx.example.org

from outside to any-other-domain => never relay
to alice@example.org =>
`;

function setText(editor: EditorView, text: string): void {
  editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
}

/** What a link holds, what was there before a reload, or the first example. */
async function startProject(): Promise<Project> {
  const [title] = exampleTitles;
  const first = async () => (await loadExamples())[title];
  const shared = location.hash.length > 1 ? await decodeProject(location.hash) : undefined;
  if (location.hash.length > 1 && !shared)
    byId("notice").textContent = "The link is damaged: this is an example instead.";
  if (shared) return shared;
  try {
    const kept: Project | null = JSON.parse(sessionStorage.getItem(storageKey) ?? "null");
    return kept ?? (await first());
  } catch {
    return first();
  }
}

const playground = new Playground();
playground.start(await startProject());
addEventListener("pagehide", () => playground.save());
// A link that is pasted into the same tab.
addEventListener("hashchange", async () => {
  const project = await decodeProject(location.hash);
  if (project) playground.open(project);
});
