import { byteLength } from "@smtpdlint/grammar";

/** HOST_NAME_MAX of Linux; parse.y keeps pki and ca names in a buffer of that size. */
export const HOST_NAME_MAX = 64;

/**
 * True if the C library takes `text` for a host name (res_hnok): labels of up
 * to 63 letters, digits, `-` and `_`, the first not starting with `-`; the
 * root and a final dot are fine, and a backslash takes what follows literally.
 */
export function isHostName(text: string): boolean {
  if (text === "" || text === ".") return true;
  const labels = splitLabels(text.endsWith(".") ? text.slice(0, -1) : text);
  if (!labels || labels[0]?.startsWith("-")) return false;
  return labels.every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label));
}

function splitLabels(text: string): string[] | undefined {
  if (!text.includes("\\")) return text.split(".");
  const labels: string[] = [];
  let label = "";
  for (const [part, code, escaped] of text.matchAll(/\\(\d{3})|\\(\D)|[\s\S]/gu)) {
    if (part === "\\" || Number(code) > 255) return undefined;
    if (part === ".") {
      labels.push(label);
      label = "";
    } else label += code === undefined ? (escaped ?? part) : String.fromCharCode(Number(code));
  }
  return [...labels, label];
}

/** True if the name fits where smtpd keeps it. */
export const fitsHostName = (text: string) => byteLength(text) <= HOST_NAME_MAX;
