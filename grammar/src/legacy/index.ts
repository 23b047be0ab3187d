export * from "./parse.ts";
export { LegacyParser } from "./parser.ts";
export type * from "./tree.ts";
export { olderWords, statementWords, words } from "./vocabulary.ts";
