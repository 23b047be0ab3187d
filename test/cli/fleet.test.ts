import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

/** A server for incoming mail, with a name and an address of its own. */
const host = (n: number, more = "") => `pki mx${n}.example.org cert "/etc/ssl/mx${n}.crt"
pki mx${n}.example.org key "/etc/ssl/mx${n}.key"
listen on 192.0.2.${n} tls pki mx${n}.example.org hostname mx${n}.example.org
listen on lo0
action "in" lmtp "/run/lmtp"
action "out" relay helo mx${n}.example.org src 192.0.2.${n}
match from any for domain "example.org" action "in"
match from local for any action "out"
${more}`;
const open = 'match from any for any action "out"\n';
const lan = 'match from src "10.0.0.0/8" for any action "out"\n';

/** Compares hosts with these files; the folder is left out of what is printed. */
async function fleet(files: Readonly<Record<string, string>>, hosts: readonly string[], ...argv: string[]) {
  const { folder, file } = temporaryFolder("fleet");
  for (const [path, text] of Object.entries(files)) file(path, text);
  const { stdout, stderr, code } = await run(["diff", "--fleet", ...hosts.map((name) => `${folder}/${name}`), ...argv]);
  return { stdout: stdout.replaceAll(`${folder}/`, ""), stderr: stderr.replaceAll(`${folder}/`, ""), code };
}

/** The groups of hosts, with the kinds of differences of each. */
async function groups(...texts: string[]) {
  const files = Object.fromEntries(texts.map((text, index) => [`h${index}/smtpd.conf`, text]));
  const { stdout } = await fleet(
    files,
    [...texts.keys()].map((index) => `h${index}`),
    "--format",
    "json",
  );
  const { groups: found } = JSON.parse(stdout) as {
    groups: { hosts: string[]; differences: { kind: string; title: string }[] }[];
  };
  return found.map(({ hosts, differences }) => [
    hosts.join(" "),
    ...differences.map(({ kind, title }) => `${kind} ${title}`),
  ]);
}

describe("which hosts do the same", () => {
  test("names, certificates and addresses are each host's own", async () => {
    expect(await groups(host(1), host(2), host(3))).toEqual([["h0 h1 h2"]]);
  });

  test("however it is written", async () => {
    const otherwise = host(2).replace('domain "example.org"', "domain { EXAMPLE.org }").replaceAll('"in"', "store");
    const moved = host(3).replace(
      /^(match.*\n)(match.*\n)/m,
      'match from local for domain "example.org" action "in"\n$2$1',
    );
    expect(await groups(host(1), otherwise, moved)).toEqual([["h0 h1 h2"]]);
  });

  test("the largest group comes first, and what differs alike is one", async () => {
    expect(await groups(host(1, lan), host(2), host(3, open), host(4, `${open}queue ttl 4d\n`), host(5))).toEqual([
      ["h1 h4"],
      ["h2 h3", "new-relay refused → relayed", "new-accept refused → relayed"],
      ["h0", "new-accept refused → relayed"],
    ]);
  });

  test("the largest group is found also if its hosts are all written otherwise", async () => {
    const many = ["a", "b", "c"].map((name, n) =>
      host(n + 3, lan)
        .replaceAll('"out"', "OUT")
        .replace("10.0.0.0/8", `10.0.0.0/9", "10.128.0.0/9`)
        .replace(/src (".*")/, "src { $1 }")
        .replace('"in"', `"${name}"`)
        .replace('action "in"\n', `action "${name}"\n`),
    );
    const texts = [
      many[0] ?? "",
      host(7, 'match from src { "10.0.0.0/8", "10.1.0.0/16" } for any action "out"\n'),
      host(8, lan),
    ];
    expect((await groups(host(1), host(2), ...texts))[0]).toEqual(["h2 h3 h4"]);
  });

  test("mail to a host's own name is its own", async () => {
    const own = (n: number) => host(n, `match from any for domain "mx${n}.example.org" action "in"\n`);
    expect(await groups(own(1), own(2), own(3))).toEqual([["h0 h1 h2"]]);
    // A domain that only one of them serves is one, whatever that host is called.
    const named = host(1, 'match from any for domain "mx1.example.org" action "in"\n');
    expect((await groups(named, host(2), host(3)))[1]?.slice(0, 2)).toEqual([
      "h0",
      "new-accept refused → delivered here",
    ]);
  });

  test("a listener for more clients is a difference, at another port too", async () => {
    const inside = host(1).replace("listen on 192.0.2.1", "listen on 127.0.0.2");
    expect((await groups(inside, host(2), host(3)))[1]?.[0]).toBe("h0");
    const other = host(1).replace("hostname mx1", "port 2525 hostname mx1");
    expect((await groups(other, host(2), host(3)))[1]?.[0]).toBe("h0");
  });

  test("of many hosts that all differ, each is compared with the first group", async () => {
    const all = Array.from({ length: 12 }, (_, n) =>
      host(n + 1, `match from any for domain "d${n}.example" action "in"\n`),
    );
    expect(await groups(...all)).toHaveLength(12);
  });
});

