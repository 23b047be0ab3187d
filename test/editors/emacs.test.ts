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

  /** What the editor shows: one line for each thing that `show` inserts, once `ready` holds. */
  function run(setUp: string, start: string, ready: string, show: string): string[] {
    const file = join(folder, "smtpd.conf");
    const out = join(folder, "seen");
    rmSync(out, { force: true });
    writeFileSync(file, "table t { a }\nlisten on lo prot 25\nmatch for domain <tt> reject\n");
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

  test("with eglot", () => {
    const seen = run(
      `(require 'eglot)\n${snippetAfter("With eglot")}`,
      // Nobody types here, so the hook that waits for a command has to be called.
      "(run-hooks 'post-command-hook)",
      "(flymake-diagnostics)",
      `(mapcar (lambda (d) (format "%d-%d %s" (flymake-diagnostic-beg d) (flymake-diagnostic-end d)
         (car (split-string (flymake-diagnostic-text d) "\\n")))) (flymake-diagnostics))`,
    );
    expect(seen[0]).toBe("smtpd-conf-mode");
    expect(seen.slice(1).toSorted()).toEqual([
      "28-32 smtpdlint [misspelt-word]: unknown word 'prot'; did you mean 'port'?",
      "54-56 smtpdlint [undefined-table]: table 'tt' is not defined",
    ]);
  }, 70_000);

  test("with lsp-mode", () => {
    const seen = run(
      `(setq lsp-auto-guess-root t lsp-restart 'ignore lsp-enable-snippet nil lsp-diagnostics-provider :none)
       (require 'lsp-mode)\n${snippetAfter("With lsp-mode")}`,
      "",
      "(> (hash-table-count (lsp-diagnostics)) 0)",
      `(apply #'append (mapcar (lambda (all) (mapcar (lambda (d) (car (split-string (lsp:diagnostic-message d) "\\n"))) all))
         (hash-table-values (lsp-diagnostics))))`,
    );
    expect(seen[0]).toBe("smtpd-conf-mode");
    expect(seen.slice(1).toSorted()).toEqual([
      "table 'tt' is not defined",
      "unknown word 'prot'; did you mean 'port'?",
    ]);
  }, 70_000);
});
