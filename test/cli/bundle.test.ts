import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bundle, copyBundle } from "../helpers/bundle.ts";

const { version } = JSON.parse(readFileSync(new URL("../../packages/cli/package.json", import.meta.url), "utf8")) as {
  version: string;
};

const start = (argv: readonly string[], input = "") =>
  spawnSync(process.execPath, [bundle, ...argv], { input, encoding: "utf8" });

describe("the bundle", () => {
  test("starts and says its version", () => {
    expect(start(["--version"])).toMatchObject({ status: 0, stdout: `smtpdlint ${version}\n`, stderr: "" });
  });

  test("has the pages of the rules with it", () => {
    const { status, stdout } = start(["explain", "unused-suppression"]);
    expect(stdout).toMatch(/^unused-suppression\n\n.*\n(?:.*\n)*\nWhy\n/);
    expect(status).toBe(0);
  });

  test("lints standard input", () => {
    const { status, stdout } = start(["--format", "compact", "-"], "acton x mbox\n");
    expect(stdout).toBe("<stdin>:1:1: error: unknown word 'acton'; did you mean 'action'? [misspelt-word]\n");
    expect(status).toBe(1);
  });

  test("lints alone, in a folder with nothing else", () => {
    const folder = mkdtempSync(join(tmpdir(), "smtpdlint-bundle-"));
    copyBundle(folder);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["smtpdlint.cjs", "-"], {
      cwd: folder,
      input: "match reject\n",
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "no problems in 1 file\n", stderr: "" });
  });

  test.skipIf(!existsSync("/dev/full"))("says when nobody can read what it writes", () => {
    const command = `echo 'match reject' | "${process.execPath}" "${bundle}" - > /dev/full`;
    const { status, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
    expect([status, stderr]).toEqual([2, "smtpdlint: standard output: no space left on device\n"]);
  });

  test("does not mind a reader that has seen enough", () => {
    const command = `yes 'listen on $x' | head -n 20000 | "${process.execPath}" "${bundle}" --format compact - | head -n 1`;
    const { stdout, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
    expect(stdout).toContain("undefined-macro");
    expect(stderr).toBe("");
  });
});
