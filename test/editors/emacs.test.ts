import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
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
    "etc/mail/smtpd.conf": 'include "smtpd.conf.d/more"\naction in mbox virtual <v>\nmatch action in\n',
    "etc/mail/smtpd.conf.d/more": "table v file:virtuals\ntable v { a }\n",
    "etc/mail/virtuals": "joe: bob\njoe: ann\n",
  };

  /** What the editor shows: one line for each thing that `show` inserts, once `ready` holds. */
  function run(setUp: string, start: string, ready: string, show: string, name = "smtpd.conf"): string[] {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text.replace("file:", `file:${folder}/etc/mail/`));
    }
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
    const { stderr } = spawnSync(emacs, ["--batch", "-l", script], { env: installedIn(folder), timeout: 250_000 });
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
  });

  test("with eglot, policy tests are run", () => {
    expect(withEglot("mail.smtpd.test")).toEqual([
      "smtpd-test-mode",
      "51-56 smtpdlint [test-failed]: expected local, got relay action x rule 1",
    ]);
  });

  test.each([
    ["etc/mail/virtuals", "smtpd-table-mode", "duplicate-key"],
    ["etc/mail/smtpd.conf.d/more", "smtpd-conf-mode", "duplicate-table"],
  ])(
    "with eglot, %s is understood with its configuration",
    (name, mode, rule) => {
      const [shownMode, ...found] = withEglot(name);
      expect(shownMode).toBe(mode);
      expect(found).toContainEqual(expect.stringContaining(`[${rule}]`));
    },
    70_000,
  );

  const lspMode = `(setq lsp-auto-guess-root t lsp-restart 'ignore lsp-enable-snippet nil lsp-diagnostics-provider :none)
    (require 'lsp-mode)\n${snippetAfter("With lsp-mode")}`;
  const hasLspDiagnostics = "(> (hash-table-count (lsp-diagnostics)) 0)";
  const withLspMode = (name: string) =>
    run(
      lspMode,
      "",
      hasLspDiagnostics,
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
  });

  test("with lsp-mode, policy tests are run", () => {
    expect(withLspMode("mail.smtpd.test")).toEqual(["smtpd-test-mode", "expected local, got relay action x rule 1"]);
  });

  test("with lsp-mode, tables are understood with their configuration", () => {
    const [mode, ...found] = withLspMode("etc/mail/virtuals");
    expect(mode).toBe("smtpd-table-mode");
    expect(found).toContainEqual(expect.stringContaining("'joe' is given again"));
  });

  const commands = snippetAfter("In Emacs, with eglot or lsp-mode, `M-x");
  const shown = (call: string) => `(progn ${call} (with-current-buffer "*smtpdlint*" (buffer-string)))`;
  // Enter takes what is offered.
  const asked = `(cl-letf (((symbol-function 'read-string) (lambda (_ _ _ offered) (concat offered " mail-from ann@example.net"))))
    (call-interactively 'smtpdlint-trace))`;
  const visited = `(with-current-buffer "*smtpdlint*" (goto-char (point-min)) (forward-button 1) (push-button)
    (format "%s:%d" (file-name-nondirectory buffer-file-name) (line-number-at-pos)))`;
  const refused = `(progn (with-current-buffer "mail.smtpd.conf" (goto-char (point-min)) (insert "xx\n"))
    (set-buffer "mail.smtpd.conf") (condition-case failure (call-interactively 'smtpdlint-trace) (error (cadr failure))))`;
  const clients: readonly (readonly [name: string, setUp: string, start: string, ready: string])[] = [
    [
      "eglot",
      `(require 'eglot)\n${snippetAfter("With eglot")}`,
      "(run-hooks 'post-command-hook)",
      "(flymake-diagnostics)",
    ],
    ["lsp-mode", lspMode, "", hasLspDiagnostics],
  ];
  test.each(clients)(
    "with %s, the key of a table is renamed, and what is no name is refused",
    (client, setUp, start, ready) => {
      const rename = client === "eglot" ? "eglot-rename" : "lsp-rename";
      const renamed = (part: string) =>
        run(
          setUp,
          start,
          ready,
          `(progn (goto-char (point-min)) (search-forward ${JSON.stringify(part)}) (goto-char (match-beginning 0))
            (append (condition-case failure (progn (${rename} "jim") nil) (error (list (format "%s" failure))))
              (split-string (buffer-string) "\n")))`,
          "etc/mail/virtuals",
        ).slice(1);
      expect(renamed("joe: ann")).toEqual(["joe: bob", "jim: ann", ""]);
      expect(renamed("bob")).toEqual([expect.stringContaining("there is no name here"), "joe: bob", "joe: ann", ""]);
    },
    140_000,
  );

  test.each(clients)(
    "with %s, the commands of the README show what becomes of mail",
    (_, setUp, start, ready) => {
      const seen = run(
        `${setUp}\n${commands}`,
        start,
        ready,
        `(goto-char (point-min)) (search-forward "match")
       (mapcan (lambda (text) (split-string text "\n"))
         (list ${shown('(smtpdlint-trace "to bob@example.org")')} ${shown(asked)} ${shown("(smtpdlint-senders)")}
           ${shown("(smtpdlint-flow)")} ${shown("(smtpdlint-differences)")}
           ${shown('(smtpdlint-trace "to bob@example.org")')} ${visited} ${refused}))`,
        "mail.smtpd.conf",
      );
      expect(seen).toContain("## what becomes of mail `to bob@example.org`");
      expect(seen).toContain(
        "## what becomes of mail `from outside to postmaster@elsewhere.example mail-from ann@example.net`",
      );
      expect(seen).toContain("- `relay action x rule 1`");
      expect(seen).toContain("## rule 1 matches mail");
      expect(seen).toContain("flowchart LR");
      expect(seen).toContainEqual(expect.stringContaining("cannot compare with HEAD"));
      // The first link of the page.
      expect(seen).toContain("  - `match from any for any action x` (line 3)");
      expect(seen.slice(-2)).toEqual(["mail.smtpd.conf:3", expect.stringContaining("refuses this file")]);
    },
    70_000,
  );
});
