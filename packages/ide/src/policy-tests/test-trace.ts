import { type Paper, TraceWriter } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import type { Scenario, Smtpd, Trace } from "@smtpdlint/policy";
import { fileNameOf } from "../describe.ts";

/** A box of an editor: no colours, and long lines are cut. */
const paper: Paper = {
  paint: { bold: plain, dim: plain, red: plain, green: plain, magenta: plain },
  columns: 90,
  nameOf: fileNameOf,
  excerpt(line, start, _end, columns) {
    const from = start < columns / 2 ? 0 : start;
    const text = makeVisible(line.slice(from, from + columns).replaceAll("\t", " "));
    return `${from > 0 ? "…" : ""}${text}${from + columns < line.length ? "…" : ""}`;
  },
};

function plain(text: string): string {
  return text;
}

/** The session of one way that things may go, as `smtpdlint trace` prints it. */
export const traceLines = (trace: Trace, scenario: Scenario, smtpd: Smtpd): string =>
  new TraceWriter(smtpd, paper)
    .way(trace, scenario)
    .map((line) => line.trimEnd())
    .join("\n");
