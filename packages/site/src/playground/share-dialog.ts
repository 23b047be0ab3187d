import { byId, h } from "./dom.ts";
import { secretsIn, withoutSecrets } from "./secrets.ts";
import { encodeProject, type Project } from "./share.ts";

/** Shows a link to what is in the playground, and warns of secrets in it. */
export class ShareDialog {
  private readonly dialog = byId<HTMLDialogElement>("share-dialog");
  private readonly link = byId<HTMLInputElement>("share-link");

  constructor(
    private readonly project: () => Project,
    /** Puts other texts into the files. */
    private readonly replace: (files: Project["files"]) => void,
  ) {
    byId("share-copy").addEventListener("click", async () => {
      this.link.select();
      await navigator.clipboard.writeText(this.link.value);
      byId("share-status").textContent = "Copied.";
    });
  }

  async open(): Promise<void> {
    await this.fill();
    if (!this.dialog.open) this.dialog.showModal();
  }

  private async fill(): Promise<void> {
    const project = this.project();
    const texts: Readonly<Record<string, string>> = {
      ...project.files,
      ...(project.old && { "the old smtpd.conf": project.old }),
      ...(project.legacy && { "the file from before 6.4": project.legacy }),
    };
    const secrets = Object.entries(texts).flatMap(([name, text]) =>
      secretsIn(text).map(({ kind, line }) => `${kind} in ${name}, line ${line}`),
    );
    byId("share-status").textContent = "";
    const warning = byId("share-secrets");
    const hasSecrets = secrets.length > 0;
    warning.hidden = !hasSecrets;
    // First the question, then the link.
    byId("share-ready").hidden = hasSecrets;
    this.link.value = await this.url(project);
    const hide = async () => {
      this.replace(
        Object.fromEntries(Object.entries(project.files).map(([name, text]) => [name, withoutSecrets(text)])),
      );
      const { old, legacy, ...rest } = this.project();
      this.link.value = await this.url({
        ...rest,
        ...(old !== undefined && { old: withoutSecrets(old) }),
        ...(legacy !== undefined && { legacy: withoutSecrets(legacy) }),
      });
      warning.hidden = true;
      byId("share-ready").hidden = false;
    };
    const keep = () => {
      warning.hidden = true;
      byId("share-ready").hidden = false;
    };
    warning.replaceChildren(
      h("p", {}, h("strong", {}, "The link would hold secrets:")),
      h("ul", {}, ...[...new Set(secrets)].map((text) => h("li", {}, text))),
      h(
        "p",
        { class: "actions" },
        h("button", { type: "button", class: "fix", onclick: hide }, "Replace them by asterisks"),
        h("button", { type: "button", class: "quiet", onclick: keep }, "Share them all the same"),
      ),
    );
  }

  private async url(project: Project): Promise<string> {
    return `${location.href.replace(/#.*$/s, "")}#${await encodeProject(project)}`;
  }
}
