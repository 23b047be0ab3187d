/** The server for both: in a worker it talks to the page, as a process over standard input and output. */
declare const importScripts: unknown;

void (typeof importScripts === "function" ? import("../../server/src/browser.ts") : import("../../server/src/bin.ts"));
