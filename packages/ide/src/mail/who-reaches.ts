import { type Action, type Filter, isSameSpan, type Listen, type Match, type Statement } from "@smtpdlint/grammar";
import { type MailWays, type Neighbour, senderWords } from "@smtpdlint/lint";
import { alternatives, conjunction, count, type Model, optionOf, quote, tableUses } from "@smtpdlint/model";
import { textAt } from "@smtpdlint/policy";
import type { MailAnswer, MailLine, MailText } from "./mail-answer.ts";
import type { MailSubject } from "./mail-subject.ts";

/** Who sends mail by something, and what comes next; undefined if nothing is to be said of it. */
export function whoReaches(subject: MailSubject, ways: MailWays): MailAnswer | undefined {
  if (subject.kind === "table") return readersOf(subject.name, ways);
  const { statement } = subject;
  switch (statement.kind) {
    case "match":
      return ofRule(statement, ways);
    case "action":
      return ofAction(statement, ways);
    case "filter":
      return ofFilter(statement, ways);
    case "listen":
      return ofListener(statement, ways);
  }
}

// ---- match rules

const notAll: MailLine = { words: "there are more kinds of messages than were looked at" };

function ofRule(match: Match, ways: MailWays): MailAnswer | undefined {
  const rule = ways.ruleOf(match);
  if (!rule) return undefined;
  const name = `rule ${ways.smtpd.numberOf(rule)}`;
  const who = ways.messagesTo(rule);
  if (who.length > 0) {
    const [message, outcome] = ways.exampleFor(rule)?.split(" => ") ?? [];
    return withGist({
      title: { words: `${name} matches mail` },
      lines: [
        ...who.map((code, index) => (index === 0 ? { code } : { words: "and", code })),
        ...(message === undefined ? [] : [{ words: "for example", code: message }]),
        ...(outcome === undefined ? [] : [{ ...becomes(outcome), isDetail: true }]),
        ...(ways.isComplete ? [] : [notAll]),
      ],
    });
  }
  if (!ways.isComplete) return { title: { words: `${name}: it is not known who sends mail here` }, lines: [notAll] };
  const covering = ways.coveringRules(rule).map((before) => ({
    words: "matched before by",
    code: textOf(before, ways),
    at: before.span,
  }));
  const none = { words: "rules before it match all such mail, or no listener lets it in" };
  return withGist({ title: { words: `${name} matches no mail` }, lines: covering.length > 0 ? covering : [none] });
}

/** An answer whose first line matters most. */
const withGist = (answer: MailAnswer): MailAnswer => ({ ...answer, gist: answer.lines[0] });

/** A test says `maybe` where it depends on what is not known. */
const becomes = (outcome: string): MailText =>
  /^\s*maybe /.test(outcome)
    ? { words: "may become", code: outcome.trim().slice("maybe ".length) }
    : { words: "becomes", code: outcome.trim() };

const textOf = ({ span }: Statement, { smtpd }: MailWays) => textAt(span, smtpd.policy.model);

// ---- actions

function ofAction(action: Action, ways: MailWays): MailAnswer {
  const { ruleset, policy } = ways.smtpd;
  const name = action.name?.value ?? "";
  const rules = ruleset.filter(({ match }) => {
    const own = policy.model.symbols.actionOf(match);
    return own !== undefined && isSameSpan(own.span, action.span);
  });
  const lines = rules.flatMap((rule): MailLine[] => {
    const who = ways.messagesTo(rule);
    if (who.length === 0) return [];
    const words = `by rule ${ways.smtpd.numberOf(rule)}`;
    return [{ words, at: rule.match.span }, ...who.map((code) => ({ code, isDetail: true }))];
  });
  const next = ways.nodesOf(action).flatMap((node) => ways.destinationsOf(node));
  const after = next.map((code): MailLine => ({ words: "then to", code }));
  if (lines.length > 0) {
    const by = conjunction(lines.flatMap(({ words, isDetail }) => (isDetail ? [] : (words ?? []))));
    const [code, more] = next;
    const words = more === undefined ? `${by}, then to` : `${by}, then to ${count(next.length, "place")}`;
    const gist = code === undefined ? { words: by } : { words, ...(more === undefined && { code }) };
    return {
      title: { words: `action ${quote(name)} gets mail` },
      gist,
      lines: [...lines, ...after],
    };
  }
  if (!ways.isComplete)
    return { title: { words: `action ${quote(name)}: it is not known who sends mail here` }, lines: [notAll] };
  const none = { words: rules.length === 0 ? "no match rule names it" : "no mail comes to the rules that name it" };
  return withGist({ title: { words: `action ${quote(name)} gets no mail` }, lines: [none] });
}

