/** A list of tabs, of which one is chosen, by a click or the keys that everybody knows from other tabs. */
export class Tabs {
  constructor(
    private readonly list: HTMLElement,
    private readonly chosen: (name: string) => void,
  ) {
    list.addEventListener("click", ({ target }) => {
      const tab = (target as Element).closest<HTMLElement>("[role=tab]");
      if (tab) this.choose(tab.dataset.name ?? "");
    });
    list.addEventListener("keydown", (event) => {
      const tabs = this.tabs();
      const at = tabs.indexOf(document.activeElement as HTMLElement);
      const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
      if (at === -1 || next === undefined) return;
      event.preventDefault();
      const tab = tabs.at(next % tabs.length);
      this.choose(tab?.dataset.name ?? "");
      this.tab(tab?.dataset.name ?? "")?.focus();
    });
  }

  /** Shows a tab as the chosen one, and says so. */
  choose(name: string): void {
    for (const tab of this.tabs()) {
      const isChosen = tab.dataset.name === name;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    this.chosen(name);
  }

  tab(name: string): HTMLElement | undefined {
    return this.tabs().find((tab) => tab.dataset.name === name);
  }

  private tabs(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role=tab]")];
  }
}
