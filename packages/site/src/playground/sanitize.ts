const allowed = new Set(
  "A B BR CODE DIV EM H1 H2 H3 H4 HR LI OL P PRE SPAN STRONG TABLE TBODY TD TH THEAD TR UL".split(" "),
);

/** HTML of the server's help with nothing in it that does something but links: the texts may be somebody else's. */
export function sanitized(html: string): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const element of [...page.body.querySelectorAll("*")]) {
    if (!allowed.has(element.tagName)) {
      element.replaceWith(element.textContent ?? "");
      continue;
    }
    for (const { name, value } of [...element.attributes]) {
      const stays = name === "class" || (name === "href" && /^https:/.test(value));
      if (!stays) element.removeAttribute(name);
    }
    if (element.tagName === "A") element.setAttribute("rel", "noreferrer");
  }
  return page.body.innerHTML;
}
