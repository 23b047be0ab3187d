/** The folder that the tabs are in: names without a slash at their start are below it. */
export const folder = "/etc/mail/";

/** The path of a tab on the mail host. */
export const pathOf = (name: string): string => (name.startsWith("/") ? name : folder + name);

export const uriOf = (name: string): string => `file://${pathOf(name).split("/").map(encodeURIComponent).join("/")}`;

/** The name of the tab with a path. */
export const nameOf = (path: string): string => (path.startsWith(folder) ? path.slice(folder.length) : path);

/** The name of the tab with a URI. */
export const nameOfUri = (uri: string): string => nameOf(decodeURIComponent(uri.replace(/^file:\/\//, "")));

/** The language of a file as the server calls it; undefined for a table, which it reads when it needs it. */
export const languageOf = (name: string): "smtpd-conf" | "smtpd-test" | undefined =>
  name.endsWith(".conf") ? "smtpd-conf" : name.endsWith(".test") ? "smtpd-test" : undefined;
