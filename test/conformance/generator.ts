import { isReserved, type Release, SmtpdParser } from "@smtpdlint/grammar";
import { Alternation, type Alternative, type IProduction, NonTerminal, Option, Repetition, Terminal } from "chevrotain";

/**
 * Writes random configurations along the grammar: mostly valid ones, since
 * only behind valid statements lies something to find, then broken in the ways
 * in which people break them. All randomness comes from a list of numbers, so
 * that fast-check can shrink a failure.
 */

/** Certificates, a key and table files that the generated text may name. */
export interface Environment {
  readonly cert: string;
  readonly key: string;
  readonly listFile: string;
  readonly mappingFile: string;
}

/** Random choices from a list of numbers; zeros, the simplest choice, when it is used up. */
class Dice {
  private at = 0;
  constructor(private readonly numbers: readonly number[]) {}

  below(limit: number): number {
    return (this.numbers[this.at++] ?? 0) % limit;
  }

  /** True in `percent` of the cases; false when the list is used up. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

const grammar = new SmtpdParser().getGAstProductions();

type Want = "list" | "mapping" | "any";

const mappingWords = new Set(["alias", "virtual", "userbase", "helo-src", "domain", "auth", "senders", "hostnames"]);
/** Words of which a statement takes one, by one of them. */
const sameThing: Readonly<Record<string, string>> = {
  virtual: "alias",
  backup: "host",
  domain: "host",
  inet6: "inet4",
  "tls-require": "tls",
  smtps: "tls",
  "auth-optional": "auth",
};
const nastyCharacters = [
  "\\",
  '"',
  "'",
  "$",
  "{",
  "}",
  "<",
  ">",
  "!",
  "=",
  "#",
  ",",
  "(",
  "/",
  "*",
  "@",
  ".",
  "-",
  "\t",
];
const nastierCharacters = [
  ...nastyCharacters,
  "\r",
  "\0",
  "\x01",
  "\x02",
  "\f",
  "é",
  "\ufeff",
  "\\\n",
  "\n",
  "$x",
  "$(",
];

export class Generator {
  private readonly dice: Dice;
  private readonly names: Record<string, string[]> = {};
  private readonly tables: { name: string; kind: Want }[] = [];
  private readonly macros: string[] = [];
  private hasSrsKey = false;
  private hasSocket = false;

  constructor(
    numbers: readonly number[],
    private readonly target: Release,
    private readonly environment: Environment | undefined,
  ) {
    this.dice = new Dice(numbers);
  }

  generate(): string {
    const { dice } = this;
    const lines = ['action "a0" mbox', 'match for local action "a0"'];
    this.names.action = ["a0"];
    const count = 1 + dice.below(14);
    for (let number = 0; number < count; number++) lines.push(this.statement());
    if (dice.chance(10)) lines.splice(0, 2);
    let text = `${lines.join("\n")}\n`;
    if (dice.chance(50)) text = this.breakSomething(text);
    if (dice.chance(15)) text = this.breakSomething(text);
    if (dice.chance(5)) text = text.trimEnd();
    return text;
  }

  // ---- statements

  private statement(): string {
    const { dice } = this;
    const kind = dice.pick([
      "match", "match", "match", "action", "action", "listen", "listen", "table", "table", "filter", "filter",
      "macro", "pki", "ca", "proc", "mda", "mta", "smtp", "srs", "queue", "scheduler", "bounce", "admd",
    ]); // biome-ignore format: a list of weights
    if (kind === "macro") return this.macro();
    if (kind === "table") return this.table();
    if (kind === "pki") return this.pki();
    const words: string[] = [];
    this.derive((grammar[`${kind}Statement`] as { definition: IProduction[] }).definition, `${kind}Statement`, words);
    if (dice.chance(90)) this.mend(kind, words);
    if (dice.chance(4)) return words.join(" ").replace(/ (?=\S+$)/, " \\\n\t");
    return words.join(" ") + (dice.chance(5) ? dice.pick([" # comment", " # a \\\n more", "\t", " #$x \"'"]) : "");
  }

