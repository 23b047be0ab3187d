import type {
  Diagnostic,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  FullDocumentDiagnosticReport,
  ResponseError,
  ResultProgressReporter,
  UnchangedDocumentDiagnosticReport,
  WorkspaceDiagnosticParams,
  WorkspaceDiagnosticReport,
  WorkspaceDiagnosticReportPartialResult,
  WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import { diagnosticsOf, findMistakes, merge, type Publisher, searched } from "../diagnostics.ts";
import { cancelled } from "../fault.ts";
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
    session.guarded<DocumentDiagnosticParams, DocumentDiagnosticReport | ResponseError<never>>(
      nothing,
      async (params, token) => {
        isPulled();
        const { textDocument, previousResultId } = params;
        const { uri } = textDocument;
        if (tests.has(textDocument))
          return { ...nothing, items: (await (await tests.features()).diagnostics(uri, token)) ?? [] };
        if (workspace.hasSettings(uri)) return report(settings.of(uri), previousResultId);
        if (workspace.belongsToNone(uri)) return nothing;
        const main = workspace.mainOf(uri);
        if (!(await findMistakes(workspace, [main], () => !token.isCancellationRequested))) return cancelled;
        const found = diagnosticsOf(workspace, workspace.mainOf(uri));
        const key = workspace.files.clientUri(normalize(uri));
        const related = [...found, ...settings.all()].filter(([other]) => other !== key);
        return {
          ...report(found.get(key) ?? [], previousResultId),
          ...(workspace.client.relatedDocuments && {
            relatedDocuments: Object.fromEntries(related.map(([other, items]) => [other, report(items)])),
          }),
        };
      },
    ),
  );
  type Progress = ResultProgressReporter<WorkspaceDiagnosticReportPartialResult>;
  connection.languages.diagnostics.onWorkspace(
    session.guarded<WorkspaceDiagnosticParams, WorkspaceDiagnosticReport | ResponseError<never>, [unknown?, Progress?]>(
      { items: [] },
      async ({ previousResultIds }, token, _, progress) => {
        isPulled();
        const previous = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
        const found = new Map<string, Diagnostic[]>();
        const reported = (uris: Iterable<string>): WorkspaceDocumentDiagnosticReport[] =>
          [...uris].map((uri) => ({ ...report(found.get(uri) ?? [], previous.get(uri)), uri, version: null }));
        /** Tells a client that wants to know at once. What several configurations include has the findings of all so far. */
        const add = (some: Iterable<[string, Diagnostic[]]>) => {
          const uris: string[] = [];
          for (const [uri, items] of some) {
            const others = found.get(uri);
            found.set(uri, others ? merge(others, items) : items);
            uris.push(uri);
          }
          if (uris.length > 0) progress?.report({ items: reported(uris) });
        };
        const isWanted = () => !token.isCancellationRequested;
        for (const { uri } of workspace.openTests) {
          add([[uri, (await (await tests.features()).diagnostics(uri, token)) ?? []]]);
          if (!isWanted()) return cancelled;
        }
        const mains = new Set(workspace.openDocuments.map(({ uri }) => workspace.mainOf(uri)));
        for await (const main of searched(workspace, mains, isWanted)) add(diagnosticsOf(workspace, main));
        if (!isWanted()) return cancelled;
        add(settings.all());
        // What was said of a file that nobody reads any more is taken back.
        add([...previous.keys()].filter((uri) => !found.has(uri)).map((uri) => [uri, []]));
        return { items: progress ? [] : reported(found.keys()) };
      },
    ),
  );
}
