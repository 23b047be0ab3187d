import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { installedIn, snippetAfter } from "./installed.ts";

/** The server in a real editor: Debian's Neovim, headless, driven by `neovim.lua`. */
const nvim = process.env.NVIM ?? "/usr/bin/nvim";
const root = fileURLToPath(new URL("../../", import.meta.url));

const text = `table blocked {  "@spam.example" }
listen on lo  mask-source
match from any mail-from <blocked> for any reject
match from any for any action in
action in mbox
`;
const lines = text.trimEnd().split("\n");

describe.skipIf(!existsSync(nvim))("Neovim", () => {
  const { folder } = temporaryFolder("neovim");
  let seen: Record<string, unknown> = {};

  beforeAll(() => {
    const server = join(root, "packages/server/dist/server.js");
    const file = join(folder, "smtpd.conf");
    const out = join(folder, "seen.json");
    writeFileSync(file, text);
    const script = fileURLToPath(new URL("neovim.lua", import.meta.url));
    spawnSync(nvim, ["--headless", "-u", "NONE", "-i", "NONE", "-c", `luafile ${script}`], {
      env: {
        ...process.env,
        HOME: folder,
        SMTPDLINT_NODE: process.execPath,
        SMTPDLINT_SERVER: server,
        SMTPDLINT_FILE: file,
        SMTPDLINT_OUT: out,
      },
      timeout: 300_000,
    });
    seen = JSON.parse(readFileSync(out, "utf8"));
  });

  test("nothing failed in the editor", () => {
    expect(seen.error).toBeUndefined();
  });
  test("diagnostics", () => {
    expect(seen.diagnostics).toEqual([
      { line: 2, column: 15, code: "old-syntax", message: expect.stringContaining("use mask-src") },
      { line: 4, column: 31, code: "undefined-action", message: expect.stringContaining("only further down") },
    ]);
  });
  test("a quickfix list, where each is on one line, tells what is wrong from what to do", () => {
    const [first = ""] = seen.quickfix as string[];
    expect(first.replaceAll(/\s*\n\s*/g, " ")).toBe("'mask-source' is pre-6.4 syntax. help: use mask-src");
  });
  test("hover", () => {
    expect(seen.hover).toMatchObject({ contents: { kind: "markdown", value: expect.stringContaining("match") } });
  });
  test("definition", () => {
    expect(seen.definition).toMatchObject([
      { targetSelectionRange: { start: { line: 0, character: 6 }, end: { line: 0, character: 13 } } },
    ]);
  });
  test("completion", () => {
    const labels = (seen.completion as { label: string }[]).map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(["from", "for", "tag", "reject"]));
  });
  test("rename", () => {
    expect(seen.renamed).toEqual(lines.map((line) => line.replace("blocked", "blocked-senders")));
  });
  test("a code action", () => {
    expect(seen.actions).toEqual(expect.arrayContaining(["Change to 'mask-src'"]));
    expect((seen.mended as string[])[1]).toBe("listen on lo  mask-src");
  });
  test("formatting, and the finding is gone", () => {
    expect((seen.formatted as string[]).slice(0, 2)).toEqual([
      'table blocked-senders { "@spam.example" }',
      "listen on lo mask-src",
    ]);
    expect(seen.left).toEqual(["undefined-action"]);
  });

  /** The type of a file, and what the lines of the README make the editor say of it. */
  function opened(name: string): string[] {
    const init = join(folder, "init.lua");
    const out = join(folder, "said");
    const wait = `vim.wait(8000, function() return #vim.diagnostic.get(0) > 0 end, 20)
      local said = vim.tbl_map(function(item) return (item.message:gsub("\\n.*", "")) end, vim.diagnostic.get(0))
      vim.fn.writefile(vim.list_extend({ vim.bo.filetype }, said), "${out}")
      vim.cmd("qall!")`;
    writeFileSync(init, `${snippetAfter("Older ones:")}\nvim.defer_fn(function() ${wait} end, 100)\n`);
    const argv = ["--headless", "-u", init, "-i", "NONE", join(folder, name)];
    spawnSync(nvim, argv, { env: installedIn(folder), timeout: 120_000 });
    return readFileSync(out, "utf8").trimEnd().split("\n");
  }

  test("the lines of the README set it up", () => {
    writeFileSync(join(folder, "smtpd.conf"), "acton x mbox\nmatch reject\n");
    expect(opened("smtpd.conf")).toEqual(["smtpd-conf", expect.stringContaining("'acton'")]);
  });

  test("also for aliases, which the configuration beside them reads", () => {
    const mail = join(folder, "etc/mail");
    mkdirSync(mail, { recursive: true });
    const conf = `table a file:${mail}/aliases\naction in mbox alias <a>\nmatch action in\n`;
    writeFileSync(join(mail, "smtpd.conf"), conf);
    writeFileSync(join(mail, "aliases"), "joe: bob\njoe: ann\n");
    expect(opened("etc/mail/aliases")).toEqual(["mailaliases", expect.stringContaining("'joe' is given again")]);
  });

  test("the keys of the README lead to an alias and change its name, and that of a label", () => {
    const mail = join(folder, "keys/etc/mail");
    mkdirSync(mail, { recursive: true });
    const out = join(folder, "changed");
    const conf = `table a file:${mail}/aliases\ntable s file:${mail}/secrets\naction in mbox alias <a>\nmatch action in\naction out relay host smtps://isp@relay.example auth <s>\nmatch for any action out\n`;
    writeFileSync(join(mail, "smtpd.conf"), conf);
    writeFileSync(join(mail, "aliases"), "joe: bob\njoe: bob\nbob: ann\n");
    writeFileSync(join(mail, "secrets"), "isp me:secret\n");
    const steps = `vim.wait(8000, function() return #vim.diagnostic.get(0) > 0 end, 20)
      local found, buffers = {}, {}
      local answers = { "rob", "provider" }
      vim.ui.input = function(asked, answer) table.insert(found, asked.default); answer(table.remove(answers, 1)) end
      local function press(keys) vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, false, true), "xt", false) end
      vim.api.nvim_win_set_cursor(0, { 1, 6 })
      press("<C-]>")
      table.insert(found, tostring(vim.fn.line(".")))
      press("grn")
      vim.wait(8000, function() return vim.fn.getline(3):match("^rob") end, 20)
      vim.list_extend(found, vim.api.nvim_buf_get_lines(0, 0, -1, false))
      vim.cmd("silent write | edit ${mail}/smtpd.conf")
      vim.fn.search("isp@")
      press("grn")
      vim.wait(8000, function() return vim.fn.search("provider@", "w") > 0 end, 20)
      table.insert(found, vim.fn.getline("."))
      vim.cmd("wall | edit ${mail}/secrets")
      table.insert(found, vim.fn.getline(1))
      vim.fn.writefile(found, "${out}")
      vim.cmd("qall!")`;
    const init = join(folder, "keys.lua");
    writeFileSync(init, `${snippetAfter("Older ones:")}\nvim.defer_fn(function() ${steps} end, 100)\n`);
    spawnSync(nvim, ["--headless", "-u", init, "-i", "NONE", join(mail, "aliases")], {
      env: installedIn(folder),
      timeout: 120_000,
    });
    expect(readFileSync(out, "utf8").trimEnd().split("\n")).toEqual([
      "3",
      "bob",
      "joe: rob",
      "joe: rob",
      "rob: ann",
      "isp",
      "action out relay host smtps://provider@relay.example auth <s>",
      "provider me:secret",
    ]);
  });

  test("also for other tables in /etc/mail", () => {
    const mail = join(folder, "etc/mail");
    const conf = `table v file:${mail}/virtuals\naction in mbox virtual <v>\nmatch action in\n`;
    writeFileSync(join(mail, "smtpd.conf"), conf);
    writeFileSync(join(mail, "virtuals"), "joe: bob\njoe: ann\n");
    expect(opened("etc/mail/virtuals")).toEqual(["smtpd-table", expect.stringContaining("'joe' is given again")]);
  });

  test("also for policy tests, which are run", () => {
    writeFileSync(join(folder, "smtpd.conf"), "listen on 192.0.2.1\naction x relay\nmatch from any for any action x\n");
    writeFileSync(join(folder, "smtpd.test"), "to bob@example.org => relay\nto bob@example.org => local\n");
    expect(opened("smtpd.test")).toEqual(["smtpd-test", "expected local, got relay action x rule 1"]);
  });

  test("also for our own settings", () => {
    const mail = join(folder, "settings");
    mkdirSync(mail, { recursive: true });
    writeFileSync(join(mail, ".smtpdlintrc.json"), '{ "targt": "6.8" }');
    expect(opened("settings/.smtpdlintrc.json")).toEqual(["json", "unknown key 'targt'; did you mean target?"]);
  });

  test("the commands of the README show what becomes of mail", () => {
    const init = join(folder, "pages.lua");
    const out = join(folder, "pages");
    writeFileSync(
      join(folder, "smtpd.conf"),
      "listen on 192.0.2.1\naction x relay\nmatch from any for any action x\n# the end\n",
    );
    const steps = `vim.wait(8000, function() return #vim.diagnostic.get(0) > 0 end, 20)
      local main, found = vim.api.nvim_get_current_win(), {}
      vim.ui.input = function(asked, answer) answer(asked.default .. " mail-from ann@example.net") end
      for _, command in ipairs({ "SmtpdTrace bob@example.org", "SmtpdTrace", "SmtpdSenders", "SmtpdFlow", "SmtpdDifferences" }) do
        vim.api.nvim_set_current_win(main)
        vim.api.nvim_win_set_cursor(0, { 3, 2 })
        vim.cmd(command)
        vim.wait(8000, function() return vim.api.nvim_get_current_win() ~= main end, 20)
        vim.list_extend(found, vim.api.nvim_buf_get_lines(0, 0, -1, false))
        if command == "SmtpdTrace" then
          vim.fn.search("(line")
          vim.api.nvim_feedkeys("\\r", "xt", false)
          table.insert(found, ("at %s:%d"):format(vim.fn.expand("%:t"), vim.fn.line(".")))
          vim.cmd("wincmd p")
        end
        vim.cmd("close")
      end
      vim.notify = function(text) table.insert(found, text) end
      vim.api.nvim_set_current_win(main)
      vim.api.nvim_buf_set_lines(0, 0, 0, false, { "xx" })
      vim.cmd("SmtpdTrace")
      vim.wait(8000, function() return (found[#found]):match("refuses") end, 20)
      vim.fn.writefile(found, "${out}")
      vim.cmd("qall!")`;
    const setUp = `${snippetAfter("Older ones:")}\n${snippetAfter("For pages in Neovim")}`;
    writeFileSync(init, `${setUp}\nvim.defer_fn(function() ${steps} end, 100)\n`);
    spawnSync(nvim, ["--headless", "-u", init, "-i", "NONE", join(folder, "smtpd.conf")], {
      env: installedIn(folder),
      timeout: 120_000,
    });
    const seen = readFileSync(out, "utf8").split("\n");
    expect(seen).toContain("## what becomes of mail `bob@example.org`");
    expect(seen).toContain(
      "## what becomes of mail `from outside to postmaster@elsewhere.example mail-from ann@example.net`",
    );
    expect(seen).toContain("- `relay action x rule 1`");
    expect(seen).toContain("## rule 1 matches mail");
    expect(seen).toContain("flowchart LR");
    expect(seen).toContainEqual(expect.stringContaining("cannot compare with HEAD"));
    expect(seen).toContain("  - `match from any for any action x` (line 3)");
    expect(seen).toContain("at smtpd.conf:3");
    expect(seen).toContainEqual(expect.stringContaining("refuses this file"));
  });
});
