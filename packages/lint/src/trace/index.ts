export * from "./words.ts";
export { messagesOf, type Paper, TraceWriter } from "./writer.ts";
