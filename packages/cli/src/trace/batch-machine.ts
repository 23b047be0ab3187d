import type { Release } from "@smtpdlint/grammar";
import {
  type DescribedEntry,
  describedEnvironment,
  type Environment,
  type EnvironmentDescription,
  type Exchanger,
  type ProgramEnd,
  smtpdUser,
} from "@smtpdlint/policy";
import { fitsPassword } from "./password.ts";

/** The machine and the network of a line with sessions. What it does not list does not exist. */
export interface SessionMachine {
  readonly hostname: string;
  readonly users: Readonly<Record<string, { readonly uid: number; readonly home: string; readonly noHome?: boolean }>>;
  /** Texts of files in homes. They belong to the user. */
  readonly homes?: Readonly<Record<string, string>>;
  /** Other modes of files and folders, octal. */
  readonly modes?: Readonly<Record<string, string>>;
  /** What the DNS says of addresses. */
  readonly dns?: Readonly<Record<string, { readonly rdns: string | null; readonly fcrdns: boolean }>>;
  readonly zone?: Readonly<
    Record<string, { readonly MX?: readonly (readonly [number, string])[]; readonly A?: readonly string[] }>
  >;
  /** `address:port` of servers that take mail, and their reply to RCPT if it is not 250. */
  readonly sinks?: Readonly<Record<string, string>>;
  readonly localAddresses: readonly string[];
  readonly localNames: readonly string[];
}

/** The machine as the twin of smtpd knows it. */
export function batchEnvironment(
  env: SessionMachine,
  files: Readonly<Record<string, string>>,
  now: number | undefined,
  target: Release,
): Environment {
  const description: EnvironmentDescription = {
    env,
    files,
    // Time stamps are put out as placeholders, so that any day is as good.
    now: now ?? 0,
    users: Object.entries(env.users)
      .map(([name, { uid, home }]) => `${name}:${uid}:${uid}:${home}\n`)
      .join(""),
    home: homesOf(env),
  };
  const network = new Network(env);
  const machine = describedEnvironment(description, target);
  return {
    ...machine,
    user: (name) => (name === smtpdUser ? ownAccount : machine.user(name)),
    client: (address) => network.client(address),
    addresses: (host) => network.addresses(host),
    exchangers: (domain) => network.exchangers(domain),
    server: (address, port) => network.server(address, port),
    fitsPassword,
    run: runCommand,
  };
}

/** smtpd's own user, and its home, in which nobody can write. */
const ownAccount = { uid: 0x7ffffffe, gid: 0x7ffffffe, home: "<smtpd>" };

function homesOf({ users, homes = {}, modes = {} }: SessionMachine): Record<string, DescribedEntry> {
  const entries: Record<string, DescribedEntry> = {
    // Everybody may make folders there.
    "/home": { dir: true, mode: "1777", owner: "root" },
    "/var/mail": { dir: true, mode: "1777", owner: "root" },
  };
  const owners = new Map(Object.entries(users).map(([name, { home }]) => [home, name]));
  for (const [name, { home, noHome }] of Object.entries(users)) {
    entries[home] = noHome ? { missing: true } : { dir: true, mode: modes[home] ?? "0755", owner: name };
  }
  for (const [path, text] of Object.entries(homes)) {
    const owner = owners.get(path.slice(0, path.lastIndexOf("/"))) ?? "root";
    entries[path] = { text, mode: modes[path] ?? "0644", owner };
  }
  return entries;
}

/** The DNS of the line, and /etc/hosts with `localhost` and the machine's name. */
class Network {
  private readonly hosts = new Map<string, string[]>();
  private readonly names: ReadonlySet<string>;

  constructor(private readonly env: SessionMachine) {
    const { dns = {}, zone = {}, hostname } = env;
    for (const [address, { rdns, fcrdns }] of Object.entries(dns)) {
      if (!rdns) continue;
      const other = address.includes(":") ? "2001:db8:ffff::1" : "10.254.254.254";
      this.add(rdns, fcrdns ? address : other);
    }
    this.names = new Set([...Object.keys(zone), ...this.hosts.keys()].map((name) => name.toLowerCase()));
    for (const [name, { A = [] }] of Object.entries(zone)) for (const address of A) this.add(name, address);
    this.hosts.set("localhost", ["127.0.0.1", "::1"]);
    this.hosts.set(hostname.toLowerCase(), ["127.0.0.1"]);
  }

  client(address: string) {
    const found = this.env.dns?.[address];
    if (found?.rdns) return { name: found.rdns, confirmed: found.fcrdns ? "pass" : "fail" } as const;
    const isLocal = address === "127.0.0.1" || address === "::1";
    return isLocal && !found
      ? ({ name: "localhost", confirmed: "pass" } as const)
      : ({ name: "", confirmed: "fail" } as const);
  }

  addresses(host: string): readonly string[] {
    return this.hosts.get(host.toLowerCase()) ?? [];
  }

  exchangers(domain: string): readonly Exchanger[] | "missing" {
    const name = domain.toLowerCase();
    if (!this.names.has(name)) return "missing";
    const records = this.env.zone?.[name]?.MX ?? [];
    return records.map(([preference, host]) => ({ preference, host: host === "." ? "" : host }));
  }

  server(address: string, port: number) {
    const reply = this.env.sinks?.[`${address}:${port}`];
    if (reply === undefined) return "unreachable";
    return { offersTls: false, recipientReply: reply || "250 2.0.0 ok", messageReply: "250 2.0.0 ok" };
  }

  private add(host: string, address: string): void {
    const name = host.toLowerCase();
    this.hosts.set(name, [...(this.hosts.get(name) ?? []), address]);
  }
}

/** The commands that a line may have: the recorder, and those that only end. */
function runCommand(command: string): ProgramEnd | undefined {
  const [, code] = /^(?:cat >\/dev\/null; *)?exit (\d+)$/.exec(command) ?? [];
  if (code !== undefined) return { exitCode: Number(code) };
  if (/^kill \$\$$/.test(command)) return { signal: 15 };
  return command.startsWith(`${recorder} `) || command === recorder ? { exitCode: 0 } : undefined;
}

/** Writes down its arguments and its environment. */
export const recorder = "/etc/twin/record";
