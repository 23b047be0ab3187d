import { toJson } from "../reporters/to-json.ts";
import { assumptionText } from "../trace/words.ts";
import { prettyDiff } from "./pretty.ts";
import type { DiffReporter } from "./report.ts";

/** See `schema/diff.schema.json`. */
const json: DiffReporter = ({ result, differences, unexpected, unproved, assumptions }) =>
  toJson({
    version: 1,
    result,
    differences: differences.map((difference) => {
      const { kind, title, who, witness, when, old, new: current } = difference;
      return {
        kind,
        title,
        who,
        expected: !unexpected.includes(difference),
        witness: witness ?? null,
        when: when.map(assumptionText),
        old,
        new: current,
      };
    }),
    notProved: unproved,
    assumptions,
  });

export const diffReporters = { pretty: prettyDiff, json } as const;
