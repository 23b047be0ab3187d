import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SemanticTokens, SemanticTokensDelta } from "vscode-languageserver-protocol/node";
import { positionsIn } from "../../../packages/server/src/position-encoding.ts";
import { runs, seed } from "../../helpers/random.ts";
import { answerTo, editorRequests } from "../../helpers/requests.ts";
import { allCases } from "../../helpers/rule-cases.ts";
import { Disk } from "./disk.ts";
import { type ClientKind, clientKind, clientKinds, Editor } from "./editor.ts";
import { example, languageOf, pieceFor } from "./example.ts";

/** A whole workspace, edited by all kinds of clients and changed on the disk. */

const paths = Object.keys(example);
const cases = allCases()
  .map(({ text }) => text)
  .filter(({ length }) => length < 600);

/** Where the workspace is, as a client spells it. */
const places = ["file:///srv/", "vscode-vfs://host/a%20b/", "file:///C:/x/"];

const settings: readonly object[] = [
  {},
  { codeLenses: { references: true }, inlayHints: { implied: true, macros: true, ports: true } },
  { target: "6.6", rules: { "unused-filter": "error" } },
  { root: "../w", codeLenses: { references: true } },
];

const nat = () => fc.nat(2 ** 30);
const step = fc.record({
  kind: fc.oneof(
    { weight: 20, arbitrary: fc.constant("edit" as const) },
    { weight: 4, arbitrary: fc.constantFrom("undo" as const, "open" as const, "close" as const) },
    {
      weight: 5,
      arbitrary: fc.constantFrom(
        "write" as const,
        "restore" as const,
        "save" as const,
        "delete" as const,
        "move" as const,
        "settings" as const,
      ),
    },
  ),
  which: nat(),
  at: nat(),
  length: fc.oneof(fc.constant(0), fc.nat(4), fc.nat(80)),
  piece: nat(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const burst = fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 4 }), asked: nat() });

/** A document, as somebody has it before them. */
interface Open {
  readonly text: string;
  readonly before: string;
  readonly tokens: SemanticTokens | undefined;
}

/** An editor at work for a while, whose server has to know what a new one would see. */
class Session {
  private readonly open = new Map<string, Open>();
  private readonly inFlight: Promise<unknown>[] = [];
  private version = 1;

  constructor(
    private readonly editor: Editor,
    private readonly disk: Disk,
    private readonly kind: ClientKind,
    private readonly place: string,
    private given: object,
  ) {}

  private get folders() {
    return [`${this.place}w`, `${this.place}v`];
  }

  async openDocument(path: string): Promise<void> {
    const uri = this.place + path;
    if (this.open.has(uri)) return;
    const text = this.disk.get(uri) ?? "";
    this.open.set(uri, { text, before: text, tokens: undefined });
    await this.editor.open(uri, languageOf(uri), ++this.version, text);
  }

