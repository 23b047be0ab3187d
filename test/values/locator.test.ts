import { posix } from "node:path";
import { type FileNames, isWithin, locate, type Reach } from "@smtpdlint/model";
import { expect, test } from "vitest";

/** Which paths may be read: one answer for the command line, whose names are paths, and editors, whose are URIs. */
const links: Readonly<Record<string, string>> = { "/srv/mail/out": "/srv/other", "/copy/link": "/etc" };

const paths: FileNames = {
  folderOf: posix.dirname,
  resolve: posix.resolve,
  real(name) {
    const link = Object.keys(links).find((start) => name === start || name.startsWith(`${start}/`));
    return link === undefined ? name : links[link] + name.slice(link.length);
  },
};

const free: Reach = { root: undefined, workingFolder: undefined, folders: ["/srv/mail"] };
const rooted: Reach = { ...free, root: "/copy" };
const onHost: Reach = { ...free, workingFolder: "/tmp" };

test.each<[string, Reach, string]>([
  ["tables.conf", free, "/srv/mail/tables.conf"],
  ["./a/../b", free, "/srv/mail/b"],
  ["/srv/mail/aliases", free, "/srv/mail/aliases"],
  ["/srv/mail/../other/x", free, "not-looked-for"],
  ["/srv/mailbox/x", free, "not-looked-for"],
  ["/etc/mail/aliases", free, "not-looked-for"],
  ["../../etc/passwd", free, "outside-folder"],
  ["out/x", free, "outside-folder"],
  ["/srv/mail/out/x", free, "not-looked-for"],
  ["/etc/mail/aliases", rooted, "/copy/etc/mail/aliases"],
  ["/../x.conf", rooted, "/copy/x.conf"],
  ["//etc/./x", rooted, "/copy/etc/x"],
  ["/link/passwd", rooted, "outside"],
  ["x", rooted, "outside"],
  ["x", onHost, "/tmp/x"],
  ["/etc/mail/aliases", onHost, "/etc/mail/aliases"],
])("%s", (path, reach, expected) => {
  const found = locate(path, "/srv/mail/smtpd.conf", reach, paths);
  expect("name" in found ? found.name : found.failure).toBe(expected);
});

test("a folder does not hold what only begins like it", () => {
  expect(isWithin("/srv/mail", "/srv/mail", paths)).toBe(true);
  expect(isWithin("/srv/mail2", "/srv/mail", paths)).toBe(false);
  expect(isWithin("/x", "/", paths)).toBe(true);
});
