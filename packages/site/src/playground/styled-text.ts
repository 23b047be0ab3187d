import { h } from "./dom.ts";

const styles: Readonly<Record<string, string>> = {
  "1": "bold",
  "2": "dim",
  "31": "red",
  "32": "green",
  "35": "magenta",
};

/** Lines with the escapes of a terminal as elements. */
export function styledText(lines: readonly string[], wrap: (text: string) => readonly (Node | string)[]): HTMLElement {
  const block = h("pre", { class: "trace", tabindex: "0" });
  const active = new Set<string>();
  for (const part of lines.join("\n").split(/(\u001b\[\d+m)/)) {
    const [, code] = /^\u001b\[(\d+)m$/.exec(part) ?? [];
    if (code === undefined) {
      if (part !== "") block.append(h("span", { class: [...active].join(" ") || undefined }, ...wrap(part)));
    } else if (code === "22") {
      active.delete("bold");
      active.delete("dim");
    } else if (code === "39") for (const color of ["red", "green", "magenta"]) active.delete(color);
    else if (styles[code]) active.add(styles[code]);
  }
  return block;
}
