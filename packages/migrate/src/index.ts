export * from "./announcement.ts";
export { compareMigration } from "./compare.ts";
export { foreignRefusal } from "./foreign.ts";
export * from "./migrate.ts";
export * from "./prove.ts";
