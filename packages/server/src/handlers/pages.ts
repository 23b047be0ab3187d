import type { MessageToTrace } from "@smtpdlint/ide";
import type { Position } from "vscode-languageserver";
import { type Page, problemPage } from "../pages.ts";
import type { Session } from "../session.ts";
import { differencesPage, showDifferences } from "./differences.ts";

/** With a URI and a position: who sends mail by the rule, listener, action or filter there. */
export const showSenders = "smtpdlint.showSenders";
/** With a URI, and a message in the words of a policy test or the position of a match rule: what becomes of it. */
export const traceMail = "smtpdlint.traceMail";
/** With a URI: all ways of mail. */
export const showMailFlow = "smtpdlint.showMailFlow";

/** The commands that have a page as their answer. */
export const pageCommands: readonly string[] = [showSenders, traceMail, showMailFlow, showDifferences];

/** `smtpdlint/page`: what a command shows, for a client that has a place for it. */
export function servePages(session: Session): void {
  session.connection.onRequest(
    "smtpdlint/page",
    session.guarded<{ command: string; arguments?: unknown[] }, Page | null>(
      null,
      ({ command, arguments: [uri, detail] = [] }) =>
        typeof uri === "string" ? pageFor(session, command, uri, detail) : null,
    ),
  );
}

/** What a client says of a message that somebody is asked for. */
interface AskedMessage {
  readonly uri: string;
  /** Of the cursor. */
  readonly position?: Position | null;
  readonly message?: string;
}

type Beginning = MessageToTrace | { readonly problem: string };

/**
 * For a client that asks for a message: `smtpdlint/messageToTrace` says one to
 * begin with, or why there is nothing to trace, and `smtpdlint/checkMessage`
 * why one cannot be traced.
 */
export function serveMessages(session: Session): void {
  session.connection.onRequest<Beginning | null, void>(
    "smtpdlint/messageToTrace",
    session.guarded<AskedMessage, Beginning | null>(null, async ({ uri, position }) => {
      const configuration = await session.configurationOf({ uri });
      if (!configuration) return { problem: noConfiguration };
      const { converter, view } = configuration;
      // A place in a table is none in its configuration.
      const isInside = isPosition(position) && session.documentAt({ uri }) !== undefined;
      const offset = isInside ? converter.offset(view.file, position) : undefined;
      return (await session.mail()).messageToTrace(configuration, offset);
    }),
  );
  session.connection.onRequest(
    "smtpdlint/checkMessage",
    session.guarded<AskedMessage, string | null>(null, async ({ uri, message }) => {
      const configuration = await session.configurationOf({ uri });
      if (!configuration) return noConfiguration;
      return (await session.mail()).problemIn(configuration, String(message ?? "")) ?? null;
    }),
  );
}

const noConfiguration = "open a configuration first";

/** The page of a command; null for one that has none. */
export async function pageFor(session: Session, command: string, uri: string, detail: unknown): Promise<Page | null> {
  if (!pageCommands.includes(command)) return null;
  if (command === showDifferences) return differencesPage(session, uri);
  const configuration = await session.configurationOf({ uri });
  if (!configuration) return problemPage(noConfiguration);
  const mail = await session.mail();
  if (command === showMailFlow) return mail.flowPage(configuration);
  if (command === traceMail && typeof detail === "string") return mail.tracePage(configuration, detail);
  // Of a table there is no statement at a place.
  const here = session.documentAt({ uri });
  if (!here || !isPosition(detail)) return problemPage("put the cursor on a statement of a configuration");
  const offset = here.converter.offset(here.view.file, detail);
  return command === showSenders ? mail.sendersPage(here, offset) : mail.traceRulePage(here, offset);
}

export const isPosition = (value: unknown): value is Position =>
  typeof (value as Position | null)?.line === "number" && typeof (value as Position).character === "number";
