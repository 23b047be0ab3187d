import { count, makeVisible, Positions } from "@smtpdlint/model";
import { harmless } from "./harmless.ts";
import type { Reporter } from "./reporter.ts";

/** `file:line:column: severity: message [rule]`, one finding a line, as editors and grep expect it. */
export const compact: Reporter = ({ results }) =>
  harmless(
    results
      .flatMap(({ path, files, diagnostics, omitted }) => {
        const positions = new Positions(files);
        const shown = diagnostics.map(({ span, severity, message, rule }) => {
          const { line, column } = positions.start(span);
          return `${makeVisible(positions.pathOf(span))}:${line}:${column}: ${severity}: ${message} [${rule}]\n`;
        });
        const left = omitted.map(
          ({ rule, count: number }) => `${makeVisible(path)}:1:1: info: ${count(number, "more finding")} [${rule}]\n`,
        );
        return [...shown, ...left];
      })
      .join(""),
  );
