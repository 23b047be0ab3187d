/** What shows a picture of the mail flow on a page: how much of it, and from where. */
export interface PictureView {
  /** Of its own size; undefined for what fits. */
  readonly scale?: number | undefined;
  /** So many pixels to the left of what is seen. */
  readonly left?: number;
}

/** A picture on a page: buttons for its size, and a part of the page that scrolls if it is wider than the room. */
export const pictureHtml = (svg: string) => `<div class="sizes" role="group" aria-label="size of the picture">
<button type="button" data-key="-" aria-label="smaller">−</button>
<button type="button" data-key="+" aria-label="larger">+</button>
<button type="button" data-key="0" aria-label="the whole picture">Whole</button>
</div>
<div class="frame"><div class="picture" tabindex="0" role="region" aria-label="picture of the mail flow; plus and minus make it larger and smaller">
${svg}</div></div>`;

/** How it looks on a page that sets `--ground` and `--accent`: where it goes on, its edge is marked and fades. */
export const pictureStyle = [
  ".sizes{display:flex;gap:.4rem;margin-bottom:.4rem}",
  ".frame{position:relative}.picture{overflow-x:auto}.picture svg{display:block;max-width:none}",
  ".frame::before,.frame::after{position:absolute;inset-block:0;z-index:1;width:2.5rem;pointer-events:none}",
  '.frame.more-before::before{content:"";left:0;border-left:2px solid var(--accent);background:linear-gradient(to right,var(--ground),transparent)}',
  '.frame.more-after::after{content:"";right:0;border-right:2px solid var(--accent);background:linear-gradient(to left,var(--ground),transparent)}',
].join("");

/**
 * Makes the picture in `page`, which holds `pictureHtml`, as wide as there is
 * room while it can be read, lets buttons and keys change its size, and marks the
 * edges behind which it goes on. What is returned fits another picture in the
 * same place. Pages have it as text (`pictureScript`): it uses nothing from outside.
 */
export function fitPicture(page: object, view: PictureView = {}, keep?: (view: PictureView) => void): () => void {
  // Below this, as a part of its own size, the picture is hard to read: it is rather scrolled.
  const readable = 0.75;
  const step = 1.25;
  const largest = 2;
  const root = page as Part;
  const frame = root.querySelector(".frame");
  const region = root.querySelector(".picture");
  let scale = view.scale;

  const size = () => (region.querySelector("svg") as unknown as Svg).viewBox.baseVal;
  const whole = () => Math.min(1, region.clientWidth / size().width);
  const markEdges = () => {
    frame.classList.toggle("more-before", region.scrollLeft > 1);
    frame.classList.toggle("more-after", region.scrollLeft + region.clientWidth < region.scrollWidth - 1);
  };
  const fit = () => {
    if (region.clientWidth === 0) return;
    const part = scale ?? Math.max(readable, whole());
    const { width, height } = size();
    const svg = region.querySelector("svg");
    svg.setAttribute("width", String(Math.floor(width * part)));
    svg.setAttribute("height", String(Math.floor(height * part)));
    markEdges();
  };
  const resize = (key: string | null | undefined) => {
    const now = scale ?? Math.max(readable, whole());
    if (key === "+" || key === "=") scale = Math.min(largest, now * step);
    else if (key === "-") scale = Math.max(whole(), now / step);
    else if (key === "0") scale = whole();
    else return;
    fit();
    keep?.({ scale, left: region.scrollLeft });
  };

  region.addEventListener("scroll", () => {
    markEdges();
    keep?.({ scale, left: region.scrollLeft });
  });
  region.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
    if (!ctrlKey && !metaKey && !altKey) resize(key);
  });
  root.querySelector(".sizes").addEventListener("click", ({ target }) => {
    resize(target.closest("[data-key]")?.getAttribute("data-key"));
  });
  new ResizeObserver(fit).observe(region);
  fit();
  region.scrollLeft = view.left ?? 0;
  return fit;
}

/** The same for a page that loads no module: a piece of JavaScript that is a function. */
export const pictureScript = () => `(${fitPicture})`;

/** What it asks of a page, in a package that has none. */
interface Part {
  readonly clientWidth: number;
  readonly scrollWidth: number;
  scrollLeft: number;
  readonly classList: { toggle(name: string, isOn: boolean): void };
  querySelector(selector: string): Part;
  closest(selector: string): Part | null;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  addEventListener(type: string, listener: (event: PartEvent) => void): void;
}

interface PartEvent {
  readonly target: Part;
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

interface Svg {
  readonly viewBox: { readonly baseVal: { readonly width: number; readonly height: number } };
}

declare const ResizeObserver: new (changed: () => void) => { observe(part: Part): void };