  /** Adds or drops what the checks beyond the grammar ask for. */
  private mend(kind: string, words: string[]): void {
    if (kind === "listen" && !words.includes("socket")) {
      const pki = (this.names.pki ?? []).filter((name) => /^[a-z0-9.]+$/.test(name));
      const hasTls = words.some((word) => /^(tls|tls-require|smtps)$/.test(word));
      const needsTls = words.some((word) => /^(auth|auth-optional|pki)$/.test(word));
      if (!hasTls && needsTls && pki.length > 0) words.push("tls");
      if ((hasTls || needsTls) && !words.includes("pki") && pki.length > 0) words.push("pki", this.dice.pick(pki));
    }
    if (kind === "action" && !words.includes("host") && !words.includes("domain")) {
      const at = words.indexOf("auth");
      if (at !== -1) words.splice(at, 2);
    }
    const user = words.indexOf("user");
    if (kind === "action" && user !== -1 && words.some((word) => /^(mbox|forward-only|expand-only)$/.test(word))) {
      words.splice(user, 2);
    }
  }

  private macro(): string {
    const { dice } = this;
    const name = dice.pick(["m1", "m2", "x", "_y", "3z", "y1"]);
    const value = dice.pick([
      "mx.example.org", '"a b"', '"t1"', '"25"', '"tls"', '"\\"q d\\""', '"/etc/x"', '"{ a, b }"', '"<t1>"', '"$x"',
      '"for any"', "'it\\'s'", '""', '"a # b"', '"t"', "l1", '"4d"', '"relay host"', "'\"/etc/y\"'",
    ]); // biome-ignore format: a list of values
    this.macros.push(name);
    return `${name}${dice.pick([" = ", "=", " ="])}${value}`;
  }

  private table(): string {
    const { dice, environment } = this;
    const name = dice.chance(8)
      ? dice.pick(["relay", "t t", "<anyhost>", "<dynamic:0>", "", "T1"])
      : `t${dice.below(9)}`;
    const kind: Want = dice.chance(50) ? "mapping" : "list";
    if (dice.chance(12)) {
      const sources = ["static", "getpwnam", '"file:"', "file:x", '"getpwnam:/x"'];
      if (environment) {
        sources.push(
          `file:${environment.listFile}`,
          `"static:${environment.mappingFile}"`,
          `"${environment.listFile}"`,
        );
      }
      this.tables.push({ name, kind: "any" });
      return `table ${this.quote(name)} ${dice.pick(sources)}`;
    }
    this.tables.push({ name, kind });
    return `table ${this.quote(name)} ${this.inline(kind)}`;
  }

  private pki(): string {
    const { dice } = this;
    const name = this.newName("pki", ["mx.example.org", "*", "MAIL.example.org", "a_b", "-x", "a..b"]);
    const { cert, key } = this.environment ?? { cert: "/etc/cert.pem", key: "/etc/key.pem" };
    const parts = [`cert "${cert}"`, `key "${key}"`];
    if (dice.chance(8)) parts.pop();
    if (dice.chance(15)) parts.push(`dhe ${dice.pick(["auto", "none", "LEGACY", "big"])}`);
    return `pki ${this.quote(name)} ${parts.join(" ")}`;
  }

  /** Follows the grammar below `items`. */
  private derive(items: readonly IProduction[], rule: string, words: string[]): void {
    const { dice } = this;
    for (const item of items) {
      if (item instanceof Terminal) words.push(this.terminal(item.terminalType.name, rule, words));
      else if (item instanceof NonTerminal) {
        if (item.nonTerminalName === "tableExpression") words.push(this.tableExpression(words));
        else if (item.nonTerminalName === "filterChain") words.push(this.chain());
        else this.derive(item.referencedRule.definition, item.nonTerminalName, words);
      } else if (item instanceof Option) {
        if (dice.chance(35)) this.derive(item.definition, rule, words);
      } else if (item instanceof Repetition) {
        this.repeat(item.definition, rule, words);
      } else if (item instanceof Alternation) {
        const alternatives = item.definition as Alternative[];
        this.derive((alternatives[this.below(alternatives, rule)] as Alternative).definition, rule, words);
      } else throw new Error(`unknown production ${item.constructor.name}`);
    }
  }

