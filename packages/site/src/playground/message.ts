/** A message as the form of the trace has it: some conditions of their own, and all others as words. */
export type MessageFields = Record<(typeof fieldNames)[number] | "more", string>;

export const fieldNames = ["to", "from", "mail-from", "auth", "port"] as const;

/** The conditions in the words of a test; what is empty is left out. */
export function messageWords(fields: MessageFields): string {
  const given = ["from", "auth", "port", "mail-from"] as const;
  const parts = given.map((name) => (fields[name].trim() === "" ? "" : `${name} ${quoted(fields[name].trim())}`));
  return [...parts, fields.more.trim(), `to ${quoted(fields.to.trim())}`].filter(Boolean).join(" ");
}

/** The fields that make such words. */
export function messageFields(words: string): MessageFields {
  const fields: MessageFields = { to: "", from: "", "mail-from": "", auth: "", port: "", more: "" };
  const tokens = words.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const more: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? "";
    const name = fieldNames.find((one) => one === token);
    const value = tokens[at + 1];
    if (name && value !== undefined) {
      fields[name] = value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
      at++;
    } else more.push(token);
  }
  return { ...fields, more: more.join(" ") };
}

const quoted = (text: string) => (/^[^\s"#{},\\]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`);
