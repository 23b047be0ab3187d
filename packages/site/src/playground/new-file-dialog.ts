import type { LSPClient } from "@codemirror/lsp-client";
import { byId, h } from "./dom.ts";
import { nameOf, nameOfUri, uriOf } from "./files.ts";

/** Asks for the name of a new file, and offers those that the configuration reads and nobody has added yet. */
export class NewFileDialog {
  private readonly dialog = byId<HTMLDialogElement>("new-file");
  private readonly input = byId<HTMLInputElement>("new-file-name");
  private readonly named = byId("new-file-named");

  /** `main` is the configuration; `add` gets the name that is chosen, which may be that of a file that is there. */
  constructor(
    private readonly client: LSPClient,
    private readonly main: string,
    private readonly isThere: (name: string) => boolean,
    add: (name: string) => void,
  ) {
    byId("add").addEventListener("click", () => void this.open());
    this.dialog.addEventListener("close", () => {
      const name = nameOf(this.input.value.trim());
      if (this.dialog.returnValue === "add" && name !== "") add(name);
    });
  }

  private async open(): Promise<void> {
    this.input.value = "";
    // What was chosen the last time is no answer if this time nothing is.
    this.dialog.returnValue = "";
    this.named.replaceChildren();
    this.dialog.showModal();
    const chips = (await this.missing()).map((name) => {
      const choose = () => {
        this.input.value = name;
        this.dialog.close("add");
      };
      return h("li", {}, h("button", { type: "button", class: "chip", onclick: choose }, name));
    });
    if (chips.length === 0) return;
    this.named.replaceChildren(h("p", {}, "The configuration reads:"), h("ul", { class: "chips" }, ...chips));
  }

  /** The files that the configuration names and that are not there. */
  private async missing(): Promise<readonly string[]> {
    this.client.sync();
    const params = { textDocument: { uri: uriOf(this.main) } };
    const links = await this.client
      .request<object, readonly { target?: string }[] | null>("textDocument/documentLink", params)
      // A name can be typed.
      .catch(() => null);
    const names = (links ?? []).flatMap(({ target }) => (target?.startsWith("file:") ? nameOfUri(target) : []));
    return [...new Set(names)].filter((name) => !this.isThere(name));
  }
}
