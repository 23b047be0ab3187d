import { type Action, type Chain, type Filter, type Listen, originOf, type Statement } from "@smtpdlint/grammar";
import { optionOf, type Symbols } from "@smtpdlint/model";

/** The filters that listeners and relays ask. What uses the same chain has the same list. */
export class FilterLists {
  private readonly chains = new Map<Filter, readonly Filter[]>();
  private readonly lists = new Map<Listen | Action, readonly Filter[]>();

  constructor(private readonly symbols: Pick<Symbols, "filterBefore">) {}

  /**
   * The filters of a listener or a relay, chains taken apart, in the order in
   * which they are asked; each once, since smtpd refuses one that stands twice.
   */
  of(user: Listen | Action): readonly Filter[] {
    let filters = this.lists.get(user);
    if (!filters) {
      filters = this.askedBy(user);
      this.lists.set(user, filters);
    }
    return filters;
  }

  private askedBy(user: Listen | Action): readonly Filter[] {
    const value = optionOf(originOf(user), "filter")?.value;
    if (value?.kind === "text") {
      const filter = this.symbols.filterBefore(value.value, user);
      return filter ? this.in(filter) : [];
    }
    const found = value?.kind === "chain" ? this.named(value, user) : [];
    return [...new Set(found.flatMap((filter) => this.in(filter)))];
  }

  /** A filter, or the filters of a chain in its place. */
  private in(filter: Filter): readonly Filter[] {
    let filters = this.chains.get(filter);
    if (!filters) {
      const { chain } = originOf(filter);
      filters = chain ? this.named(chain, filter) : [filter];
      this.chains.set(filter, filters);
    }
    return filters;
  }

  /** The filters that a chain names in a statement, wherever that has moved to. */
  private named({ filters }: Chain, user: Statement): readonly Filter[] {
    return [...new Set(filters.flatMap(({ value }) => this.symbols.filterBefore(value, user) ?? []))];
  }
}
