/** Put in place by `build.mjs`. */
declare const RULE_PAGES: Readonly<Record<string, string>>;

/** The page of each rule, in Markdown, by its id. */
export const pages = RULE_PAGES;
