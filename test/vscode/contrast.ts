/** The least contrast in a picture of the mail flow, by the formula of WCAG 2: of its words, and of its lines. */
export interface Contrasts {
  readonly words: number;
  readonly lines: number;
}

/** What the functions below are made of: colours as they are seen, and how far they are apart. */
const colours = `
  const parts = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
    return { rgb: [red, green, blue], alpha };
  };
  /** What is seen of a colour on a ground. */
  const over = (colour, ground) => {
    const { rgb, alpha } = parts(colour);
    return rgb.map((value, index) => value * alpha + ground[index] * (1 - alpha));
  };
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const hidden = document.createElement("i");
  const isForced = matchMedia("(forced-colors: active)").matches;
  hidden.style.forcedColorAdjust = "none";
  hidden.style.color = isForced ? "Canvas" : "var(--vscode-editor-background)";
  document.body.append(hidden);
  const ground = over(getComputedStyle(hidden).color, [0, 0, 0]);
  hidden.remove();
`;

/** Runs in the page, which gives the result. */
export const contrastsInFlow = `(() => {
  ${colours}
  const words = [];
  const lines = [];
  for (const node of document.querySelectorAll(".node")) {
    const { fill, stroke } = getComputedStyle(node.querySelector("rect"));
    const box = over(fill, ground);
    lines.push(contrast(over(stroke, ground), ground));
    for (const text of node.querySelectorAll("text")) words.push(contrast(over(getComputedStyle(text).fill, box), box));
  }
  for (const edge of document.querySelectorAll(".edge"))
    lines.push(contrast(over(getComputedStyle(edge).stroke, ground), ground));
  for (const head of document.querySelectorAll("marker path"))
    lines.push(contrast(over(getComputedStyle(head).fill, ground), ground));
  return { words: Math.min(...words), lines: Math.min(...lines) };
})()`;

/** Runs in a page of text, which gives the least contrast of its words. */
export const contrastInText = `(() => {
  ${colours}
  const groundOf = (element) => element ? over(getComputedStyle(element).backgroundColor, groundOf(element.parentElement)) : ground;
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === "" || element.closest("script, style")) continue;
    const below = groundOf(element);
    words.push(contrast(over(getComputedStyle(element).color, below), below));
  }
  return Math.min(...words);
})()`;
