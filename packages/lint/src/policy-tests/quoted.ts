/** A text as it is written in a policy test, in quotes if need be. */
export const quoted = (text: string): string => (/^[^\s"#{},\\]+$/.test(text) ? text : inQuotes(text));

export const inQuotes = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
