import type { Release } from "@smtpdlint/grammar";
import { analyse } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import {
  describedEnvironment,
  type EnvironmentDescription,
  Expander,
  type ExpansionNode,
  type ExpansionStep,
} from "@smtpdlint/policy";
import { describe, expect, test } from "vitest";

const env = { hostname: "mail.example.org", localAddresses: ["192.0.2.10"], localNames: ["localhost"] };
const users = "root:0:0:/root\nann:1001:1001:/home/ann\nbob:1002:1002:/home/bob\nvmail:5000:5000:/home/vmail\n";
const message = { src: "192.0.2.1", rdns: "", helo: "h.example", mailFrom: "@", tag: "", user: undefined };

interface Machine {
  readonly files?: EnvironmentDescription["files"];
  readonly home?: EnvironmentDescription["home"];
  readonly user?: string;
  readonly src?: string;
}

function expansionsOf(conf: string, target: Release, rcptTo: string, { files, home, user, src }: Machine = {}) {
  const { policy } = analyse("/etc/smtpd.conf", conf, memoryHost({ ...files }), { rules: [], target });
  const environment = describedEnvironment({ env, users, now: 0, files: files ?? {}, home: home ?? {} }, target);
  return new Expander(policy, environment).expandRecipient({ ...message, rcptTo, user, src: src ?? message.src });
}

function answerTo(...question: Parameters<typeof expansionsOf>): string {
  const { alternatives } = expansionsOf(...question);
  expect(alternatives).toHaveLength(1);
  const answer = alternatives[0]?.result.answer;
  return [answer?.reply, ...(answer?.envelopes ?? []).map((envelope) => JSON.stringify(envelope))].join(" ");
}

const forward = (user: string, text: string, mode = "0600") => ({
  [`/home/${user}/.forward`]: { text, mode, owner: user },
});
const anyone = "match from any for any action a\n";

describe("releases differ", () => {
  const local = (fields: object) => `250 ${JSON.stringify({ kind: "local", action: "a", ...fields })}`;

  test("6.4 forgets the sub-address", () => {
    const ask = (target: Release) => answerTo(`action a mbox\n${anyone}`, target, "ann+x@d.example");
    expect(ask("6.4")).toBe(local({ dest: "ann+x@d.example", user: "ann" }));
    expect(ask("6.6")).toBe(local({ dest: "ann+x@d.example", user: "ann", sub: "x" }));
  });

  test("up to 6.6 a member of a virtual table has a catch-all too", () => {
    const conf = `table t { "x@d.example" = "ann", "@" = "bob" }\naction a mbox virtual <t>\n${anyone}`;
    const ask = (target: Release) => answerTo(conf, target, "x@d.example");
    expect(ask("6.6")).toContain('"user":"bob"');
    expect(ask("6.7")).toContain('"user":"ann"');
  });

  test("up to 6.6 smtpd does not know who is logged in, and 6.4 not who comes through the socket", () => {
    const auth = "action a mbox\nmatch from any auth { joe } for any action a\n";
    const socket = "action a mbox\nmatch from socket for any action a\n";
    const byName = (target: Release) => answerTo(auth, target, "ann@d.example", { user: "joe" }).slice(0, 3);
    const bySocket = (target: Release) => answerTo(socket, target, "ann@d.example", { src: "local" }).slice(0, 3);
    const answers = (["6.4", "6.6", "6.7"] as const).map((target) => [target, byName(target), bySocket(target)]);
    expect(answers).toEqual([
      ["6.4", "451", "451"],
      ["6.6", "451", "250"],
      ["6.7", "250", "250"],
    ]);
  });

  test("up to 7.4 another user who delivers does not keep the .forward from being read", () => {
    const conf = `action a maildir user vmail\n${anyone}`;
    const ask = (target: Release) => answerTo(conf, target, "ann@d.example", { home: forward("ann", "bob\n") });
    expect(ask("7.4")).toBe(local({ dest: "ann@d.example", as: "vmail", user: "bob" }));
    expect(ask("7.5")).toBe(local({ dest: "ann@d.example", as: "vmail", user: "ann" }));
  });

  test("up to 7.4 the .forward of root may name programs and files", () => {
    const home = { "/root/.forward": { text: "|prog\n", mode: "0600", owner: "root" } };
    const ask = (target: Release) => answerTo(`action a mbox\n${anyone}`, target, "root@d.example", { home });
    expect(ask("7.4")).toBe(local({ dest: "root@d.example", user: "root", exec: "prog" }));
    expect(ask("7.5")).toBe("451 Temporary failure");
  });

  test("from 7.0 to 7.4 LMTP is smtpd's own business", () => {
    const ask = (target: Release) => answerTo(`action a lmtp "/s"\n${anyone}`, target, "ann@d.example");
    const asOf = (target: Release) => /"as":"(.*?)"/.exec(ask(target))?.[1];
    expect((["6.8", "7.0", "7.4", "7.5"] as const).map(asOf)).toEqual([undefined, "_smtpd", "_smtpd", undefined]);
  });

  test("up to 7.4 an address of the machine in brackets is local", () => {
    const ask = (target: Release) =>
      answerTo("action a mbox\nmatch from any for local action a\n", target, "ann@[192.0.2.10]");
    expect([ask("7.4").slice(0, 3), ask("7.5").slice(0, 3)]).toEqual(["250", "550"]);
  });
});

