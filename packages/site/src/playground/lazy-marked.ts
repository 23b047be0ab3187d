import type { MarkedExtension, Marked as Real } from "marked";

/**
 * What the LSP client takes for `marked`: the library arrives a little after the
 * page, since nobody reads help before there is a text. Until then text is text.
 */
export class Marked {
  private real: Real | undefined;

  constructor(options: MarkedExtension) {
    void import("marked").then((library) => {
      this.real = new library.Marked(options);
    });
  }

  parse(text: string, options: { async: false }): string {
    return this.real?.parse(text, options) ?? text.replace(/[&<]/g, (found) => (found === "&" ? "&amp;" : "&lt;"));
  }
}
