export * from "./announcement.ts";
export { compareMigration } from "./compare.ts";
export * from "./migrate.ts";
export * from "./prove.ts";
