import { type Action, distinctSpans, lineColumn, lineStarts, type Span } from "@smtpdlint/grammar";
import { parseNetwork } from "@smtpdlint/model";
import {
  type Actual,
  type DiffGap,
  type Fate,
  type MessageDifference,
  type MessageKind,
  type RuleOutcome as Outcome,
  type PolicyDiff,
  type Sides,
  type Smtpd,
  type StructuralDifference,
  textAt,
  type Witness,
} from "@smtpdlint/policy";
import { quoted } from "../policy-tests/quoted.ts";
import { conditionsText, outcomeWords } from "../policy-tests/words.ts";
import type { DescribedDiff, DescribedDifference, DescribedPlace, DescribedSide } from "./described.ts";
import { withDetail } from "./detail.ts";
import { type ExpectedDifference, isExpected } from "./expected.ts";
import { listed, listenerText, whoTexts } from "./who.ts";

/** What the two sides are called, and what is taken to be the same on both. */
export interface SideNames {
  readonly old: string;
  readonly new: string;
  readonly same: string;
}

/** Of a change. */
const beforeAndAfter: SideNames = { old: "the old configuration", new: "the new configuration", same: "unchanged" };

/** What `diffPolicies` has found, in words. */
export function describeDiff(
  diff: PolicyDiff,
  expected: readonly ExpectedDifference[] = [],
  names: SideNames = beforeAndAfter,
): DescribedDiff {
  const { sides, messages, structure, gaps, assumed } = diff;
  const differences = [
    ...messages.map((difference) => ({
      ...describeMessages(difference, sides),
      isExpected: isExpected(difference, expected, sides),
    })),
    ...structure.map((difference) => describeStructure(difference, sides)),
  ];
  const result = differences.length > 0 ? "different" : gaps.length > 0 ? "not proved" : "equal";
  const programs = programsOf(sides.current.smtpd);
  return {
    result,
    differences,
    unproved: gaps.map((gap) => gapText(gap, sides, names)),
    assumptions: [
      ...assumed.map((table) =>
        /^(?:file|db):|^[^:]*$/.test(table)
          ? `${names.same}: ${table}`
          : `${names.same}, and always answering: ${table}`,
      ),
      ...programs.map((name) => `the filter ${name} does the same`),
      ...(dependsOnAddresses(sides)
        ? ["the machine has no addresses but 127.0.0.1, ::1 and those that a listener names"]
        : []),
    ],
  };
}

/** True if rules name both this machine and networks, in which it may have an address that nobody has told. */
function dependsOnAddresses({ old, current }: Sides): boolean {
  const policies = [old, current].map(({ smtpd }) => smtpd.policy);
  const isOpen = policies.some(({ entryPoints }) =>
    entryPoints.some(({ listener, reach }) => {
      const name = listener?.interface?.value ?? "";
      return reach === "outside" && (["0.0.0.0", "::"].includes(name) || !parseNetwork(name));
    }),
  );
  const tables = policies.flatMap(({ ruleset }) =>
    ruleset.flatMap(({ from }) => (from.kind === "address" ? [from.condition.table] : [])),
  );
  const namesNetworks = tables.some(
    ({ identity, blocks }) => identity !== "<localhost>" && blocks.some(({ length }) => length > 0),
  );
  return isOpen && namesNetworks && tables.some(({ identity }) => identity === "<localhost>");
}

const programsOf = ({ policy }: Smtpd): string[] => {
  const filters = policy.model.listeners.flatMap((listener) => policy.filtersOf(listener));
  return [...new Set(filters.flatMap(({ phase, name }) => (phase || !name ? [] : [name.value])))];
};

// ---- messages

function describeMessages(
  { kind, group, keys, witness, isByRelease }: MessageDifference,
  sides: Sides,
): Omit<DescribedDifference, "isExpected"> {
  const [before, after] = [sides.outcomes.at(group.old), sides.outcomes.at(group.new)];
  const suffix = keys ? ` (what comes to ${listed(keys)} in its tables)` : "";
  const one = sideOf(before, before.actions.old, witness?.old, sides.old.smtpd);
  const other = sideOf(after, after.actions.new, witness?.new, sides.current.smtpd);
  const isToldApart = withoutNames(one.outcome) !== withoutNames(other.outcome);
  return {
    kind,
    title: isByRelease ? "the release does it differently" : titleFor(kind, before, after),
    who: isByRelease ? [] : whoTexts(group.boxes, sides).map((text) => `${text}${suffix}`),
    witness: witness && messageText(witness, sides),
    when: witness?.when ?? [],
    ...(isToldApart
      ? { old: one, new: other }
      : isByRelease
        ? withDetail(one, other, witness)
        : {
            old: withAction(one, actionOf(witness?.old, sides.old.smtpd) ?? before.actions.old, sides.old.smtpd),
            new: withAction(
              other,
              actionOf(witness?.new, sides.current.smtpd) ?? after.actions.new,
              sides.current.smtpd,
            ),
          }),
  };
}

