import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { SmtpdParser } from "@smtpdlint/grammar";
import {
  Alternation,
  type Alternative,
  type IProduction,
  NonTerminal,
  Option,
  Repetition,
  type Rule,
  Terminal,
} from "chevrotain";
import railroad from "railroad-diagrams";

/** Writes `smtpd.conf.html`: a railroad diagram of every grammar rule, drawn from the parser itself. */

function draw(items: readonly IProduction[]): railroad.Drawing {
  return railroad.Sequence(...items.map(drawItem));
}

function drawItem(item: IProduction): railroad.Drawing {
  if (item instanceof Terminal) return drawTerminal(item.terminalType.name, item.label ?? item.terminalType.name);
  if (item instanceof NonTerminal) return railroad.NonTerminal(item.nonTerminalName, `#${item.nonTerminalName}`);
  if (item instanceof Option) return railroad.Optional(draw(item.definition), "skip");
  if (item instanceof Repetition) return railroad.ZeroOrMore(draw(item.definition));
  if (item instanceof Alternation) {
    return railroad.Choice(0, ...(item.definition as Alternative[]).map(({ definition }) => draw(definition)));
  }
  throw new Error(`no drawing for ${item.constructor.name}`);
}

/** Text, numbers and ends of lines are no words of the language. */
const classes = new Set(["Text", "Number", "Newline"]);

function drawTerminal(name: string, label: string): railroad.Drawing {
  return classes.has(name) ? railroad.NonTerminal(label.toUpperCase()) : railroad.Terminal(label);
}

const rules = Object.values(new SmtpdParser().getGAstProductions()) as Rule[];
const css = readFileSync(createRequire(import.meta.url).resolve("railroad-diagrams/railroad-diagrams.css"), "utf8");
const sections = rules.map(
  ({ name, definition }) => `<h2 id="${name}">${name}</h2>\n${railroad.Diagram(draw(definition))}`,
);

writeFileSync(
  new URL("smtpd.conf.html", import.meta.url),
  `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>The grammar of smtpd.conf</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
svg { max-width: 100%; }
${css.trim()}
</style>
<h1>The grammar of smtpd.conf</h1>
<p>Generated from the parser by <code>npm run generate</code>. Round boxes are words of the language, square ones
lead to another rule; TEXT is a word or a quoted text.</p>
${sections.join("\n")}
</html>
`,
);
