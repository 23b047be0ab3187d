/** A question for a live smtpd: a configuration, its machine, and what clients say. */
export interface Scenario {
  readonly id: string;
  readonly target: string;
  readonly notls: true;
  readonly conf: string;
  readonly files: Readonly<Record<string, string>>;
  readonly env: typeof machine & { readonly homes: Readonly<Record<string, string>> };
  readonly sessions: readonly ScenarioSession[];
}

export interface ScenarioSession {
  readonly listener: "socket" | { readonly address: string; readonly port: number };
  readonly src: string;
  readonly tls: false;
  readonly auth: null;
  readonly say: readonly string[];
  readonly messages: readonly string[];
}

/** Draws numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The machine and the network, which the runner makes. */
const machine = {
  hostname: "twin.example",
  users: {
    root: { uid: 0, home: "/root" },
    alice: { uid: 3000, home: "/home/alice" },
    bob: { uid: 3001, home: "/home/bob" },
    carol: { uid: 3002, home: "/home/carol" },
    vmail: { uid: 3003, home: "/home/vmail" },
    nohome: { uid: 3004, home: "/home/nohome", noHome: true },
  },
  modes: {},
  dns: {
    "10.1.2.3": { rdns: "mail1.good.example", fcrdns: true },
    "10.3.3.3": { rdns: "dyn-7.isp.example", fcrdns: true },
    "10.4.4.4": { rdns: "liar.example", fcrdns: false },
    "10.5.5.5": { rdns: null, fcrdns: false },
    "127.0.0.1": { rdns: "localhost", fcrdns: true },
  },
  zone: {
    "remote.example": {
      MX: [
        [10, "mx1.example"],
        [20, "mx2.example"],
      ],
      A: ["10.9.9.3"],
    },
    "other.example": { A: ["10.9.9.3"] },
    "refuse.example": { MX: [[10, "mx4.example"]] },
    "busy.example": { MX: [[10, "mx5.example"]] },
    "mx1.example": { A: ["10.9.9.1"] },
    "mx2.example": { A: ["10.9.9.2"] },
    "mx4.example": { A: ["10.9.9.4"] },
    "mx5.example": { A: ["10.9.9.5"] },
  },
  sinks: {
    "10.9.9.1:25": "",
    "10.9.9.1:2500": "",
    "10.9.9.2:25": "",
    "10.9.9.3:25": "",
    "10.9.9.4:25": "550 5.1.1 no such user",
    "10.9.9.5:25": "451 4.3.0 later",
    "10.9.9.1:24": "",
  },
  localAddresses: ["127.0.0.1", "::1", "192.0.2.1"],
  localNames: ["localhost", "twin.example"],
} as const;

const users = ["alice", "bob", "carol", "root", "vmail", "nohome", "nobody9", "team", "off", "a+b", "Alice", "cmd"];
const domains = [
  "twin.example",
  "localhost",
  "a.example",
  "b.example",
  "sub.a.example",
  "remote.example",
  "other.example",
];
const far = ["remote.example", "other.example", "refuse.example", "busy.example", "nowhere.example"];
const helos = ["client.example", "mx.good.example", "localhost", "[10.1.2.3]", "x", "MAIL.Good.Example"];
const clients = ["127.0.0.1", "10.1.2.3", "10.3.3.3", "10.4.4.4", "10.5.5.5", "10.200.0.1", "192.0.2.1"];
const replies = ["550 no", "451 later", "421 bye", "554 5.7.1 not here", "nonsense"];

/** Draws scenarios. `mostRecipients` of one session decides between breadth and numbers. */
export class ScenarioGenerator {
  private readonly random: () => number;

  constructor(
    seed: number,
    private readonly target: string,
    private readonly mostRecipients: number,
  ) {
    this.random = randomFrom(seed);
  }

  next(id: string, sessions: number): Scenario {
    const files: Record<string, string> = {};
    const listeners = this.listeners();
    const conf = [
      ...this.settings(),
      ...this.tables(files),
      ...this.filters(),
      ...listeners.map(({ text }) => text),
      ...this.actions(),
      ...this.rules(),
    ];
    return {
      id,
      target: this.target,
      notls: true,
      conf: `${conf.join("\n")}\n`,
      files,
      env: { ...machine, homes: this.homes() },
      sessions: Array.from({ length: sessions }, () => this.session(this.one(listeners))),
    };
  }