/** What an action is called, and which rule it is, makes no difference. */
const withoutNames = (outcome: string) => outcome.replace(/ action (?:"[^"]*"|\S+)| rule \d+/g, "");

function titleFor(kind: MessageKind, before: Outcome, after: Outcome): string {
  if (before.kind !== after.kind) return `${wordFor(before)} → ${wordFor(after)}`;
  // Of aliases some lead nowhere.
  if (kind === "lost") return `${wordFor(before)} → refused`;
  return kind === "new-accept" ? `refused → ${wordFor(after)}` : `${wordFor(after)}, but differently`;
}

const words: Readonly<Record<Outcome["kind"], string>> = {
  refused: "refused",
  deferred: "refused for now",
  relayed: "relayed",
  local: "delivered here",
  "no way in": "no listener",
  "no login": "no login possible",
  "needs login": "login needed",
};

const wordFor = ({ kind }: Outcome): string => words[kind];

function sideOf({ kind }: Outcome, action: Action | undefined, fate: Fate | undefined, smtpd: Smtpd): DescribedSide {
  if (!fate) {
    return { outcome: words[kind], places: action ? [placeAt(action.span, smtpd)] : [] };
  }
  if (fate.kind === "no way in") return { outcome: "no listener", places: [] };
  const { actuals } = fate;
  if (fate.ruling) {
    const { match } = fate.ruling;
    const taken = smtpd.policy.model.symbols.actionOf(match);
    return {
      outcome: `action ${quoted(match.action?.value ?? "")} rule ${smtpd.numberOf(fate.ruling)}, and what its tables make of it`,
      // Of the old language a rule and its action are one statement.
      places: distinctSpans([match.span, ...(taken ? [taken.span] : [])]).map((span) => placeAt(span, smtpd)),
    };
  }
  const spans = distinctSpans(actuals.flatMap((actual) => spansOf(actual, smtpd)));
  return {
    outcome: outcomeWords(actuals, (rule) => smtpd.numberOf(rule)).withRules,
    places: spans.map((span) => placeAt(span, smtpd)),
  };
}

/** What the rule that takes a message does with it; undefined if that is not one action. */
function actionOf(fate: Fate | undefined, { policy }: Smtpd): Action | undefined {
  if (fate?.kind !== "traced") return undefined;
  const rules = fate.actuals.flatMap((actual) => ("rule" in actual && actual.rule ? [actual.rule] : []));
  const [rule, more] = new Set(fate.ruling ? [fate.ruling] : rules);
  return rule && !more ? policy.model.symbols.actionOf(rule.match) : undefined;
}

/** A side with the text of its action, where the words of a test do not tell it from the other. */
function withAction(side: DescribedSide, action: Action | undefined, { policy }: Smtpd): DescribedSide {
  return action ? { ...side, outcome: `${side.outcome}: ${textAt(action.span, policy.model)}` } : side;
}

/** The rule that decides, the action, and the filter. */
function spansOf(actual: Actual, { policy }: Smtpd): Span[] {
  if (!("rule" in actual)) return [];
  const { rule, filter } = actual;
  const action = rule && "delivered" in actual ? policy.model.symbols.actionOf(rule.match) : undefined;
  return [rule?.match, action, filter].flatMap((statement) => (statement ? [statement.span] : []));
}

function placeAt(span: Span, { policy }: Smtpd): DescribedPlace {
  const file = policy.model.sources.files[span.file];
  const { line } = lineColumn(lineStarts(file?.text ?? ""), span.start);
  return { path: file?.path ?? "", line, text: textAt(span, policy.model) };
}

/** A message as the conditions of a test, of the new side if it comes in there. */
function messageText({ old, new: current }: Witness, sides: Sides): string {
  const [fate, side] = current.kind === "traced" ? [current, sides.current] : [old, sides.old];
  return fate.kind === "traced" ? conditionsText(fate.scenario, side.smtpd) : "";
}

// ---- the rest

function describeStructure(difference: StructuralDifference, sides: Sides): DescribedDifference {
  const { kind, what, way, old, new: current } = difference;
  const point = way === undefined ? undefined : (sides.ways[way]?.new ?? sides.ways[way]?.old);
  const side = (written: StructuralDifference["old"], smtpd: Smtpd): DescribedSide => ({
    outcome: written?.text ?? (kind === "setting" ? "(default)" : "(none)"),
    places: written?.span ? [placeAt(written.span, smtpd)] : [],
  });
  return {
    kind,
    title:
      kind === "setting"
        ? what
        : what === "socket"
          ? "listen on socket"
          : `${what} of ${listenerText(point?.listener)}`,
    who: point ? [`by ${listenerText(point.listener)}`] : [],
    witness: undefined,
    when: [],
    old: side(old, sides.old.smtpd),
    new: side(current, sides.current.smtpd),
    isExpected: false,
  };
}

/** So many sets of messages are described of one kind. */
const mostSets = 4;

function gapText(gap: DiffGap, sides: Sides, names: SideNames): string {
  switch (gap.kind) {
    case "incomplete":
      return `a part of ${names[gap.side]} was not read`;
    case "template":
      return `${names[gap.side]} is a template: what it will hold is not known`;
    case "too many":
      return "the conditions make more kinds of messages than were looked at";
    case "releases":
      return "the releases may differ in more than is compared: match rules, and some messages for each action";
    case "delimiter":
      return "what separates a tag from a user (smtp sub-addr-delim) differs";
    case "no witness": {
      const [before, after] = [sides.outcomes.at(gap.group.old), sides.outcomes.at(gap.group.new)];
      const who = whoTexts(gap.group.boxes, sides);
      const shown = who.length > mostSets ? [...who.slice(0, mostSets), `${who.length - mostSets} more sets`] : who;
      return `no message was found that shows ${wordFor(before)} → ${wordFor(after)}: ${shown.join("; or ")}`;
    }
  }
}
