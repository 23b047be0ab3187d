import { execFile } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entryAt } from "../../packages/cli/src/file-entry.ts";
import { folderProblem, socketProblem } from "../../packages/policy/src/delivery/access.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/**
 * What a user may write, as we see it, against smtpd's own helpers on this
 * machine: mail.lmtp and mail.maildir, run as smtpd runs them (smtpd.c,
 * forkmda), as a user with no group but its first.
 */
const helpers = "/usr/libexec/opensmtpd";
const isTestable = existsSync(`${helpers}/mail.lmtp`) && process.getuid?.() === 0;
const users = [
  { uid: 5000, gid: 5000 },
  { uid: 5001, gid: 5000 },
  { uid: 5002, gid: 5002 },
];
const environment = { entry: entryAt, socket: entryAt };

describe.skipIf(!isTestable)("smtpd's helpers on this machine", () => {
  const { folder } = temporaryFolder("deliveries");
  const give = (path: string, mode: number, uid: number, gid: number) => {
    chownSync(path, uid, gid);
    chmodSync(path, mode);
  };
  const makeFolder = (name: string, mode: number, uid: number, gid: number) => {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    give(path, mode, uid, gid);
    return path;
  };
  /** How many helpers a server has let in; they are sent away, and say so in words of their own. */
  let visits = 0;
  const run = async (helper: string, words: readonly string[], { uid, gid }: { uid: number; gid: number }) => {
    const env = { HOME: join(folder, "home"), SENDER: "a@b.example", USER: "u" };
    const before = visits;
    const [failed, stderr] = await new Promise<[boolean, string]>((resolve) => {
      const child = execFile(`${helpers}/${helper}`, words, { uid, gid, env }, (error, _, said) =>
        resolve([error !== null, said]),
      );
      // Who fails at once reads nothing.
      child.stdin?.on("error", () => {});
      child.stdin?.end("Subject: x\n\nx\n");
    });
    if (!failed || visits > before) return "none";
    return /: ([A-Z][a-z ]+)\n$/.exec(stderr)?.[1] ?? stderr;
  };

  const modes = [0o600, 0o660, 0o606, 0o666, 0o060, 0o006, 0o444, 0o640];
  const owners = [
    [5000, 0],
    [0, 5000],
    [0, 0],
  ] as const;
  const sockets: string[] = [];
  const server: ReturnType<typeof createServer>[] = [];
  beforeAll(async () => {
    chmodSync(folder, 0o755);
    makeFolder("open", 0o755, 0, 0);
    makeFolder("shut", 0o755, 0, 0);
    const wanted = modes.flatMap((mode) => owners.map(([uid, gid]) => ({ mode, uid, gid, at: "open" })));
    wanted.push({ mode: 0o666, uid: 0, gid: 0, at: "shut" });
    for (const { mode, uid, gid, at } of wanted) {
      const path = join(folder, at, `${mode.toString(8)}-${uid}-${gid}`);
      const listening = createServer((socket) => {
        visits++;
        socket.destroy();
      });
      server.push(listening);
      await new Promise<void>((resolve) => listening.listen(path, resolve));
      give(path, mode, uid, gid);
      sockets.push(path);
    }
    give(join(folder, "shut"), 0o710, 0, 5000);
    symlinkSync(join(folder, "shut"), join(folder, "link"));
    sockets.push(
      ...["open/nowhere", "shut/nowhere", "link/666-0-0", "nowhere/at/all"].map((name) => join(folder, name)),
    );
    writeFileSync(join(folder, "file"), "");
    sockets.push(join(folder, "file/below"));
  });
  afterAll(() => {
    for (const listening of server) listening.close();
  });

  test.each(users)("connect to a socket or not: user $uid, group $gid", async (account) => {
    const seen: string[] = [];
    for (const path of sockets) {
      seen.push(`${path.slice(folder.length)}: ${await run("mail.lmtp", ["-d", path, "-u"], account)}`);
    }
    const ours = sockets.map((path) => `${path.slice(folder.length)}: ${socketProblem(environment, path, account)}`);
    expect(ours).toEqual(seen);
    expect(new Set(seen.map((line) => line.split(": ")[1])).size).toBe(4);
  });

  test.each(users)("write to a maildir or not: user $uid, group $gid", async (account) => {
    const paths: string[] = [];
    for (const [index, mode] of [0o700, 0o770, 0o755, 0o775, 0o777, 0o733, 0o707, 0o070, 0o007].entries()) {
      for (const [uid, gid] of owners) {
        const name = `${account.uid}-${index}-${uid}-${gid}`;
        // mail.maildir changes the mode of its own folder.
        paths.push(makeFolder(name, mode, uid, gid), join(makeFolder(`${name}-above`, mode, uid, gid), "below/it"));
        const ready = makeFolder(`${name}-ready`, 0o755, 0, 0);
        for (const part of ["tmp", "new", "cur"]) makeFolder(`${name}-ready/${part}`, mode, uid, gid);
        paths.push(ready);
      }
    }
    paths.push(join(folder, "file"), join(folder, "file/below"), "/proc/below");
    const ours = paths.map((path) => folderProblem(environment, path, account));
    const seen: string[] = [];
    for (const path of paths) seen.push(await run("mail.maildir", [path], account));
    // Which of two words it says depends on what is missed first.
    const verdict = (problem: string | undefined) => (problem === "none" ? "fine" : "fails");
    const named = (list: readonly (string | undefined)[]) =>
      paths.map((path, index) => `${path.slice(folder.length)}: ${verdict(list[index])}`);
    expect(named(ours)).toEqual(named(seen));
    expect(new Set(seen.map(verdict)).size).toBe(2);
  });
});