test("a folder stands for / of a host, or has the file, or is the file", async () => {
  const table = (text: string) =>
    text.replace('"example.org"', "<domains>").replace("pki", "table domains file:/etc/mail/domains\npki");
  const files = {
    "root/etc/mail/smtpd.conf": table(host(1)),
    "root/etc/mail/domains": "example.org\n",
    "debian/etc/smtpd.conf": host(2),
    "plain/smtpd.conf": host(3),
    "a.conf": host(4),
  };
  const { stdout, stderr, code } = await fleet(files, ["root", "debian", "plain", "a.conf"]);
  expect(stderr).toBe("");
  expect(stdout).toContain("4 hosts do the same with all mail: proved");
  expect(stdout).toContain(
    "  root, debian, plain and a.conf\n  each its own  address of a listener, helo, hostname, pki and src\n",
  );
  expect(code).toBe(0);
});

test("a host that cannot be compared is listed", async () => {
  const files = { "a/smtpd.conf": host(1), "b/smtpd.conf": host(2), "c/smtpd.conf": "match nothing\n", "d/other": "" };
  const { stdout, code } = await fleet(files, ["a", "b", "c", "d", "e"]);
  expect(stdout).toContain("2 hosts do the same with all mail: proved; 3 hosts cannot be compared\n");
  expect(stdout).toMatch(/^ {2}c\/smtpd\.conf:1: smtpd \S+ refuses this: /m);
  expect(stdout).toContain("  d: has neither etc/mail/smtpd.conf nor smtpd.conf\n  e: no such file\n");
  expect(code).toBe(2);
});

test("a part that was not read is said, and fails", async () => {
  const files = { "a/smtpd.conf": host(1), "b/smtpd.conf": host(2, 'include "/etc/more.conf"\n') };
  const { stdout, code } = await fleet(files, ["a", "b"]);
  expect(stdout).toContain("group 2: 1 host, not proved to do as group 1");
  expect(stdout).toContain("not proved  a part of the configuration of this group was not read");
  expect(code).toBe(1);
});

describe("the formats", () => {
  const files = {
    "a/smtpd.conf": host(1),
    "b/smtpd.conf": host(2),
    "c/smtpd.conf": host(3, open),
    "d/smtpd.conf": "x",
  };
  const all = ["a", "b", "c", "d"];

  test("json is as its schema says", async () => {
    const schema = (name: string) =>
      JSON.parse(readFileSync(new URL(`../../packages/cli/schema/${name}.schema.json`, import.meta.url), "utf8"));
    const validate = new Ajv({ schemas: [schema("diff")] }).compile(schema("fleet"));
    const output = JSON.parse((await fleet(files, all, "--format", "json")).stdout);
    expect(validate(output), JSON.stringify(validate.errors)).toBe(true);
    expect(output.groups).toMatchObject([
      {
        hosts: ["a", "b"],
        result: "equal",
        own: ["address of a listener", "helo", "hostname", "pki", "src"],
      },
      { hosts: ["c"], result: "different" },
    ]);
    expect(output.unusable).toMatchObject([{ host: "d" }]);
  });

  test("github annotates the hosts that differ", async () => {
    const { stdout } = await fleet(files, all, "--format", "github");
    expect(stdout).toMatch(/^::error file=c\/smtpd\.conf,line=9,title=RELAYED FOR OUTSIDERS%2C UNLIKE IN GROUP 1::/m);
    expect(stdout).toMatch(/^::error title=cannot be compared::d\/smtpd\.conf:1: smtpd \S+ refuses this/m);
  });

  test("markdown has a heading for each group", async () => {
    const { stdout } = await fleet(files, all, "--format", "markdown");
    expect(stdout).toMatch(/^#### group 1: 2 hosts\n\n`.*a`, `.*b`$/m);
    expect(stdout).toContain("#### group 2: 1 host, 2 differences from group 1");
    expect(stdout).toContain("<b>RELAYED FOR OUTSIDERS, UNLIKE IN GROUP 1</b>");
  });
});

test("--fail-on and --allow decide which differences fail", async () => {
  const files = { "a/smtpd.conf": host(1), "b/smtpd.conf": host(2), "c/smtpd.conf": host(3, lan) };
  const { file } = temporaryFolder("fleet-allow");
  const allowed = file("expected.test", "from 10.0.0.0/8 to any => relay\n");
  expect((await fleet(files, ["a", "b", "c"])).code).toBe(1);
  expect((await fleet(files, ["a", "b", "c"], "--fail-on", "new-relay")).code).toBe(0);
  expect((await fleet(files, ["a", "b", "c"], "--allow", allowed)).code).toBe(0);
});

test.each([
  [["diff", "--fleet", "a"], "diff --fleet needs two hosts or more"],
  [["diff", "--fleet"], "diff needs DIR ..."],
  [["diff", "--fleet", "a", "-"], "diff reads files"],
  [["diff", "--fleet", "--git", "HEAD", "a", "b"], "--fleet compares hosts as they are"],
  [["diff", "--fleet", "--root", "x", "a", "b"], "--fleet compares hosts as they are"],
  [["--fleet", "a", "b"], "--fleet is an option of smtpdlint diff"],
])("%j says what is wrong", async (argv, message) => {
  const { stderr, code } = await run(argv);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});