  private one<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }

  private chance(share: number): boolean {
    return this.random() < share;
  }

  private some<T>(items: readonly T[], most: number): T[] {
    return Array.from({ length: 1 + Math.floor(this.random() * most) }, () => this.one(items));
  }

  private list(items: readonly string[], most = 3): string {
    return `{ ${[...new Set(this.some(items, most))].map((item) => `"${item}"`).join(", ")} }`;
  }

  private settings(): string[] {
    return [
      ...(this.chance(0.3) ? [`smtp limit max-rcpt ${this.one(["2", "5", "300"])}`] : []),
      ...(this.chance(0.2) ? [`smtp limit max-mails ${this.one(["1", "2"])}`] : []),
      ...(this.chance(0.2) ? [`smtp max-message-size ${this.one(["200", "1K", "5000"])}`] : []),
      ...(this.chance(0.2) ? [`smtp sub-addr-delim "${this.one(["-", "."])}"`] : []),
    ];
  }

  private member(): string {
    return this.one([
      "alice",
      "bob",
      "\\\\carol",
      "nobody9",
      "team",
      "x@remote.example",
      "bob@twin.example",
      "vmail@a.example",
      "off+t",
      '"|/etc/twin/record a"',
      "/home/alice/inbox",
      "error:550 gone",
      ":include:/etc/mail/list",
    ]);
  }

  private members(): string {
    return this.some([0, 0, 0], 2)
      .map(() => this.member())
      .join(", ");
  }

  private tables(files: Record<string, string>): string[] {
    const keys = [...new Set(this.some(["alice", "team", "off", "cmd", "bob", "root", "a+b", "nobody9", "vmail"], 6))];
    files["/etc/mail/aliases"] = keys.map((key) => `${key}: ${this.members()}\n`).join("");
    files["/etc/mail/list"] = this.chance(0.8) ? `${this.members()}\n# note\n${this.members()}\n` : "";
    const addresses = this.some(
      ["alice@a.example", "@b.example", "@", "team", "bob@sub.a.example", "off@twin.example", "carol", "a+b@a.example"],
      5,
    );
    const virtual = [...new Set(addresses)].map((key) => `"${key}" = "${this.virtualMember()}"`).join(", ");
    return [
      "table aliases file:/etc/mail/aliases",
      `table virt { ${virtual} }`,
      `table doms ${this.list(domains, 4)}`,
      `table froms ${this.list(["@ok.example", "a@ok.example", "@*.example", "", "@", "rw@evil.example"])}`,
      `table nets ${this.list(["10.1.0.0/16", "127.0.0.1", "192.0.2.1", "local", "10.5.5.5", "::1"])}`,
      `table heloes ${this.list(["*.example", "localhost", "x", "client.example"])}`,
      'table ub { "alice" = "3000:3000:/home/alice", "info" = "3003:3003:/home/vmail", "bob" = "3001:3001:/home/bob" }',
      'table relaymap { "remote.example" = "smtp://10.9.9.1:2500", "other.example" = "smtp+notls://mx2.example" }',
    ];
  }

  private virtualMember(): string {
    return this.one(["alice", "bob, carol", "x@remote.example", "error:451 later", "team", "nobody9", "vmail"]);
  }

  private filters(): string[] {
    const filters = Array.from({ length: 4 }, (_, index) => {
      const phase = this.one(["connect", "helo", "ehlo", "mail-from", "rcpt-to", "data", "commit"]);
      const not = this.chance(0.3) ? "!" : "";
      const conditions = [`${not}rdns`, `${not}fcrdns`, `${not}src <nets>`, `${not}rdns <heloes>`];
      if (phase !== "connect") conditions.push(`${not}helo <heloes>`);
      if (["mail-from", "rcpt-to", "data", "commit"].includes(phase)) {
        conditions.push(`${not}mail-from <froms>`, `${not}mail-from regex { "^a", "evil", "^$" }`);
      }
      if (phase === "rcpt-to") conditions.push(`${not}rcpt-to ${this.list(["@a.example", "alice@twin.example", "@"])}`);
      return `filter f${index} phase ${phase} match ${this.one(conditions)} ${this.filterAction(phase)}`;
    });
    return [...filters, `filter c0 chain { ${this.one(["f0, f1", "f2, f0, f3", "f3, f1"])} }`];
  }

  private filterAction(phase: string): string {
    const actions = ["report x", `reject "${this.one(replies)}"`, `disconnect "${this.one(replies)}"`];
    if (phase !== "commit") actions.push("junk", "bypass");
    if (phase === "mail-from") actions.push('rewrite "<rw@ok.example>"', 'rewrite "rw@ok.example"', 'rewrite "<>"');
    if (phase === "rcpt-to") actions.push('rewrite "<bob@twin.example>"', 'rewrite "bob"');
    if (phase === "helo" || phase === "ehlo") actions.push('rewrite "new.example"', 'rewrite "no name"');
    return this.one(actions);
  }

  private listeners() {
    const options = () =>
      [
        this.chance(0.4) ? `tag ${this.one(["main", "sub"])}` : "",
        this.chance(0.2) ? "mask-src" : "",
        this.chance(0.1) ? "no-dsn" : "",
        this.chance(0.6) ? `filter ${this.one(["c0", "f0", "f2", "{ f1, f3 }"])}` : "",
      ].join(" ");
    const host = () => (this.chance(0.3) ? "hostname mx.twin.example" : "");
    return [
      { address: "127.0.0.1", port: 2525, text: `listen on 127.0.0.1 port 2525 ${host()} ${options()}` },
      { address: "192.0.2.1", port: 25, text: `listen on 192.0.2.1 ${host()} ${options()}` },
      { address: "::1", port: 2528, text: `listen on ::1 port 2528 ${options()}` },
      { address: "socket", port: 0, text: `listen on socket ${options()}` },
    ] as const;
  }

  private actions(): string[] {
    const table = () => this.one(["alias <aliases>", "virtual <virt>", "", "alias <aliases>"]);
    const user = () => (this.chance(0.2) ? "user vmail" : "");
    const base = () => (this.chance(0.15) ? "userbase <ub>" : "");
    const local = () =>
      `${this.one([
        "maildir",
        'maildir "~/box" junk',
        "maildir junk",
        "mbox",
        'mda "/etc/twin/record %{sender} %{rcpt} %{dest.user:lowercase|strip}"',
        'mda "cat >/dev/null; exit 75"',
        'lmtp "10.9.9.1:24" rcpt-to',
        'lmtp "10.9.9.1:24"',
      ])} ${table()} ${base()} ${user()}`;
    const relay = () =>
      `relay ${this.one(["", "host smtp://10.9.9.1:2500", "host mx2.example", "domain <relaymap>", "backup mx mx2.example"])} ${
        this.chance(0.3) ? 'helo "helo.example"' : ""
      } ${this.chance(0.3) ? this.one(['mail-from "@fixed.example"', 'mail-from "fix@fixed.example"']) : ""}`;
    const listOnly = () =>
      `${this.one(["forward-only", "expand-only"])} ${this.one(["alias <aliases>", "virtual <virt>", ""])}`;
    return [local(), local(), relay(), this.chance(0.3) ? listOnly() : local()].map(
      (text, index) => `action "a${index}" ${text}`,
    );
  }

  private rules(): string[] {
    const condition = () => {
      const not = this.chance(0.2) ? "! " : "";
      return this.one([
        `${not}from any`,
        `${not}from src <nets>`,
        `${not}from local`,
        "from socket",
        `${not}from rdns <heloes>`,
        "from rdns",
        `${not}for domain <doms>`,
        `${not}for local`,
        "for any",
        `${not}for rcpt-to ${this.list(["alice@twin.example", "@a.example", "bob", "@remote.example"])}`,
        `${not}helo <heloes>`,
        `${not}mail-from <froms>`,
        `${not}tag ${this.one(["main", "sub"])}`,
        `${not}rcpt-to regex { "^a", "example$", "b.b" }`,
        "from auth",
      ]);
    };
    // Each kind once: smtpd refuses a second from or for.
    const conditions = () => {
      const chosen = new Map<string, string>();
      for (const text of this.some([0, 0, 0], 4).map(condition))
        chosen.set(text.replace("! ", "").split(" ", 1)[0] ?? "", text);
      if (this.chance(0.6)) chosen.set("from", "from any");
      return [...chosen.values()].join(" ");
    };
    const outcome = () => (this.chance(0.15) ? "reject" : `action "a${Math.floor(this.random() * 4)}"`);
    const rules = Array.from({ length: 3 + Math.floor(this.random() * 5) }, () => `match ${conditions()} ${outcome()}`);
    return [...rules, 'match from any for local action "a0"', 'match from local for any action "a2"'];
  }

  private homes(): Record<string, string> {
    const homes: Record<string, string> = {};
    if (this.chance(0.4)) homes["/home/alice/.forward"] = `${this.members()}\n`;
    if (this.chance(0.3))
      homes["/home/bob/.forward"] = this.one(["\\bob, x@remote.example\n", "carol\n", "# none\n", ""]);
    return homes;
  }

  private session(listener: { readonly address: string; readonly port: number }): ScenarioSession {
    const isSocket = listener.address === "socket";
    const src = isSocket ? "local" : listener.address === "::1" ? "::1" : this.one(clients);
    const say: string[] = [];
    const messages: string[] = [];
    if (this.chance(0.05)) say.push(this.one(["NOOP", "MAIL FROM:<x@ok.example>", "HELO"]));
    say.push(`${this.chance(0.15) ? "HELO" : "EHLO"} ${this.one(helos)}`);
    const mails = this.chance(0.2) ? 2 : 1;
    for (let mail = 0; mail < mails; mail++) {
      say.push(this.sender());
      const count = 1 + Math.floor(this.random() * this.mostRecipients);
      for (let rcpt = 0; rcpt < count; rcpt++) say.push(this.recipient());
      if (this.chance(0.1)) say.push(this.one(["RSET", "NOOP", "VRFY alice", "DATA now", "HELP"]));
      if (this.chance(0.7)) {
        say.push("DATA", "(message)");
        messages.push(this.message());
      } else say.push("RSET");
    }
    say.push("QUIT");
    const where = isSocket ? ("socket" as const) : { address: listener.address, port: listener.port };
    return { listener: where, src, tls: false, auth: null, say, messages };
  }

  private sender(): string {
    const address = this.one([
      "a@ok.example",
      "",
      "rw@evil.example",
      "alice@twin.example",
      "Carol@a.example",
      "bob",
      "a@@b",
    ]);
    return `MAIL FROM:<${address}>${this.chance(0.1) ? this.one([" SIZE=10", " RET=HDRS", " FOO=1", " BODY=8BITMIME"]) : ""}`;
  }

  private recipient(): string {
    const domain = this.one(this.chance(0.2) ? far : domains);
    const address = this.chance(0.05)
      ? this.one(["alice", "", "a..b@a.example", "x@-a"])
      : `${this.one(users)}@${domain}`;
    const option = this.chance(0.06)
      ? this.one([" NOTIFY=NEVER", " NOTIFY=SUCCESS", " ORCPT=rfc822;x@y.example", " X=1"])
      : "";
    return `RCPT TO:<${address}>${option}`;
  }

  private message(): string {
    return this.one([
      "Subject: s\nFrom: <t@ok.example>\nDate: Thu, 1 Jan 2026 00:00:00 +0000\nMessage-ID: <m@ok.example>\n\nhi\n",
      "From: alice\nTo: bob, Carol <carol>\nBcc: eve\nSubject: folded\n one\n\n.dots\n..\n",
      "Subject: no date\n\nx\n",
      "no header\nat all\n",
      "X-Spam: Yes\nSubject: spam\n\nx\n",
      `Subject: long\n\n${"x".repeat(60)}\n${"y".repeat(400)}\n`,
      "Delivered-To: alice@twin.example\nSubject: loop\n\nx\n",
    ]);
  }
}
