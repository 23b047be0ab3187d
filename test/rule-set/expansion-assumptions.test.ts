import { analyse } from "@smtpdlint/lint";
import { blindHost, type Host, memoryHost } from "@smtpdlint/model";
import { type Environment, Expander, type Message, type Question, unknownEnvironment } from "@smtpdlint/policy";
import { expect, test } from "vitest";

const message: Message = {
  src: "192.0.2.1",
  rdns: "",
  helo: "h.example",
  mailFrom: "joe@sender.example",
  rcptTo: "ann@d.example",
  tag: "",
  user: undefined,
};

/** What may happen, each with the assumptions that lead to it. */
function outcomes(
  conf: string,
  environment: Partial<Environment> = {},
  asked: Partial<Message> = {},
  host: Host = blindHost,
) {
  const { policy } = analyse("/etc/smtpd.conf", conf, host, { rules: [] });
  const expander = new Expander(policy, { ...unknownEnvironment, ...environment });
  const { alternatives, complete } = expander.expandRecipient({ ...message, ...asked });
  expect(complete).toBe(true);
  return alternatives.map(({ result: { answer }, when }) => {
    const envelopes = answer?.envelopes.map((envelope) => ("user" in envelope ? envelope.user : envelope.dest)) ?? [];
    const ways = when.map((way) => way.map(({ question, answer }) => describeAssumption(question, answer)));
    return [
      answer ? [answer.reply.slice(0, 3), ...envelopes].join(" ") : "anything",
      ...ways.map((way) => way.join(", ")),
    ];
  });
}

const describeAssumption = ({ topic, about, table, service }: Question, answer: string) =>
  `${topic} ${about}${table ? ` in ${table}` : ""}${service ? ` as ${service}` : ""}: ${answer}`;

const anyone = "match from any for any action a\n";
const folder = { kind: "folder", mode: 0o755, uid: 0 } as const;

test("of a machine of which nothing is known, a user may be there and have a .forward", () => {
  expect(outcomes(`action a mbox\n${anyone}`)).toEqual([
    ["250 ann", "user ann: yes, forward file ann: missing"],
    ["anything", "user ann: yes, forward file ann: other"],
    ["550", "user ann: no"],
  ]);
});

test("a user who is known needs no assumption, and one whose home is not known may have a .forward", () => {
  const user = () => ({ uid: 1001, gid: 1001, home: "/home/ann" });
  expect(outcomes(`action a mbox\n${anyone}`, { user, entry: () => ({ kind: "missing" }) })).toEqual([["250 ann", ""]]);
  expect(outcomes(`action a mbox\n${anyone}`, { user })).toEqual([
    ["250 ann", "forward file ann: missing"],
    ["anything", "forward file ann: other"],
  ]);
  expect(outcomes(`action a maildir user vmail\n${anyone}`, { user })).toEqual([["250 ann", ""]]);
});

test("smtpd cannot read the number of a user from 2147483648 on", () => {
  const ask = (uid: number) =>
    outcomes(`action a maildir user vmail\n${anyone}`, { user: () => ({ uid, gid: 0, home: "/" }) });
  expect([ask(2 ** 31 - 1), ask(2 ** 31)]).toEqual([[["250 ann", ""]], [["451", ""]]]);
});

test("a table that nobody has read may have an alias, and a program that answers for users may fail", () => {
  const conf = `table t file:/t\ntable u proc:users\naction a maildir user vmail alias <t> userbase <u>\n${anyone}`;
  expect(outcomes(conf)).toEqual([
    ["250 ann", "table entry ann in <t>: missing, user ann in <u>: yes"],
    ["550", "table entry ann in <t>: missing, user ann in <u>: no"],
    ["451", "table entry ann in <t>: missing, user ann in <u>: failure"],
    ["anything", "table entry ann in <t>: other"],
  ]);
});

test("two rules that ask a table for the same get the same answer", () => {
  const conf = [
    "table t file:/t",
    "action a relay",
    "match from src <t> for any reject",
    "match ! from src <t> for any action a",
    "",
  ].join("\n");
  expect(outcomes(conf)).toEqual([
    ["250 ann@d.example", "condition 192.0.2.1 in table t as netaddr: no"],
    ["550", "condition 192.0.2.1 in table t as netaddr: yes"],
  ]);
});

test("a table of a database may fail where a rule asks it", () => {
  const conf = "table t db:/t\naction a relay\nmatch from src <t> for any action a\n";
  expect(outcomes(conf).map(([answer]) => answer)).toEqual(["550", "250 ann@d.example", "451"]);
});

test("rules in a file that nobody has read may decide", () => {
  const conf = `action a relay\ninclude "/etc/more.conf"\n${anyone}`;
  expect(outcomes(conf)).toEqual([
    ["250 ann@d.example", "unread configuration match rules: none"],
    ["anything", "unread configuration match rules: other"],
  ]);
});

test("an included file that only its owner may read is perhaps closed to smtpd", () => {
  const conf =
    'table t { "ann" = "bob@d.example, :include:/team" }\naction a mbox alias <t>\naction r relay\nmatch from any for domain d.example rcpt-to ann@d.example action a\nmatch for any action r\n';
  const entry = (mode: number) => (path: string) =>
    path === "/team" ? ({ kind: "file", text: "joe@x.example\n", mode, uid: 0 } as const) : folder;
  expect(outcomes(conf, { localAddresses: ["local"], entry: entry(0o644) })).toEqual([
    ["250 joe@x.example bob@d.example", ""],
  ]);
  expect(outcomes(conf, { localAddresses: ["local"], entry: entry(0o600) })).toEqual([
    ["250 joe@x.example bob@d.example", "include file /team: readable"],
    ["250 bob@d.example", "include file /team: missing"],
  ]);
  expect(outcomes(conf, { localAddresses: ["local"] })).toEqual([
    ["250 bob@d.example", "include file /team: missing"],
    ["anything", "include file /team: other"],
  ]);
});

test("without a date a rewritten address may be fresh or stale", () => {
  const conf =
    'srs key "abcdefghijklmnop"\naction r relay\nmatch from any for domain l.example reject\nmatch for any action r\n';
  const asked = { mailFrom: "@", rcptTo: "SRS0=1ixt=6C=elsewhere.example=joe@l.example" };
  const about = `time ${asked.rcptTo}`;
  expect(outcomes(conf, { localAddresses: ["local"] }, asked)).toEqual([
    ["250 joe@elsewhere.example", `${about}: fresh`],
    ["550", `${about}: stale`],
  ]);
});

test("a configuration in memory is read as a machine's", () => {
  const host = memoryHost({ "/t": "ann bob@x.example\n" });
  const conf = `table t file:/t\naction a mbox alias <t>\naction r relay\nmatch from any for domain d.example action a\nmatch for any action r\n`;
  expect(outcomes(conf, { localAddresses: ["local"] }, {}, host)).toEqual([["250 bob@x.example", ""]]);
});
