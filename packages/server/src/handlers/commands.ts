import { type ExecuteCommandParams, MessageType, type Position, ShowMessageNotification } from "vscode-languageserver";
import { runTestsCommand, writeTestCommand } from "../policy-tests/commands.ts";
import type { Session } from "../session.ts";
import { type Differences, differencesOf, showDifferences } from "./differences.ts";

export const showPage = "smtpdlint.showPage";

export const commands = [showPage, showDifferences, runTestsCommand, writeTestCommand];

/** The commands of lenses and actions, for clients that hand them over to the server. */
export function serveCommands(session: Session): void {
  const { connection } = session;
  const say = (type: MessageType, message: string) =>
    connection.sendNotification(ShowMessageNotification.type, { type, message });

  connection.onExecuteCommand(
    session.guarded<ExecuteCommandParams, Differences | null>(
      null,
      async ({ command, arguments: [uri, detail] = [] }) => {
        if (typeof uri !== "string") return null;
        if (command === showPage) await showUrl(uri);
        else if (command === showDifferences) {
          const found = await differencesOf(session, uri);
          await say(MessageType.Info, found.lines.join("\n"));
          return found;
        } else if (command === runTestsCommand) {
          const { resultsInWords } = await import("../policy-tests/results.ts");
          const said = await resultsInWords(await session.tests.features(), uri, detail as string[] | undefined);
          if (said) await say(said.type, said.message);
        } else if (command === writeTestCommand) {
          const { writeTest } = await import("../policy-tests/write-test.ts");
          const failure = await writeTest(session, uri, detail as Position);
          if (failure !== undefined) await say(MessageType.Info, failure);
        }
        return null;
      },
    ),
  );

  async function showUrl(uri: string): Promise<void> {
    if (session.clientCapabilities.showDocument) await connection.window.showDocument({ uri, external: true });
    else await say(MessageType.Info, uri);
  }
}