  /** Derives several times; mostly drops what sets the same thing again, which smtpd refuses. */
  private repeat(items: readonly IProduction[], rule: string, words: string[]): void {
    const { dice } = this;
    const times = dice.pick([0, 1, 1, 2, 2, 3, 4]);
    const seen = new Set<string>();
    for (let time = 0; time < times; time++) {
      const more: string[] = [...words];
      this.derive(items, rule, more);
      const added = more.slice(words.length).filter((word) => word !== "" && word !== "!");
      const groups = [added[0] ?? "", added[1] ?? ""].map((word) => sameThing[word] ?? word);
      const isOption = rule !== "bounceStatement" && !rule.endsWith("Limit") && rule !== "pkiStatement";
      if (isOption && groups.some((group) => seen.has(group)) && dice.chance(95)) continue;
      if (seen.has("ttl") && dice.chance(95)) continue;
      seen.add(groups[0] as string);
      if (groups[0] === "from" || groups[0] === "for") seen.add(groups[1] as string);
      words.push(...more.slice(words.length));
    }
  }

  private below(alternatives: readonly Alternative[], rule: string): number {
    // What can stand once would otherwise be refused most of the time.
    const choice = this.dice.below(alternatives.length);
    if (rule === "listenStatement" && choice === 0 && this.hasSocket && this.dice.chance(90)) return 1;
    if (rule === "listenStatement" && choice === 0) this.hasSocket = true;
    return choice;
  }

  private terminal(name: string, rule: string, words: readonly string[]): string {
    if (name === "Text") return this.text(rule, words);
    if (name === "Number")
      return this.dice.pick(
        ["10", "0", "1", "25", "65535", "65536", "-1", "99999999999999999999"].slice(0, this.dice.chance(20) ? 8 : 4),
      );
    const punctuation: Record<string, string> = {
      Newline: "",
      LBrace: "{",
      RBrace: "}",
      Less: "<",
      Greater: ">",
      Bang: "!",
      Equals: "=",
      Arrow: "=>",
      Comma: ",",
    };
    if (name === "srs" && rule === "relayOption" && !this.hasSrsKey && this.dice.chance(85)) return "";
    if (name === "key" && rule === "srsStatement") this.hasSrsKey = true;
    return punctuation[name] ?? name;
  }

  private text(rule: string, words: readonly string[]): string {
    const { dice } = this;
    const previous = words.at(-1) ?? "";
    if (dice.chance(3) && this.macros.length > 0)
      return `$${dice.pick(this.macros)}${dice.pick(["", "", ".org", " ", "$x"])}`;
    if (dice.chance(1))
      return dice.pick([
        "$nope",
        "/etc/passwd",
        "*.example.org",
        "relay",
        "25",
        "@x",
        "''",
        '"a\nb"',
        '"a \\" b"',
        "a\\ b",
        "\\x41",
      ]);
    if (previous === "ttl")
      return dice.pick(
        ["4d", "1h", "90s", '"2d"', "0s", "1w", "12h", "24855d", "24856d", "4", "+1d", '" 1d"'].slice(
          0,
          dice.chance(25) ? 12 : 4,
        ),
      );
    switch (rule) {
      case "bounceStatement":
        return dice.pick(["4h", "1d", "30m", '"1s"', "4x"].slice(0, dice.chance(10) ? 5 : 4));
      case "size":
        return dice.pick(
          ["35M", '"10K"', "1.5G", "1e", "0", "8E", "9E", "35MB", "-1M", '"1 M"', '"M"'].slice(
            0,
            dice.chance(40) ? 11 : 3,
          ),
        );
      case "portNumber":
        return dice.pick(["submission", "http", '"smtp"', "nosuch", '"25"'].slice(0, dice.chance(20) ? 5 : 3));
      case "mdaLimit":
        return dice.pick(
          ["max-session", "max-session-per-user", "task-hiwat", "foo"].slice(0, dice.chance(10) ? 4 : 3),
        );
      case "mtaLimit":
        return dice.pick(
          ["max-conn-per-host", "session-mail-max", "conn-delay-relay", "foo"].slice(0, dice.chance(10) ? 4 : 3),
        );
      case "smtpLimit":
        return dice.pick(["max-mails", "max-rcpt", '"max-mails"', "foo"].slice(0, dice.chance(10) ? 4 : 3));
      case "schedulerLimit":
        return dice.pick(["max-inflight", "max-schedule", "foo"].slice(0, dice.chance(10) ? 3 : 2));
      case "actionStatement":
        return this.quote(this.newName("action"));
      case "outcome":
        return this.quote(this.knownName("action"));
      case "filterStatement":
        if (previous === "proc") return this.quote(this.knownName("proc"));
        if (previous === "proc-exec") return dice.pick(['"filter-rspamd"', '"/usr/bin/x -y"', "f"]);
        return this.quote(this.newName("filter"));
      case "filterExpression":
        return this.quote(this.knownName("filter"));
      case "procStatement":
        return words.length === 1 ? this.quote(this.newName("proc")) : dice.pick(['"filter-x"', "filter-y"]);
      case "mdaStatement":
        return words.length === 2 ? this.quote(this.newName("wrapper")) : '"/usr/bin/wrap %{mda}"';
      case "caStatement":
        return previous === "cert"
          ? `"${this.environment?.cert ?? "/etc/ca.pem"}"`
          : this.quote(this.newName("ca", ["X.example.org", "*", "a b"]));
      case "listenStatement":
        return dice.pick(["lo", "127.0.0.1", '"::1"', '"lo"']);
      case "queueStatement":
        return dice.pick(
          ['"0123456789abcdef0123456789abcdef"', "stdin", "short", '"-"'].slice(0, dice.chance(15) ? 4 : 1),
        );
      case "smtpStatement":
        return previous === "sub-addr-delim"
          ? dice.pick(['"+"', '"-"', "_", '"@"', '" "', '"ab"', '""', '"é"'].slice(0, dice.chance(25) ? 8 : 3))
          : '"HIGH"';
      case "admdStatement":
        return dice.pick(["example.org", '"a b"', '"é"', '"a\tb"'].slice(0, dice.chance(20) ? 4 : 2));
      case "relayOption":
      case "localOption":
      case "listenOption":
        if (previous === "pki" || previous === "ca") return this.quote(this.knownName(previous));
        if (previous === "wrapper") return this.quote(this.knownName("wrapper"));
        if (previous === "tag")
          return dice.pick(
            ["TAG", '"tag"', `"${"x".repeat(32)}"`, `"${"x".repeat(33)}"`].slice(0, dice.chance(10) ? 4 : 2),
          );
        return dice.pick(["mx.example.org", '"a"', "root"]);
      default:
        return dice.pick(["x", '"a b"', "example.org", "'y'", "550-no"]);
    }
  }

