export * from "./columns.ts";
export * from "./format.ts";
export * from "./format-lines.ts";
export * from "./lines.ts";
export * from "./pieces.ts";
