import { type Action, originOf, partIn, type Span, type TableExpression, type Text } from "@smtpdlint/grammar";
import {
  entriesOf,
  inlineInfo,
  oncePer,
  parseRelayUrl,
  type RelayUrl,
  type RelayUrlError,
  type TableInfo,
  type Tables,
} from "@smtpdlint/model";

/** A relay that an action names, in `host` or in a table of it. */
export interface RelayHost {
  readonly action: Action;
  readonly text: string;
  readonly span: Span;
  /** Where it is written, if that is in the configuration. */
  readonly node: Text | undefined;
  readonly url: RelayUrl | RelayUrlError;
}

/** For `Policy.relayHosts`. */
export const relayHosts = (action: Action, tables: Pick<Tables, "of">): readonly RelayHost[] =>
  writtenRelayHosts(action) ?? hostsIn(action, (table) => tables.of(table));

/** The relays that an action names itself; undefined if some are in a table elsewhere. */
export function writtenRelayHosts(action: Action): readonly RelayHost[] | undefined {
  const origin = originOf(action);
  const hosts = hostsAsRead(origin);
  return origin === action ? hosts : hosts?.map((host) => new MovedHost(host, action));
}

const hostsAsRead = oncePer((action: Action): readonly RelayHost[] | undefined => {
  let isWritten = true;
  const hosts = hostsIn(action, (table) => {
    if (table.kind !== "table-reference") return inlineInfo(table);
    isWritten = false;
    return undefined;
  });
  return isWritten ? hosts : undefined;
});

/** A relay of an action that has moved since it was read; few are asked where they stand. */
class MovedHost implements RelayHost {
  readonly text: string;
  readonly url: RelayUrl | RelayUrlError;

  constructor(
    private readonly asRead: RelayHost,
    readonly action: Action,
  ) {
    this.text = asRead.text;
    this.url = asRead.url;
  }

  get span(): Span {
    return partIn(this.action, this.asRead.span);
  }

  get node(): Text | undefined {
    return this.asRead.node && partIn(this.action, this.asRead.node);
  }
}

function hostsIn(action: Action, infoOf: (table: TableExpression) => TableInfo | undefined): RelayHost[] {
  const hosts: RelayHost[] = [];
  if (action.broken) return hosts;
  for (const { keyword, value: table } of action.options) {
    const isHost = keyword.word === "host";
    if (!isHost && keyword.word !== "domain") continue;
    if (table?.kind !== "table-reference" && table?.kind !== "inline-table" && table?.kind !== "single-value") continue;
    const info = infoOf(table);
    if (!info) continue;
    const nodes = new Map<Span, Text>();
    for (const { key, value } of info.entries ?? []) {
      const node = isHost ? key : value;
      if (node) nodes.set(node.span, node);
    }
    for (const entry of entriesOf(info)) {
      // `domain` has the relays as values of a mapping.
      const text = isHost ? entry.key : entry.value;
      const span = isHost ? entry.span : entry.valueSpan;
      if (text === undefined || !span || isPlaceholder(text)) continue;
      hosts.push({ action, text, span, node: nodes.get(span), url: parseRelayUrl(text) });
    }
  }
  return hosts;
}

/** What a program is to replace; and a macro that was never expanded has a rule of its own. */
const isPlaceholder = (text: string) => /\{\{|<%|\$|%\{|__|@[A-Z_]+@/.test(text);

export const isError = (url: RelayUrl | RelayUrlError): url is RelayUrlError => "reason" in url;
