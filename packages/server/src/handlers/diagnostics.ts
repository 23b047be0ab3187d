import type {
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  WorkspaceDiagnosticReport,
} from "vscode-languageserver";
import { diagnosticsOf, findMistakes, merge, type Publisher } from "../diagnostics.ts";
import type { Session } from "../session.ts";
import { normalize } from "../workspace.ts";

const nothing = { kind: "full" as const, items: [] };

/** Diagnostics for a client that asks for them; `Publisher` sends them to the others. */
export function serveDiagnostics(session: Session, publisher: Publisher): void {
  const { connection, workspace, tests } = session;
  const isPulled = () => {
    if (!session.hasPulled) publisher.stop();
    session.hasPulled = true;
  };
  connection.languages.diagnostics.on(
    session.guarded<DocumentDiagnosticParams, DocumentDiagnosticReport>(nothing, async ({ textDocument }, token) => {
      isPulled();
      const { uri } = textDocument;
      if (tests.has(textDocument))
        return { ...nothing, items: (await (await tests.features()).diagnostics(uri, token)) ?? [] };
      if (workspace.belongsToNone(uri)) return nothing;
      const main = workspace.mainOf(uri);
      await findMistakes(workspace, [main], () => true);
      const found = diagnosticsOf(workspace, workspace.mainOf(uri));
      const key = workspace.clientUri(normalize(uri));
      const related = [...found].filter(([other]) => other !== key);
      return {
        kind: "full" as const,
        items: found.get(key) ?? [],
        ...(workspace.client.relatedDocuments && {
          relatedDocuments: Object.fromEntries(
            related.map(([other, items]) => [other, { kind: "full" as const, items }]),
          ),
        }),
      };
    }),
  );
  connection.languages.diagnostics.onWorkspace(
    session.guarded<unknown, WorkspaceDiagnosticReport>({ items: [] }, async (_, token) => {
      isPulled();
      const found = new Map<string, ReturnType<typeof merge>>();
      for (const { uri } of workspace.openTests)
        found.set(uri, (await (await tests.features()).diagnostics(uri, token)) ?? []);
      for (const main of new Set(workspace.openDocuments.map(({ uri }) => workspace.mainOf(uri)))) {
        for (const [uri, items] of diagnosticsOf(workspace, main)) found.set(uri, merge(found.get(uri) ?? [], items));
      }
      return { items: [...found].map(([uri, items]) => ({ kind: "full" as const, uri, version: null, items })) };
    }),
  );
}
