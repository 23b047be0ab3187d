import { applyEdits } from "@smtpdlint/grammar";
import { delayText, hover, sizeText } from "@smtpdlint/ide";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../helpers/random.ts";
import { place, readMarked } from "./marked.ts";

/** What is underlined, and what is said of it. */
function at(text: string, target?: Parameters<typeof readMarked>[1]) {
  const { view, offset } = readMarked(text, target);
  const found = hover(view, offset);
  return { place: found && place(view, found.span), text: found?.markdown ?? "" };
}

describe("hover", () => {
  test.each([
    // Words
    ["a statement", "lis$0ten on lo0", "1:1 listen", ["listen on INTERFACE|socket [OPTION …]", "smtpd.conf#listen"]],
    ["an option", "listen on lo0 tl$0s", "1:15 tls", ["offers STARTTLS", "smtpd.conf#listen"]],
    ["the same word elsewhere", "action x relay tl$0s", "1:16 tls", ["relays only over TLS"]],
    ["a default", "queue t$0tl 5d", "1:7 ttl", ["default: 4d"]],
    ["a limit", "smtp limit max-rc$0pt 5", "1:12 max-rcpt", ["recipients of one message", "default: 1000"]],
    ["a value that is compared", "pki a dhe au$0to", "1:11 auto", ["dhe auto"]],
    ["a word on a continuation line", "match \\\n  fr$0om any reject", "2:3 from", ["where the mail comes from"]],
    ["an unfinished statement", "match fr$0om", "1:7 from", ["where the mail comes from"]],
    // Rules
    ["what a rule implies", "mat$0ch reject", "1:1 match", ["no from or for", "`from local` `for local`"]],
    ["the half of it", "mat$0ch from any reject", "1:1 match", ["no for:", "`for local`"]],
    // Names
    ["a reference", "action out relay\nmatch action o$0ut", "2:14 out", ["action **out**, 1 use", "action out relay"]],
    ["a definition", "action o$0ut relay\nmatch action out", "1:8 out", ["action **out**, 1 use"]],
    ["a comment", "# To the\n# world\naction out relay\nmatch action $0out", "4:14 out", ["To the\nworld"]],
    ["a list", "table t { a, b }\nmatch tag <$0t>", "2:12 t", ["a list with 2 entries", "table t { a, b }"]],
    ["a table in a file", "table t file:/t\nmatch tag <$0t>\n--- /t\na b\n", "2:12 t", ["a mapping with 1 entry"]],
    ["a table of smtpd", 'match tag <"<$0anyhost>">', '1:12 "<anyhost>"', ["which smtpd makes itself"]],
    ["a tag", "listen on lo0 tag A\nmatch tag $0a", "2:11 a", ["listen on lo0 tag A"]],
    ["a pki in two lines", 'pki a cert "/c"\npki a key "/k"\nlisten on lo0 pki $0a', "3:19 a", ['"/c"', '"/k"']],
    // Macros
    ["a macro", "# The net\nnet = 10.0.0.0\nmatch from src $n$0et", "3:16 $net", ["stands for", "10.0.0.0", "The net"]],
    // Values
    ["a delay", "queue ttl $036h", "1:11 36h", ["1 day and 12 hours"]],
    ["a delay of an action", 'action x mbox ttl "$090m"', '1:19 "90m"', ["1 hour and 30 minutes"]],
    ["delays of bounces", "bounce warn-interval 1h, 4$0h", "1:26 4h", ["4 hours"]],
    ["a size", "smtp max-message-size 3$05M", "1:23 35M", ["35 MiB, 36700160 bytes"]],
    ["a service", "listen on lo0 port sub$0mission", "1:20 submission", ["port 587"]],
    ["a port", "listen on lo0 port 5$087", "1:20 587", ["port submission: from users, with STARTTLS"]],
    [
      "a network",
      "match from src 192.0.2.1$032/29 for any reject",
      "1:16 192.0.2.132/29",
      ["8 addresses, 192.0.2.128 to 192.0.2.135"],
    ],
    [
      "a network of IPv6 in quotes",
      'table n { "2001:db8:$0:/62" }',
      '1:11 "2001:db8::/62"',
      ["2^66 addresses, 2001:db8:: to 2001:db8:0:3:ffff:ffff:ffff:ffff"],
    ],
    [
      "all addresses",
      "match from src 0.0.0.0/$00 for any reject",
      "1:16 0.0.0.0/0",
      ["4294967296 addresses, 0.0.0.0 to 255.255.255.255"],
    ],
    [
      "an include",
      'include "in$0c"\n--- /etc/mail/inc\nlisten on lo\nmatch reject\n',
      '1:9 "inc"',
      ["a file with 2 statements"],
    ],
    ["an include that is not there", 'include "in$0c"\n', '1:9 "inc"', ["not read here"]],
    ["the file of a table", "table t file:/$0t\n--- /t\na b\n", "1:9 file:/t", ["a mapping with 1 entry"]],
    [
      "a relay",
      "action x relay host smtp+tls://me@$0a.example",
      "1:21 smtp+tls://me@a.example",
      ["**smtp+tls**", "port 25", "STARTTLS", "label me"],
    ],
    ["a specifier", 'action x mda "/m %{us$0er.username}"', "1:18 %{user.username}", ["name of the user"]],
    ["a rule", "# smtpdlint-disable open-$0relay", "1:21 open-relay", ["(security)", "rules/match/open-relay.md"]],
  ])("%s", (_title, text, where, says) => {
    const found = at(text);
    expect(found.place).toBe(where);
    for (const part of says) expect(found.text).toContain(part);
  });

  test.each([
    ["a comment", "# list$0en"],
    ["a rule's name in another comment", "# open-$0relay"],
    ["a name that is not defined", "match action o$0ut"],
    ["a macro that is not defined", "listen on $n$0et"],
    ["text", 'admd "a$0b"'],
    ["a port of its own", "listen on lo0 port 25$025"],
    ["a path that is no network", 'pki x cert "/a$0/1"'],
    ["a single address", "match from src 192.0.2.$01 for any reject"],
    ["a keyword in quotes", 'match tag "fr$0om" reject'],
    ["an empty line", "match reject\n$0\n"],
    ["a specifier where nothing is expanded", 'admd "%{us$0er.username}"'],
  ])("is silent on %s", (_title, text) => {
    expect(at(text).place).toBeUndefined();
  });

  test("says what the target does not know", () => {
    expect(at("match from rd$0ns reject", "6.4").text).toContain("not in 6.4");
    expect(at("match from rd$0ns reject", "6.6").text).not.toContain("not in");
  });

  test("shows text as text", () => {
    expect(at('action "*a*" mbox\nmatch action "$0*a*"').text).toContain("action **\\*a\\***");
    expect(at('action "a```" mbox\nmatch action "$0a```"').text).toContain('````smtpd-conf\naction "a```" mbox\n````');
  });

  test("fails on no text", () => {
    const words = [
      "match",
      "from",
      "<",
      ">",
      "{",
      "}",
      '"',
      "$m",
      "#",
      "\n",
      "\\\n",
      " ",
      "%{",
      "m = x\n",
      "ttl",
      "1d",
      "a",
    ];
    const text = fc.array(fc.constantFrom(...words, " "), { maxLength: 20 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.nat(), (plain, number) => {
        const start = number % (plain.length + 1);
        const { view, offset } = readMarked(applyEdits(plain, [{ span: { file: 0, start, end: start }, text: "$0" }]));
        const found = hover(view, offset);
        if (found) expect(found.span.start <= offset && offset <= found.span.end).toBe(true);
      }),
      { numRuns: runs(300) },
    );
  });
});

test("delays and sizes for people", () => {
  expect([60, 3661, 86400, 2147483647].map(delayText)).toEqual([
    "1 minute",
    "1 hour, 1 minute and 1 second",
    "1 day",
    "24855 days, 3 hours, 14 minutes and 7 seconds",
  ]);
  expect([0n, 1n, 1023n, 1536n, 2n ** 62n].map(sizeText)).toEqual([
    "0 bytes",
    "1 byte",
    "1023 bytes",
    "1.5 KiB, 1536 bytes",
    "4 EiB, 4611686018427387904 bytes",
  ]);
});
