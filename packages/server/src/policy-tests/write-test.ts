import { newTest } from "@smtpdlint/ide";
import { testText } from "@smtpdlint/lint";
import type { Position, WorkspaceEdit } from "vscode-languageserver";
import { testsBeside } from "../document-kinds.ts";
import type { Session } from "../session.ts";
import { matchAt } from "./commands.ts";

/**
 * Writes a test for the match rule at a place, into the file of tests of its
 * configuration or into a new one. What there is to say if it cannot.
 */
export async function writeTest(
  session: Session,
  uri: string,
  position: Position | undefined,
): Promise<string | undefined> {
  const { connection, workspace, clientCapabilities: can } = session;
  const here = session.documentAt({ uri });
  const match = here && position && matchAt(here.view, here.converter.offset(here.view.file, position));
  if (!match) return "there is no match rule here";
  const main = here.view.model.sources.files[0]?.path ?? "";
  const { files } = await session.tests.features();
  const [known] = files.of(main);
  const smtpd = known?.machines[0] ?? files.smtpdFor(main);
  const text = newTest(smtpd, match);
  if (text === undefined) return "no message was found that this rule matches";

  const target = known?.uri ?? testsBeside(main);
  const end = known?.document.positionAt(known.text.length) ?? { line: 0, character: 0 };
  // A configuration with another name is to be named.
  const name = decodeURIComponent(main.slice(main.lastIndexOf("/") + 1));
  const head = /(?:^|\.)smtpd\.conf$/.test(name) ? "" : `config ${testText(name)}\n\n`;
  const before = known ? (/\n$|^$/.test(known.text) ? "\n" : "\n\n") : head;
  const edits = [{ range: { start: end, end }, newText: `${before}${text}` }];
  const isNew = !known && !("text" in workspace.files.read(target));
  const edit: WorkspaceEdit =
    isNew && can.createFiles
      ? {
          documentChanges: [
            { kind: "create", uri: target, options: { ignoreIfExists: true } },
            { textDocument: { uri: target, version: null }, edits },
          ],
        }
      : { changes: { [target]: edits } };
  const { applied, failureReason } = await connection.workspace.applyEdit({ label: "write a test", edit });
  if (!applied) return `the test could not be written${failureReason === undefined ? "" : `: ${failureReason}`}`;
  if (can.showDocument) {
    const line = end.line + before.split("\n").length;
    const at = { line, character: 0 };
    await connection.window.showDocument({ uri: target, takeFocus: true, selection: { start: at, end: at } });
  }
  return undefined;
}