  private async close(uri: string): Promise<void> {
    this.open.delete(uri);
    await this.editor.client.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  /** Without a range, a client hands over all of the text. */
  private async change(uri: string, from: number, to: number, text: string, isWhole = false): Promise<void> {
    const { text: before, tokens } = this.open.get(uri) as Open;
    const positions = positionsIn(uri, before, this.kind.encoding);
    const range = { start: positions.positionAt(from), end: positions.positionAt(to) };
    // As positions can say it: none is within a character, or between CR and LF.
    const [start, end] = [positions.offsetAt(range.start), positions.offsetAt(range.end)];
    const after = before.slice(0, start) + text + before.slice(end);
    this.open.set(uri, { text: after, before, tokens });
    await this.editor.client.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: ++this.version },
      contentChanges: [isWhole ? { text: after } : { range, text }],
    });
  }

  private async tell(...changes: { readonly uri: string; readonly type: number }[]): Promise<void> {
    await this.editor.client.sendNotification("workspace/didChangeWatchedFiles", { changes });
  }

  async take({ kind, which, at, length, piece }: Step): Promise<void> {
    const { disk, open } = this;
    const path = paths[which % paths.length] as string;
    const uri = this.place + path;
    const document = [...open.keys()][which % Math.max(open.size, 1)];
    if (document && at % 4 === 0) this.askMeanwhile(document, at, piece);
    switch (kind) {
      case "edit": {
        if (!document) return this.openDocument(path);
        const size = (open.get(document) as Open).text.length;
        const from = at % (size + 1);
        return this.change(
          document,
          from,
          Math.min(size, from + length),
          pieceFor(document, piece, cases),
          at % 5 === 0,
        );
      }
      case "undo": {
        if (!document) return;
        const { text, before } = open.get(document) as Open;
        return this.change(document, 0, text.length, before);
      }
      case "open":
        return this.openDocument(path);
      case "close":
        return document ? this.close(document) : undefined;
      case "restore":
        disk.set(uri, example[path] as string);
        return this.tell({ uri, type: 2 });
      case "write": {
        const old = disk.get(uri) ?? "";
        const from = at % (old.length + 1);
        disk.set(uri, old.slice(0, from) + pieceFor(uri, piece, cases) + old.slice(from + length));
        return this.tell({ uri, type: 2 });
      }
      case "save":
        if (!document) return;
        disk.set(document, (open.get(document) as Open).text);
        await this.editor.client.sendNotification("textDocument/didSave", { textDocument: { uri: document } });
        return this.tell({ uri: document, type: 2 });
      case "delete":
        disk.delete(uri);
        return this.tell({ uri, type: 3 });
      case "move": {
        const to = this.place + paths[at % paths.length];
        const text = disk.get(uri);
        if (text === undefined || to === uri) return;
        disk.set(to, text);
        disk.delete(uri);
        if (open.has(uri)) await this.close(uri);
        return this.tell({ uri, type: 3 }, { uri: to, type: 1 });
      }
      default:
        this.given = settings[which % settings.length] as object;
        await this.editor.client.sendNotification("workspace/didChangeConfiguration", {
          settings: { smtpdlint: this.given },
        });
    }
  }

  /** Answers are worked out while more is typed. */
  private askMeanwhile(uri: string, at: number, asked: number): void {
    const position = { line: at % 7, character: at % 11 };
    const place = { textDocument: { uri }, position, screen: { start: { line: 0, character: 0 }, end: position } };
    for (const [bit, request] of this.requests.entries()) {
      if (isAsked(asked, bit)) this.inFlight.push(answerTo(request, this.editor.client, place));
    }
    if (at % 8 === 0) this.inFlight.push(this.editor.mailWays(place).catch(() => {}));
  }

  /** Once diagnostics have been asked for, the server sends none by itself. */
  private get requests() {
    return editorRequests.filter(({ method }) => this.kind.isPull || method !== "textDocument/diagnostic");
  }

  /** Compares what the server says with what a new one says, of which `asked` tells. */
  async compare(asked: number): Promise<void> {
    await Promise.all(this.inFlight.splice(0));
    const fresh = await Editor.start(this.disk, this.kind, this.folders, this.given);
    try {
      for (const [uri, { text }] of this.open) await fresh.open(uri, languageOf(uri), 1, text);
      for (const [uri, { text }] of this.open) await this.compareDocument(fresh, uri, text, asked);
      for (const uri of this.open.keys()) await this.compareTokens(fresh, uri);
      await this.compareDiagnostics(fresh);
      expect([this.editor.faults, fresh.faults]).toEqual([[], []]);
    } finally {
      fresh.stop();
    }
  }

  private async compareDocument(fresh: Editor, uri: string, text: string, asked: number): Promise<void> {
    const textDocument = { uri };
    const position = positionsIn(uri, text, this.kind.encoding).positionAt(
      (asked * 31 + text.length) % (text.length + 1),
    );
    const screen = { start: { line: Math.max(0, position.line - 4), character: 0 }, end: position };
    const place = { textDocument, position, screen };
    const same = async (what: string, ask: (editor: Editor) => Promise<unknown>) =>
      expectSame([what, place], await ask(this.editor), await ask(fresh));
    for (const [bit, request] of this.requests.entries()) {
      if (!isAsked(asked, bit)) continue;
      await same(request.method, (editor) => editor.settled(() => answerTo(request, editor.client, place)));
    }
    if (isAsked(asked, 0)) await same("ways of mail", (editor) => editor.settled(() => editor.mailWays(place)));
    const part = `${this.place}w/etc/mail/part.conf`;
    const others: readonly (readonly [method: string, params: object])[] = [
      ["textDocument/declaration", place],
      ["textDocument/implementation", place],
      ["smtpdlint/tests", { uri }],
      ["smtpdlint/runTests", { uri, ids: null }],
      ["smtpdlint/languages", { uris: paths.map((path) => this.place + path) }],
      ["smtpdlint/messageToTrace", { uri, position }],
      ["smtpdlint/page", { command: "smtpdlint.showMailFlow", arguments: [uri] }],
      ["smtpdlint/page", { command: "smtpdlint.showSenders", arguments: [uri, position] }],
      ["smtpdlint/page", { command: "smtpdlint.traceMail", arguments: [uri, "to joe@example.org"] }],
      ["workspace/willRenameFiles", { files: [{ oldUri: part, newUri: `${part}.d/new` }] }],
    ];
    for (const [index, [method, params]] of others.entries()) {
      if ((asked >> index) % 3 === 0) await same(method, (editor) => editor.ask(method, params));
    }
  }

  private async compareTokens(fresh: Editor, uri: string): Promise<void> {
    const textDocument = { uri };
    const { text, before, tokens } = this.open.get(uri) as Open;
    const previousResultId = tokens?.resultId;
    const method = `textDocument/semanticTokens/full${previousResultId === undefined ? "" : "/delta"}`;
    const given = await this.editor.client.sendRequest<SemanticTokens | SemanticTokensDelta>(method, {
      textDocument,
      previousResultId,
    });
    const data = "edits" in given ? withEdits(tokens?.data ?? [], given) : given.data;
    this.open.set(uri, { text, before, tokens: { ...given, data } });
    const whole = await fresh.client.sendRequest<SemanticTokens>("textDocument/semanticTokens/full", { textDocument });
    expectSame(["tokens", uri], data, whole.data);
  }

  private async compareDiagnostics(fresh: Editor): Promise<void> {
    const sorted = <T extends { readonly uri: string }>(found: readonly T[]) =>
      found.toSorted((a, b) => (a.uri < b.uri ? -1 : 1));
    if (!this.kind.isPull) {
      const pushed = ({ published }: Editor) => plain(sorted([...published].map(([uri, items]) => ({ uri, items }))));
      await expect.poll(() => isDeepStrictEqual(pushed(this.editor), pushed(fresh))).toBe(true);
      return;
    }
    const pulled = async (editor: Editor) => {
      const report = await editor.ask<{ items: { uri: string; items: [] }[] }>("workspace/diagnostic", {
        previousResultIds: [],
      });
      return "items" in report ? sorted(report.items.filter(({ items }) => items.length > 0)) : report;
    };
    expectSame("diagnostics", await pulled(this.editor), await pulled(fresh));
  }
}

