/** What translates a file from before 6.4, and nothing else of its package: it is loaded when it is needed. */
export { migrate } from "@smtpdlint/migrate";
