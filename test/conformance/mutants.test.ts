import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatText } from "@smtpdlint/format";
import { applyEdits } from "@smtpdlint/grammar";
import { fix } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../helpers/random.ts";
import { allCases } from "../helpers/rule-cases.ts";

/**
 * Configurations with slips in them, before and after `fmt` and `--fix`, as
 * `smtpd -n` of this machine judges them: the cases of the rules and the
 * vectors, and where they are at hand the configurations of other people,
 * which are not a part of the project.
 */
const smtpd = "/usr/sbin/smtpd";
const corpus = new URL("../../../shared/corpus/", import.meta.url).pathname;
const cases = runs(150);