const isAsked = (asked: number, bit: number): boolean => ((asked >> (bit % 25)) & 1) === 1;

/** The text of a result of tokens after the edits of another. */
function withEdits(data: readonly number[], { edits }: SemanticTokensDelta): number[] {
  const result = [...data];
  for (const { start, deleteCount, data: inserted = [] } of edits.toReversed()) {
    result.splice(start, deleteCount, ...inserted);
  }
  return result;
}

/** An answer without what only names it, and without what takes back something said before. */
const plain = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer ?? null), (key, value) => {
    if (key === "resultId") return undefined;
    if (key !== "relatedDocuments") return value;
    return Object.fromEntries(Object.entries<{ items: [] }>(value).filter(([, { items }]) => items.length > 0));
  });

function expectSame(what: unknown, one: unknown, other: unknown): void {
  const [known, seen] = [plain(one), plain(other)];
  if (!isDeepStrictEqual(known, seen)) expect([what, known]).toEqual([what, seen]);
}

test(
  `a workspace is known as a new server sees it (seed ${seed})`,
  async () => {
    const bursts = fc.array(burst, { minLength: 1, maxLength: 6 });
    const set = fc.nat(settings.length - 1);
    await fc.assert(
      fc.asyncProperty(
        bursts,
        fc.nat(clientKinds - 1),
        fc.nat(2 ** paths.length - 1),
        set,
        fc.constantFrom(...places),
        async (bursts, client, opened, set, place) => {
          const disk = new Disk();
          for (const [path, text] of Object.entries(example)) disk.set(place + path, text);
          const kind = clientKind(client);
          const given = settings[set] as object;
          const editor = await Editor.start(disk, kind, [`${place}w`, `${place}v`], given);
          const session = new Session(editor, disk, kind, place, given);
          try {
            for (const [index, path] of paths.entries()) if (isAsked(opened, index)) await session.openDocument(path);
            for (const { steps, asked } of bursts) {
              for (const each of steps) await session.take(each);
              await session.compare(asked);
            }
          } finally {
            editor.stop();
          }
        },
      ),
      { numRuns: runs(12), endOnFailure: true },
    );
  },
  runs(300_000),
);
