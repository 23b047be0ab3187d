import {
  type ExecuteCommandParams,
  MessageType,
  ShowMessageNotification,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { ClientCapabilities } from "../client-capabilities.ts";
import type { Page } from "../pages.ts";
import { runTestsCommand, writeTestCommand } from "../policy-tests/commands.ts";
import type { Session } from "../session.ts";
import { isPosition, pageCommands, pageFor } from "./pages.ts";

export const showPage = "smtpdlint.showPage";

/** Changes files as its parameter says: for clients whose code actions are commands. */
export const applyEditCommand = "smtpdlint.applyEdit";

export const commandsFor = ({ codeActionLiterals }: ClientCapabilities): string[] => [
  showPage,
  ...pageCommands,
  runTestsCommand,
  writeTestCommand,
  ...(codeActionLiterals ? [] : [applyEditCommand]),
];

/** So many lines of a page are in a message. */
const mostLines = 40;

/** The commands of lenses and actions, for clients that hand them over to the server. */
export function serveCommands(session: Session): void {
  const { connection } = session;
  const say = (type: MessageType, message: string) =>
    connection.sendNotification(ShowMessageNotification.type, { type, message });

  connection.onExecuteCommand(
    session.guarded<ExecuteCommandParams, Page | null>(null, async ({ command, arguments: [uri, detail] = [] }) => {
      if (command === applyEditCommand) await connection.workspace.applyEdit({ edit: uri as WorkspaceEdit });
      if (typeof uri !== "string") return null;
      if (command === showPage) await showUrl(uri);
      else if (pageCommands.includes(command)) {
        const page = await pageFor(session, command, uri, detail);
        if (page) await say(MessageType.Info, shortened(page.lines).join("\n"));
        return page;
      } else if (command === runTestsCommand) {
        const { resultsInWords } = await import("../policy-tests/results.ts");
        const ids = Array.isArray(detail) ? detail : undefined;
        const said = await resultsInWords(await session.tests.features(), uri, ids);
        if (said) await say(said.type, said.message);
      } else if (command === writeTestCommand) {
        const { writeTest } = await import("../policy-tests/write-test.ts");
        const failure = await writeTest(session, uri, isPosition(detail) ? detail : undefined);
        if (failure !== undefined) await say(MessageType.Info, failure);
      }
      return null;
    }),
  );

  async function showUrl(uri: string): Promise<void> {
    if (session.clientCapabilities.showDocument) await connection.window.showDocument({ uri, external: true });
    else await say(MessageType.Info, uri);
  }
}

const shortened = (lines: readonly string[]) =>
  lines.length <= mostLines ? lines : [...lines.slice(0, mostLines), `and ${lines.length - mostLines} more lines`];
