import { makeVisible } from "@smtpdlint/model";
import { Positions } from "./positions.ts";
import type { Reporter } from "./reporter.ts";

/** `file:line:column: severity: message [rule]`, one finding a line, as editors and grep expect it. */
export const compact: Reporter = ({ results }) =>
  results
    .flatMap(({ files, diagnostics }) => {
      const positions = new Positions(files);
      return diagnostics.map(({ span, severity, message, rule }) => {
        const { line, column } = positions.start(span);
        return `${makeVisible(positions.pathOf(span))}:${line}:${column}: ${severity}: ${message} [${rule}]\n`;
      });
    })
    .join("");
