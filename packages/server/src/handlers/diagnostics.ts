import { diagnosticsOf, merge, type Publisher } from "../diagnostics.ts";
import type { Session } from "../session.ts";
import { normalize } from "../workspace.ts";

/** Diagnostics for a client that asks for them; `Publisher` sends them to the others. */
export function serveDiagnostics(session: Session, publisher: Publisher): void {
  const { connection, workspace } = session;
  const isPulled = () => {
    if (!session.hasPulled) publisher.stop();
    session.hasPulled = true;
  };
  connection.languages.diagnostics.on(
    session.guarded({ kind: "full", items: [], relatedDocuments: {} }, ({ textDocument: { uri } }) => {
      isPulled();
      const found = diagnosticsOf(workspace, workspace.mainOf(uri));
      const key = workspace.clientUri(normalize(uri));
      const related = [...found].filter(([other]) => other !== key);
      return {
        kind: "full" as const,
        items: found.get(key) ?? [],
        relatedDocuments: Object.fromEntries(
          related.map(([other, items]) => [other, { kind: "full" as const, items }]),
        ),
      };
    }),
  );
  connection.languages.diagnostics.onWorkspace(
    session.guarded({ items: [] }, () => {
      isPulled();
      const found = new Map<string, ReturnType<typeof merge>>();
      for (const main of new Set(workspace.openDocuments.map(({ uri }) => workspace.mainOf(uri)))) {
        for (const [uri, items] of diagnosticsOf(workspace, main)) found.set(uri, merge(found.get(uri) ?? [], items));
      }
      return { items: [...found].map(([uri, items]) => ({ kind: "full" as const, uri, version: null, items })) };
    }),
  );
}
