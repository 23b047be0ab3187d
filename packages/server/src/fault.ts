import { LSPErrorCodes, ResponseError } from "vscode-languageserver";

/** The answer to a request that nobody waits for any more. */
export const cancelled = new ResponseError<never>(LSPErrorCodes.RequestCancelled, "the request was cancelled");

/** What the log gets to read of an exception. */
export const faultText = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
