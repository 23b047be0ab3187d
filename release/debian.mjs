import { createHash } from "node:crypto";
import {
  chmodSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** What Debian says of a package; https://www.debian.org/doc/debian-policy/ch-controlfields.html */
const control = ({ version, size }) => `Package: smtpdlint
Version: ${version}
Architecture: all
Maintainer: The smtpdlint authors <smtpdlint@users.noreply.github.com>
Installed-Size: ${size}
Depends: nodejs (>= 20)
Suggests: opensmtpd
Section: mail
Priority: optional
Homepage: https://github.com/smtpdlint/smtpdlint
Description: linter and language server for OpenSMTPD's smtpd.conf
 smtpdlint checks the configuration of the mail server OpenSMTPD before smtpd
 reads it. It reports every mistake at once, with line, cause and fix, for any
 release from 6.4 on; smtpd need not be installed.
 .
 It also says what becomes of a message, runs tests of a mail policy, proves
 what a change does to mail, and is a language server for editors.
`;

/** The program starts by Debian's Node, whatever PATH says. */
const withDebiansNode = (text) => text.replace(/^#!.*/, "#!/usr/bin/node");

/** Writes `smtpdlint_VERSION_all.deb`, which is made without root: dpkg-deb gives all files to it. */
export function writeDebianPackage({ root, folder, version, epoch, run }) {
  const tree = mkdtempSync(join(tmpdir(), "smtpdlint-deb-"));
  try {
    const cli = join(root, "packages/cli");
    const program = join(cli, "dist/smtpdlint.cjs");
    const write = (path, content, mode = 0o644) => {
      const whole = join(tree, path);
      mkdirSync(dirname(whole), { recursive: true });
      writeFileSync(whole, content);
      chmodSync(whole, mode);
    };
    const compressed = (text) => gzipSync(text, { level: 9 });
    const read = (path) => readFileSync(join(root, path));

    const share = "usr/share/smtpdlint";
    write(`${share}/smtpdlint.cjs`, withDebiansNode(readFileSync(program, "utf8")), 0o755);
    // What npm installs too, at the places where the program looks for it.
    const { files } = JSON.parse(readFileSync(join(cli, "package.json"), "utf8"));
    for (const path of files.filter((path) => /^(?:dist|schema)\//.test(path) && !path.endsWith("/smtpdlint.cjs")))
      write(`${share}/${path.replace(/^dist\//, "")}`, read(`packages/cli/${path}`));
    mkdirSync(join(tree, "usr/bin"));
    symlinkSync("../share/smtpdlint/smtpdlint.cjs", join(tree, "usr/bin/smtpdlint"));

    write("usr/share/man/man1/smtpdlint.1.gz", compressed(read("packages/cli/man/smtpdlint.1")));
    write("usr/share/man/man5/smtpdlint.rc.5.gz", compressed(read("packages/cli/man/smtpdlint.rc.5")));
    for (const [shell, path] of [
      ["bash", "usr/share/bash-completion/completions/smtpdlint"],
      ["zsh", "usr/share/zsh/vendor-completions/_smtpdlint"],
      ["fish", "usr/share/fish/vendor_completions.d/smtpdlint.fish"],
    ]) {
      write(path, run(process.execPath, [program, "completions", shell]));
    }

    const documents = "usr/share/doc/smtpdlint";
    write(`${documents}/changelog.gz`, compressed(changelog(version, epoch)));
    write(`${documents}/NEWS.gz`, compressed(read("CHANGELOG.md")));
    write(
      `${documents}/copyright`,
      copyright(read("LICENSE").toString(), readFileSync(join(cli, "THIRD-PARTY.md"), "utf8")),
    );

    const paths = filesIn(tree);
    const size = Math.ceil(paths.reduce((sum, path) => sum + statSync(join(tree, path)).size, 0) / 1024);
    const sums = paths.map(
      (path) =>
        `${createHash("md5")
          .update(readFileSync(join(tree, path)))
          .digest("hex")}  ${path}\n`,
    );
    write("DEBIAN/control", control({ version, size }));
    write("DEBIAN/md5sums", sums.join(""));
    setTimes(tree, epoch);
    run("dpkg-deb", ["--root-owner-group", "-Zxz", "--build", tree, join(folder, `smtpdlint_${version}_all.deb`)]);
  } finally {
    rmSync(tree, { recursive: true });
  }
}

/** The files below a folder, sorted; symbolic links are none. */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

function setTimes(folder, seconds) {
  for (const path of [".", ...readdirSync(folder, { recursive: true })]) {
    const whole = join(folder, path);
    lutimesSync(whole, seconds, seconds);
    // mkdtemp makes a folder that nobody else may look into, and umask may be strict.
    if (statSync(whole).isDirectory()) chmodSync(whole, 0o755);
  }
}

/** In Debian's own form; what has changed stands in NEWS. */
function changelog(version, epoch) {
  const date = new Date(epoch * 1000).toUTCString().replace("GMT", "+0000");
  return `smtpdlint (${version}) stable; urgency=medium

  * Version ${version}; see NEWS.gz.

 -- The smtpdlint authors <smtpdlint@users.noreply.github.com>  ${date}
`;
}

/** Our licence and those of what is bundled; Debian has the text of Apache's. */
function copyright(licence, thirdParty) {
  const bundled = thirdParty
    .replaceAll("\r", "")
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [, title, id, text] = /^(.*)\n\n(.*)\n\n```text\n([\s\S]*)\n```/.exec(section);
      return id === "Apache-2.0"
        ? `${title}\n${id}, see /usr/share/common-licenses/Apache-2.0\n`
        : `${title}\n${id}\n\n${text}\n`;
    });
  return `smtpdlint, https://github.com/smtpdlint/smtpdlint\n\n${licence}\nIt contains:\n\n${bundled.join("\n")}`;
}
