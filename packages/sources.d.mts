/** The sources of each package by its name, for bundlers and tests that do not want it built first. */
export const sources: Readonly<Record<string, string>>;