  private tableExpression(words: readonly string[]): string {
    const { dice } = this;
    const place = words.filter((word) => word !== "regex" && word !== "").at(-1) ?? "";
    const inMatch = words[0] === "match" || words[0] === "filter";
    const want: Want = !inMatch && mappingWords.has(place) ? "mapping" : "list";
    if (dice.chance(12))
      return dice.chance(30)
        ? this.quote(dice.pick(["x", "example.org", "10.0.0.1"]))
        : `"${dice.pick(["a b", "^x$", "*"])}"`;
    const fitting = this.tables.filter(({ kind }) => kind === want || kind === "any" || dice.chance(4));
    if (fitting.length > 0 && dice.chance(55)) return `<${this.quote(dice.pick(fitting).name)}>`;
    if (dice.chance(2))
      return dice.pick(["<nope>", '<"<localhost>">', '<"<getpwnam>">', '<"<dynamic:0>">', "<>", "{ }", "< t1 >"]);
    return this.inline(dice.chance(4) ? "mapping" : want);
  }

  private inline(kind: Want): string {
    const { dice } = this;
    const newline = this.target >= "7.5" || dice.chance(3);
    const count = 1 + dice.below(4);
    const entries = Array.from({ length: count }, () => {
      const key = this.quote(dice.pick(["a", "user@example.org", "10.0.0.1", "x.org", "label"]));
      const isMapping = (kind === "mapping") !== dice.chance(1);
      return isMapping
        ? `${key}${dice.pick([" = ", "=", " => ", " =\t"])}${this.quote(dice.pick(["b", "root", "user:pw"]))}`
        : key;
    });
    const separator = dice.pick([", ", ",", " ", "\n", " ,\t", "\n\n", newline ? ",\n" : ", "]);
    const [open, close] = dice.pick(
      newline
        ? [
            ["{ ", " }"],
            ["{\n", "\n}"],
            ["{", "}"],
            ["{ ", "\n }"],
          ]
        : [
            ["{ ", " }"],
            ["{", "}"],
          ],
    ) as [string, string];
    return open + entries.join(separator) + (dice.chance(1) ? "," : "") + close;
  }

