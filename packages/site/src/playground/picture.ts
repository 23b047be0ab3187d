import type { GraphAnswer } from "../engine/requests.ts";
import { h } from "./dom.ts";
import type { GoTo } from "./views.ts";

/** Below this, as a part of its own size, the picture is hard to read: it is rather scrolled. */
const readable = 0.75;
/** A click makes it larger or smaller by this. */
const step = 1.25;
const largest = 2;

/**
 * The picture of the mail flow, in which boxes lead to the editor. It is as wide
 * as there is room while it can be read, and can be made larger and smaller; what
 * stands beside the visible part is announced at its edges.
 */
export class Picture {
  readonly element: HTMLElement;
  private readonly gaps = h("div", {});
  private readonly region = h("div", {
    class: "picture",
    tabindex: "0",
    role: "region",
    "aria-label": "picture of the mail flow; plus and minus make it larger and smaller",
  });
  private readonly frame = h("div", { class: "frame" }, this.region);
  /** What somebody has chosen; undefined for what fits. */
  private scale: number | undefined;

  constructor(private readonly goTo: GoTo) {
    const button = (label: string, text: string, key: string) =>
      h("button", { type: "button", class: "quiet", "aria-label": label, onclick: () => this.resize(key) }, text);
    const sizes = h(
      "div",
      { class: "sizes", role: "group", "aria-label": "size of the picture" },
      button("smaller", "−", "-"),
      button("larger", "+", "+"),
      button("the whole picture", "Whole", "0"),
    );
    this.element = h("div", {}, this.gaps, sizes, this.frame);
    this.region.addEventListener("scroll", () => this.markEdges());
    this.region.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
      if (!ctrlKey && !metaKey) this.resize(key);
    });
    new ResizeObserver(() => this.fit()).observe(this.region);
  }

  show({ svg, gaps }: GraphAnswer): void {
    this.gaps.replaceChildren(...gaps.map((gap) => h("p", { class: "help" }, gap)));
    // The engine has escaped what is in it.
    this.region.innerHTML = svg;
    // Of an image nothing can be chosen.
    this.svg.setAttribute("role", "group");
    for (const node of this.region.querySelectorAll<SVGGElement>(".node[data-line]")) {
      const open = () => this.goTo("smtpd.conf", Number(node.dataset.line));
      node.setAttribute("tabindex", "0");
      node.setAttribute("role", "link");
      node.addEventListener("click", open);
      node.addEventListener("keydown", ({ key }) => key === "Enter" && open());
    }
    this.fit();
  }

  private get svg(): SVGSVGElement {
    return this.region.querySelector("svg") as SVGSVGElement;
  }

  /** So large the picture is if all of it is to be seen. */
  private get whole(): number {
    return Math.min(1, this.region.clientWidth / this.svg.viewBox.baseVal.width);
  }

  private resize(key: string): void {
    const now = this.scale ?? Math.max(readable, this.whole);
    if (key === "+" || key === "=") this.scale = Math.min(largest, now * step);
    else if (key === "-") this.scale = Math.max(this.whole, now / step);
    else if (key === "0") this.scale = this.whole;
    else return;
    this.fit();
  }

  private fit(): void {
    if (this.region.clientWidth === 0) return;
    const { width, height } = this.svg.viewBox.baseVal;
    const scale = this.scale ?? Math.max(readable, this.whole);
    this.svg.setAttribute("width", String(Math.floor(width * scale)));
    this.svg.setAttribute("height", String(Math.floor(height * scale)));
    this.markEdges();
  }

  private markEdges(): void {
    const { scrollLeft, scrollWidth, clientWidth } = this.region;
    this.frame.classList.toggle("more-before", scrollLeft > 1);
    this.frame.classList.toggle("more-after", scrollLeft + clientWidth < scrollWidth - 1);
  }
}
