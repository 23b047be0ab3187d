import { failuresOf, resultsByLine, statusOf } from "@smtpdlint/ide";
import { count } from "@smtpdlint/model";
import {
  type ExecuteCommandParams,
  MessageType,
  type Position,
  ShowMessageNotification,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { ClientCapabilities } from "../client-capabilities.ts";
import { chosenResults } from "../policy-tests/chosen-results.ts";
import { runTestsCommand, writeTestCommand } from "../policy-tests/features.ts";
import type { Session } from "../session.ts";
import { type Differences, differencesOf, showDifferences } from "./differences.ts";

export const showPage = "smtpdlint.showPage";

/** Changes files as its parameter says: for clients whose code actions are commands. */
export const applyEditCommand = "smtpdlint.applyEdit";

export const commandsFor = ({ codeActionLiterals }: ClientCapabilities): string[] => [
  showPage,
  showDifferences,
  runTestsCommand,
  writeTestCommand,
  ...(codeActionLiterals ? [] : [applyEditCommand]),
];

/** The commands of lenses and actions, for clients that hand them over to the server. */
export function serveCommands(session: Session): void {
  const { connection } = session;
  const say = (type: MessageType, message: string) =>
    connection.sendNotification(ShowMessageNotification.type, { type, message });

  connection.onExecuteCommand(
    session.guarded<ExecuteCommandParams, Differences | null>(
      null,
      async ({ command, arguments: [uri, detail] = [] }) => {
        if (command === applyEditCommand) await connection.workspace.applyEdit({ edit: uri as WorkspaceEdit });
        if (typeof uri !== "string") return null;
        if (command === showPage) await showUrl(uri);
        else if (command === showDifferences) {
          const found = await differencesOf(session, uri);
          await say(MessageType.Info, found.lines.join("\n"));
          return found;
        } else if (command === runTestsCommand) await runTests(uri, detail as string[] | undefined);
        else if (command === writeTestCommand) {
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

  /** For an editor that has no place of its own for results. */
  async function runTests(uri: string, ids: string[] | undefined): Promise<void> {
    const run = await session.tests.run(uri);
    if (!run) return;
    const results = chosenResults(run, ids);
    const states = [...resultsByLine(results).values()].map(statusOf);
    const passed = states.filter((status) => status === "passed").length;
    const [first] = failuresOf(run.loaded, results);
    if (!first) return say(MessageType.Info, `${count(passed, "test")} passed`);
    const line = run.loaded.document.positionAt(first.span.start).line + 1;
    const failed = states.length - passed;
    return say(
      MessageType.Warning,
      `${failed} of ${count(states.length, "test")} failed; line ${line}: ${first.message}`,
    );
  }
}
