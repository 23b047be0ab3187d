import { makeVisible } from "@smtpdlint/model";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text for an attribute or a content of XML; what XML cannot hold is made visible, and no CI system finds a command. */
export function escapeXml(text: string): string {
  return makeVisible(text)
    .replace(/[&<>"']|[\ufffe\uffff]/g, (char) => entities[char] ?? "\ufffd")
    .replace(/#(?=#\[|#vso\[)/g, "&#35;");
}

/** ` name="value"` for each. */
export function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join("");
}
