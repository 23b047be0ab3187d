import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { installedIn, snippetAfter } from "./installed.ts";

/** The server in Debian's Emacs, set up by the lines of the README. */
const emacs = process.env.EMACS ?? "/usr/bin/emacs";

describe.skipIf(!existsSync(emacs))("Emacs", () => {
  const { folder } = temporaryFolder("emacs");

  const files: Readonly<Record<string, string>> = {
    "smtpd.conf": "table t { a }\nlisten on lo prot 25\nmatch for domain <tt> reject\n",
    "mail.smtpd.conf": "listen on 192.0.2.1\naction x relay\nmatch from any for any action x\n",
    "mail.smtpd.test": "to bob@example.org => relay\nto bob@example.org => local\n",
  };

  /** What the editor shows: one line for each thing that `show` inserts, once `ready` holds. */
  function run(setUp: string, start: string, ready: string, show: string, name = "smtpd.conf"): string[] {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    const file = join(folder, name);
    const out = join(folder, "seen");
    rmSync(out, { force: true });
    const script = join(folder, "init.el");
    writeFileSync(
      script,
      `(package-initialize)
${setUp}
(find-file ${JSON.stringify(file)})
${start}
(with-timeout (20) (while (not ${ready}) (accept-process-output nil 0.1)))
(let ((mode major-mode) (lines (progn ${show})))
  (with-temp-file ${JSON.stringify(out)} (insert (symbol-name mode)) (dolist (line lines) (insert "\\n" line))))
`,
    );
    const { stderr } = spawnSync(emacs, ["--batch", "-l", script], { env: installedIn(folder), timeout: 60_000 });
    if (!existsSync(out)) throw new Error(stderr.toString());
    return readFileSync(out, "utf8").split("\n");
  }

  const withEglot = (name: string) =>
    run(
      `(require 'eglot)\n${snippetAfter("With eglot")}`,
      // Nobody types here, so the hook that waits for a command has to be called.
      "(run-hooks 'post-command-hook)",
      "(flymake-diagnostics)",
      `(mapcar (lambda (d) (format "%d-%d %s" (flymake-diagnostic-beg d) (flymake-diagnostic-end d)
         (car (split-string (flymake-diagnostic-text d) "\\n")))) (flymake-diagnostics))`,
      name,
    );

  test("with eglot", () => {
    const seen = withEglot("smtpd.conf");
    expect(seen[0]).toBe("smtpd-conf-mode");
    expect(seen.slice(1).toSorted()).toEqual([
      "28-32 smtpdlint [misspelt-word]: unknown word 'prot'; did you mean 'port'?",
      "54-56 smtpdlint [undefined-table]: table 'tt' is not defined.",
    ]);
  }, 70_000);

  test("with eglot, policy tests are run", () => {
    expect(withEglot("mail.smtpd.test")).toEqual([
      "smtpd-test-mode",
      "51-56 smtpdlint [test-failed]: expected local, got relay action x rule 1",
    ]);
  }, 70_000);

  test("with eglot, the commands of the README show what becomes of mail", () => {
    const shown = (call: string) => `(progn ${call} (with-current-buffer "*smtpdlint*" (buffer-string)))`;
    // Enter takes what is offered.
    const asked = `(cl-letf (((symbol-function 'read-string) (lambda (_ _ _ offered) (concat offered " mail-from ann@example.net"))))
      (call-interactively 'smtpdlint-trace))`;
    const seen = run(
      `(require 'eglot)\n${snippetAfter("With eglot")}\n${snippetAfter("In Emacs with eglot, `M-x")}`,
      "(run-hooks 'post-command-hook)",
      "(flymake-diagnostics)",
      `(goto-char (point-min)) (search-forward "match")
       (mapcan (lambda (text) (split-string text "\n"))
         (list ${shown('(smtpdlint-trace "to bob@example.org")')} ${shown(asked)} ${shown("(smtpdlint-senders)")} ${shown("(smtpdlint-flow)")}))`,
      "mail.smtpd.conf",
    );
    expect(seen).toContain("## what becomes of mail `to bob@example.org`");
    expect(seen).toContain(
      "## what becomes of mail `from outside to postmaster@elsewhere.example mail-from ann@example.net`",
    );
    expect(seen).toContain("- `relay action x rule 1`");
    expect(seen).toContain("## rule 1 matches mail");
    expect(seen).toContain("flowchart LR");
  }, 70_000);

  const withLspMode = (name: string) =>
    run(
      `(setq lsp-auto-guess-root t lsp-restart 'ignore lsp-enable-snippet nil lsp-diagnostics-provider :none)
       (require 'lsp-mode)\n${snippetAfter("With lsp-mode")}`,
      "",
      "(> (hash-table-count (lsp-diagnostics)) 0)",
      `(apply #'append (mapcar (lambda (all) (mapcar (lambda (d) (car (split-string (lsp:diagnostic-message d) "\\n"))) all))
         (hash-table-values (lsp-diagnostics))))`,
      name,
    );

  test("with lsp-mode", () => {
    const seen = withLspMode("smtpd.conf");
    expect(seen[0]).toBe("smtpd-conf-mode");
    expect(seen.slice(1).toSorted()).toEqual([
      "table 'tt' is not defined.",
      "unknown word 'prot'; did you mean 'port'?",
    ]);
  }, 70_000);

  test("with lsp-mode, policy tests are run", () => {
    expect(withLspMode("mail.smtpd.test")).toEqual(["smtpd-test-mode", "expected local, got relay action x rule 1"]);
  }, 70_000);
});