describe("a .forward that must not be used is refused", () => {
  const ask = (home: Machine["home"]) => {
    const { alternatives } = expansionsOf(`action a mbox\n${anyone}`, "7.8", "ann@d.example", { home: home ?? {} });
    const result = alternatives[0]?.result;
    const step = stepsOf(result?.root).find(({ kind }) => kind === "forward") as ExpansionStep & { kind: "forward" };
    const problem = typeof step.file === "object" && "problem" in step.file ? step.file.problem : undefined;
    return [result?.answer?.reply.slice(0, 3), problem];
  };
  const home = (mode: string, owner = "ann") => ({ "/home/ann": { dir: true, mode, owner } as const });

  test.each([
    [forward("ann", "bob", "0620"), "524", "file writable by others"],
    [{ "/home/ann/.forward": { text: "bob", mode: "0600", owner: "bob" } }, "524", "file of another"],
    [
      { "/home/ann/.forward": { link: "real" }, "/home/ann/real": { text: "bob", mode: "0600", owner: "ann" } },
      "524",
      "symbolic link",
    ],
    [{ "/home/ann/.forward": { dir: true, mode: "0700", owner: "ann" } }, "524", "not a file"],
    [{ ...forward("ann", "bob"), ...home("0770") }, "524", "home writable by others"],
    [{ ...forward("ann", "bob"), ...home("0755", "bob") }, "524", "home of another"],
    [home("1755"), "424", "home sticky"],
    [{ "/home/ann": { text: "", mode: "0600", owner: "ann" } }, "524", "home not a folder"],
    [{ "/home/ann": { link: "/home/ann" } }, "524", "home not a folder"],
    [forward("ann", "b".repeat(4096)), "424", "too long"],
    [{ ...forward("ann", "bob"), ...home("0755", "root") }, "250", undefined],
    [{ "/home/ann": { missing: true } }, "250", undefined],
    [{ "/home/ann": { link: "../home/./bob" } }, "250", undefined],
  ] as const)("%j", (entries, reply, problem) => {
    expect(ask(entries)).toEqual([reply, problem]);
  });
});

test("the tree says how a recipient came to where it goes", () => {
  const conf = [
    "table aliases file:/etc/mail/aliases",
    'srs key "secret"',
    "action here mbox alias <aliases>",
    "action out relay srs",
    "match from any for domain d.example action here",
    "match for any action out",
    "",
  ].join("\n");
  const files = {
    "/etc/mail/aliases": "staff: ann+list, :include:/etc/mail/team, |log\nann: ann\n",
    "/etc/mail/team": "bob\nann+list\nnobody # here\n",
  };
  const home = forward("bob", "\\bob, # and\nx@y.example\n");
  const { alternatives } = expansionsOf(conf, "7.8", "Staff@d.example", { files, home });
  expect(alternatives[0]?.result.answer?.reply).toBe("250");
  expect(drawn(alternatives[0]?.result.root as ExpansionNode).split("\n")).toEqual([
    "address Staff@d.example (recipient)",
    "  - rule here",
    "  user staff (user part)",
    "    - alias <aliases> staff: ann+list, :include:/etc/mail/team, |log",
    "    - include /etc/mail/team true",
    "    user ann+list (<aliases> staff)",
    "      - alias <aliases> ann+list ann: ann",
    "      user ann (<aliases> ann)",
    "        - alias <aliases> ann: ann",
    "        user ann (<aliases> ann)",
    "          - user 1001",
    "          - forward missing",
    '          - {"kind":"local","action":"here","dest":"Staff@d.example","user":"ann"}',
    "    program log (<aliases> staff)",
    '      - {"kind":"local","action":"here","dest":"Staff@d.example","user":"_smtpd","exec":"log"}',
    "    user bob (/etc/mail/team:1)",
    "      - alias <aliases> bob: missing",
    "      - user 1002",
    "      - forward text",
    "      user bob (/home/bob/.forward:1)",
    "        - user 1002",
    '        - {"kind":"local","action":"here","dest":"Staff@d.example","user":"bob"}',
    "      address x@y.example (/home/bob/.forward:2)",
    "        - rule out",
    '        - {"kind":"relay","action":"out","dest":"x@y.example","srs":false}',
    "    user ann+list (/etc/mail/team:2)",
    "      - duplicate",
  ]);
});

const stepsOf = (node: ExpansionNode | undefined): readonly ExpansionStep[] =>
  node ? [...node.steps, ...node.children.flatMap(stepsOf)] : [];

function drawn(node: ExpansionNode, indent = ""): string {
  const { origin } = node;
  const source =
    origin.kind === "table"
      ? `${origin.table} ${origin.entry.key}`
      : "path" in origin
        ? `${origin.path}:${origin.line}`
        : origin.kind;
  const name = node.domain ? `${node.text}@${node.domain}` : node.text;
  const steps = node.steps.map((step) => `${indent}  - ${stepText(step)}`);
  const children = node.children.map((child) => drawn(child, `${indent}  `));
  return [`${indent}${node.kind} ${name} (${source})`, ...steps, ...children].join("\n");
}

function stepText(step: ExpansionStep): string {
  switch (step.kind) {
    case "duplicate":
      return "duplicate";
    case "srs":
      return `srs ${JSON.stringify(step.decoded)}`;
    case "rule":
      return `rule ${"rule" in step.ruling ? step.ruling.rule.match.action?.value : step.ruling.outcome}`;
    case "alias":
    case "virtual":
      return `${step.kind} ${step.table} ${step.keys.join(" ")}: ${typeof step.entry === "object" ? step.entry.value : step.entry}`;
    case "include":
      return `include ${step.path} ${step.found}`;
    case "sub-address":
      return `sub-address ${step.user} ${step.tag}`;
    case "user":
      return `user ${typeof step.user === "object" ? step.user.uid : step.user}`;
    case "forward":
      return `forward ${typeof step.file === "object" ? step.file.kind : step.file}`;
    case "envelope":
      return JSON.stringify(step.envelope);
    case "failure":
      return `${step.reply}: ${step.reason}`;
  }
}
