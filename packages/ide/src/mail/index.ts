export * from "./call-hierarchy.ts";
export * from "./mail-answer.ts";
export * from "./mail-subject.ts";
export * from "./message-to-trace.ts";
export * from "./where-mail-goes.ts";
export * from "./who-reaches.ts";
