export * from "./announcement.ts";
export * from "./compare.ts";
export * from "./migrate.ts";
