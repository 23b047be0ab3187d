import { fitPicture, pictureHtml, pictureStyle } from "@smtpdlint/lint/picture";
import type { GraphAnswer } from "../engine/requests.ts";
import { h } from "./dom.ts";
import type { GoTo } from "./views.ts";

/** The picture of the mail flow, in which boxes lead to the editor. */
export class Picture {
  readonly element: HTMLElement;
  private readonly gaps = h("div", {});
  private readonly shown = h("div", {});
  private readonly region: HTMLElement;
  private fit: (() => void) | undefined;

  constructor(private readonly goTo: GoTo) {
    this.shown.innerHTML = pictureHtml("");
    this.region = this.shown.querySelector<HTMLElement>(".picture") as HTMLElement;
    for (const button of this.shown.querySelectorAll("button")) button.classList.add("quiet");
    this.element = h("div", {}, h("style", {}, pictureStyle), this.gaps, this.shown);
  }

  show({ svg, gaps }: GraphAnswer): void {
    this.gaps.replaceChildren(...gaps.map((gap) => h("p", { class: "help" }, gap)));
    // The engine has escaped what is in it.
    this.region.innerHTML = svg;
    // Of an image nothing can be chosen.
    this.region.querySelector("svg")?.setAttribute("role", "group");
    for (const node of this.region.querySelectorAll<SVGGElement>(".node[data-line]")) {
      const open = () => this.goTo("smtpd.conf", Number(node.dataset.line));
      node.setAttribute("tabindex", "0");
      node.setAttribute("role", "link");
      node.addEventListener("click", open);
      node.addEventListener("keydown", ({ key }) => key === "Enter" && open());
    }
    if (this.fit) this.fit();
    else this.fit = fitPicture(this.shown);
  }
}
