import { LSPErrorCodes, ResponseError } from "vscode-languageserver";

/** The answer to a request that nobody waits for any more. */
export const cancelled = new ResponseError<never>(LSPErrorCodes.RequestCancelled, "the request was cancelled");

/** The answer to a question about a text that there is no more. */
export const contentModified = new ResponseError<never>(LSPErrorCodes.ContentModified, "the document has changed");

/** What the log gets to read of an exception. */
export const faultText = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
