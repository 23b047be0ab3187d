import type {
  Diagnostic,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  FullDocumentDiagnosticReport,
  UnchangedDocumentDiagnosticReport,
  WorkspaceDiagnosticParams,
  WorkspaceDiagnosticReport,
} from "vscode-languageserver";
import { diagnosticsOf, findMistakes, merge, type Publisher } from "../diagnostics.ts";
import { normalize } from "../file-uris.ts";
import type { Session } from "../session.ts";
import type { SettingsDiagnostics } from "../settings-diagnostics.ts";

const nothing = { kind: "full" as const, items: [] };

/** Diagnostics for a client that asks for them; `Publisher` sends them to the others. */
export function serveDiagnostics(session: Session, publisher: Publisher, settings: SettingsDiagnostics): void {
  const { connection, workspace, tests } = session;
  const isPulled = () => {
    if (!session.hasPulled) publisher.stop();
    session.hasPulled = true;
  };
  /** What was said has a number as long as it is known, so that it need not be said again. */
  const numbers = new WeakMap<readonly Diagnostic[], string>();
  let last = 0;
  const report = (
    items: Diagnostic[],
    previous?: string,
  ): FullDocumentDiagnosticReport | UnchangedDocumentDiagnosticReport => {
    const resultId = numbers.get(items) ?? String(++last);
    numbers.set(items, resultId);
    return resultId === previous ? { kind: "unchanged", resultId } : { kind: "full", resultId, items };
  };
  connection.languages.diagnostics.on(
    session.guarded<DocumentDiagnosticParams, DocumentDiagnosticReport>(nothing, async (params, token) => {
      isPulled();
      const { textDocument, previousResultId } = params;
      const { uri } = textDocument;
      if (tests.has(textDocument))
        return { ...nothing, items: (await (await tests.features()).diagnostics(uri, token)) ?? [] };
      if (workspace.hasSettings(uri)) return report(settings.of(uri), previousResultId);
      if (workspace.belongsToNone(uri)) return nothing;
      const main = workspace.mainOf(uri);
      await findMistakes(workspace, [main], () => true);
      const found = diagnosticsOf(workspace, workspace.mainOf(uri));
      const key = workspace.clientUri(normalize(uri));
      const related = [...found, ...settings.all()].filter(([other]) => other !== key);
      return {
        ...report(found.get(key) ?? [], previousResultId),
        ...(workspace.client.relatedDocuments && {
          relatedDocuments: Object.fromEntries(related.map(([other, items]) => [other, report(items)])),
        }),
      };
    }),
  );
  connection.languages.diagnostics.onWorkspace(
    session.guarded<WorkspaceDiagnosticParams, WorkspaceDiagnosticReport>({ items: [] }, async (params, token) => {
      isPulled();
      const previous = new Map(params.previousResultIds.map(({ uri, value }) => [uri, value]));
      const found = new Map<string, Diagnostic[]>();
      for (const { uri } of workspace.openTests)
        found.set(uri, (await (await tests.features()).diagnostics(uri, token)) ?? []);
      for (const main of new Set(workspace.openDocuments.map(({ uri }) => workspace.mainOf(uri)))) {
        for (const [uri, items] of diagnosticsOf(workspace, main)) {
          const others = found.get(uri);
          found.set(uri, others ? merge(others, items) : items);
        }
      }
      for (const [uri, items] of settings.all()) found.set(uri, items);
      // What was said of a file that nobody reads any more is taken back.
      for (const uri of previous.keys()) if (!found.has(uri)) found.set(uri, []);
      return { items: [...found].map(([uri, items]) => ({ ...report(items, previous.get(uri)), uri, version: null })) };
    }),
  );
}
