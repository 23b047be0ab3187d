import type { Platform } from "../platform.ts";
import type { Session } from "../session.ts";

/** For clients that give files their types: `smtpdlint/languages` says what known configurations take files for, open or not. */
export function serveLanguages(session: Session, platform: Platform): void {
  session.connection.onRequest(
    "smtpdlint/languages",
    session.guarded<{ uris: readonly string[] }, Record<string, string>>({}, async ({ uris }) => {
      const { languagesOf } = await import("./table-files.ts");
      for (;;) {
        const found = languagesOf(session.workspace, uris);
        const arrival = platform.arrived();
        if (!arrival) return found;
        await arrival;
      }
    }),
  );
}