  private chain(): string {
    const { dice } = this;
    const known = this.names.filter ?? [];
    const names = known.filter(() => dice.chance(50));
    if (names.length === 0 || dice.chance(3)) names.push(this.knownName("filter"));
    return `{ ${names.map((name) => this.quote(name)).join(dice.pick([", ", " ", "\n"]))} }`;
  }

  private newName(kind: string, odd: readonly string[] = []): string {
    const { dice } = this;
    const name =
      odd.length > 0 && dice.chance(50)
        ? dice.pick(odd.slice(0, dice.chance(20) ? odd.length : 2))
        : `${kind[0]}${dice.below(30)}`;
    this.names[kind] = [...(this.names[kind] ?? []), name];
    return name;
  }

  private knownName(kind: string): string {
    const { dice } = this;
    const known = this.names[kind] ?? [];
    return known.length === 0 || dice.chance(3) ? dice.pick(["nope", "x"]) : dice.pick(known);
  }

  /** Writes a text bare where that works, mostly. */
  private quote(text: string): string {
    const { dice } = this;
    const bare = /^[A-Za-z0-9:_][A-Za-z0-9:_.@-]*$/.test(text) && !/^\d+$/.test(text) && !isReserved(text, this.target);
    if (bare && dice.chance(50)) return text;
    return dice.chance(20) ? `'${text}'` : `"${text}"`;
  }

  // ---- mistakes

  private breakSomething(text: string): string {
    const { dice } = this;
    const lines = text.split("\n");
    const line = dice.below(lines.length);
    const tokens = (lines[line] as string).split(/(\s+)/);
    const token = dice.below(tokens.length);
    const at = dice.below(text.length);
    const withLine = (changed: string) => lines.with(line, changed).join("\n");
    const kinds = [
      () => text,
      () => withLine(tokens.toSpliced(token, 1).join("")),
      () => withLine(tokens.toSpliced(token, 0, tokens[token] as string, " ").join("")),
      () => withLine(tokens.toSpliced(token, 1, (tokens[(token + 2) % tokens.length] as string) ?? "").join("")),
      () => withLine(tokens.toSpliced(token, 1, misspell(tokens[token] as string, dice)).join("")),
      () =>
        withLine(
          tokens
            .toSpliced(
              token,
              0,
              dice.pick(["relay", "tls", "verify", "25", "x", "!", "regex", "<t1>", "{", "}", "auth", "$x"]),
              " ",
            )
            .join(""),
        ),
      () => lines.toSpliced(line, 1).join("\n"),
      () => lines.toSpliced(line, 0, lines[line] as string).join("\n"),
      () =>
        lines
          .toSpliced(line, 1)
          .toSpliced(dice.below(lines.length), 0, lines[line] as string)
          .join("\n"),
      () => text.slice(0, at) + dice.pick(nastyCharacters) + text.slice(at),
      () => text.slice(0, at) + text.slice(at + 1),
      () => text.slice(0, at) + dice.pick(nastierCharacters) + text.slice(at),
      () => withLine((lines[line] as string).replace(/["']/, "")),
      () => withLine((lines[line] as string).replaceAll(/["']/g, "")),
      () => withLine(`${lines[line]}\\`),
      () =>
        lines
          .toSpliced(line, 2, `${lines[line] ?? ""}${dice.pick([" ", "", "\\\n", " # "])}${lines[line + 1] ?? ""}`)
          .join("\n"),
      () => useMacro(text, lines, line, tokens, token),
    ];
    return dice.pick(kinds)();
  }
}

function misspell(word: string, dice: Dice): string {
  const at = dice.below(Math.max(1, word.length));
  return dice.pick([
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + (word[at + 1] ?? "") + (word[at] ?? "") + word.slice(at + 2),
    word.toUpperCase(),
    `${word}s`,
    word.replace("-", "_"),
  ]);
}

/** Puts a part of a line into a macro. */
function useMacro(
  text: string,
  lines: readonly string[],
  line: number,
  tokens: readonly string[],
  token: number,
): string {
  const value = tokens[token] as string;
  if (value.trim() === "" || value.includes("\n")) return text;
  const quote = value.includes('"') ? "'" : '"';
  return lines
    .with(line, tokens.with(token, "$zz").join(""))
    .toSpliced(line, 0, `zz = ${quote}${value.replaceAll(quote, `\\${quote}`)}${quote}`)
    .join("\n");
}
