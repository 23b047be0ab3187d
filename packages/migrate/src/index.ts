export * from "./announcement.ts";
export * from "./migrate.ts";