// ---- listeners and their filters

function ofListener(listener: Listen, ways: MailWays): MailAnswer {
  const nodes = ways.nodesOf(listener).filter(({ column }) => column === "entry");
  const next = nodes.flatMap((node) => ways.after(node));
  const filters = next.filter(({ node }) => node.column === "filters");
  const rules = [...next, ...filters.flatMap(({ node }) => ways.after(node))].filter(
    ({ node }) => node.column === "rule",
  );
  const asked = ways.smtpd.policy.filtersOf(listener);
  const stations = [
    ...asked.map((filter) => `filter ${quote(filter.name?.value ?? "")}`),
    rules.length === 0
      ? "no rule matches it"
      : alternatives([...new Set(rules.map(({ node }) => node.lines[0] ?? ""))]),
  ];
  return {
    title: { words: `mail comes in by ${listener.socket ? "the socket" : (nodes[0]?.lines[0] ?? "this listener")}` },
    gist: { words: stations.join(", then ") },
    lines: [
      ...asked.map((filter) => ({ words: `asked first: filter ${quote(filter.name?.value ?? "")}`, at: filter.span })),
      ...rules.map(ofNeighbour),
      ...(nodes.some((node) => ways.mayBeUntaken(node)) ? [{ words: "what no rule matches is refused" }] : []),
      ...(rules.length === 0 ? [{ words: "no rule matches its mail" }] : []),
    ],
  };
}

/** `rule 2 matches mail from users who log in` */
const ofNeighbour = ({ node, sender }: Neighbour): MailLine => ({
  words: `${node.lines[0]} matches mail from ${senderWords[sender].text}`,
  at: node.place?.span,
});

function ofFilter(filter: Filter, ways: MailWays): MailAnswer {
  const { model } = ways.smtpd.policy;
  const name = quote(filter.name?.value ?? "");
  const asking = model.config.statements.filter(
    (user) => (user.kind === "listen" || user.kind === "action") && asks(user, filter, model),
  );
  const lines = asking.flatMap((user): MailLine[] => {
    if (user.kind === "action") return [{ words: `by ${describedAs(user)}, about what it relays`, at: user.span }];
    const entries = ways.nodesOf(user).filter(({ column }) => column === "entry");
    return entries.map((node) => {
      const [sender] = ways.after(node).map((next) => `, about mail from ${senderWords[next.sender].text}`);
      return { words: `by ${node.lines[0]}${sender ?? ""}`, at: user.span };
    });
  });
  if (lines.length > 0) return withGist({ title: { words: `filter ${name} is asked` }, lines });
  return withGist({ title: { words: `filter ${name} is not asked` }, lines: [{ words: "no listener names it" }] });
}

/** True if a listener, a relay or a chain leads to a filter. */
export function asks(user: Statement, filter: Filter, model: Model, seen = new Set<Statement>()): boolean {
  if (seen.has(user)) return false;
  seen.add(user);
  const value = user.kind === "listen" || user.kind === "action" ? optionOf(user, "filter")?.value : undefined;
  const chain = user.kind === "filter" ? user.chain : value?.kind === "chain" ? value : undefined;
  const names = value?.kind === "text" ? [value] : (chain?.filters ?? []);
  return names.some(({ value: name }) => {
    const named = model.symbols.filterBefore(name, user);
    return named !== undefined && (isSameSpan(named.span, filter.span) || asks(named, filter, model, seen));
  });
}

// ---- tables

/** Who reads a table, and as what: `alias of action "local"`. */
function readersOf(name: string, { smtpd }: MailWays): MailAnswer | undefined {
  const { config, target } = smtpd.policy.model;
  const lines = config.statements.flatMap((statement) =>
    tableUses(statement, target).flatMap(({ place, table }): MailLine[] => {
      if (table.kind !== "table-reference" || table.name?.value.toLowerCase() !== name.toLowerCase()) return [];
      return [{ words: `as ${quote(place)} of ${describedAs(statement)}`, at: statement.span }];
    }),
  );
  return lines.length === 0 ? undefined : withGist({ title: { words: `table <${name}> is read` }, lines });
}

function describedAs(statement: Statement): string {
  if (statement.kind === "action") return `action ${quote(statement.name?.value ?? "")}`;
  if (statement.kind === "filter") return `filter ${quote(statement.name?.value ?? "")}`;
  return statement.kind === "listen" ? "a listener" : "a match rule";
}
