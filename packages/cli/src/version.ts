import manifest from "../package.json" with { type: "json" };

/** The version of smtpdlint. */
export const version: string = manifest.version;
