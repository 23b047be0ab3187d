import { compareMigration, migrate, withProof } from "@smtpdlint/migrate";
import { memoryHost } from "@smtpdlint/model";
import { describedEnvironment } from "@smtpdlint/policy";
import { expect, test } from "vitest";
import type { OldVector } from "../helpers/old-vectors.ts";
import { readVectors } from "../helpers/vectors.ts";

/** A translation, compared with the old file on the machine of the vector; undefined if a part was not translated. */
function provedMigration(vector: OldVector) {
  const { conf, files, env } = vector;
  const host = memoryHost({ ...files });
  const options = { target: "7.8", hostName: env.hostname } as const;
  const path = "/etc/mail/smtpd.conf";
  const migration = migrate(path, conf, host, options);
  if (migration.untranslated.length > 0) return undefined;
  const machine = describedEnvironment(vector, "7.8");
  return withProof(
    migration,
    compareMigration(path, conf, migration, host, options, () => machine),
  );
}

type Found = readonly { readonly id: string; readonly migration: ReturnType<typeof provedMigration> }[];

const proved = (vectors: readonly OldVector[]): Found =>
  vectors.map((vector) => ({ id: vector.id, migration: provedMigration(vector) }));

const announced = (found: Found) =>
  found.flatMap(({ id, migration }) => (migration?.announcements ?? []).map((one) => ({ id, ...one })));

/** What the proof has found that the translation did not announce by itself, by the names of the files. */
const foundByProof = (found: Found) =>
  announced(found)
    .filter(({ kind }) => kind === "treated-otherwise" || kind === "not-proved")
    .map(({ id, kind }) => `${id}: ${kind}`);

const accepted = (name: string) => readVectors<OldVector>(name).filter(({ verdict }) => verdict.ok);

test("all facts are proved, and one difference is found by the proof alone", () => {
  const found = proved(accepted("old-facts.jsonl.gz"));
  expect(foundByProof(found)).toEqual(["via-backup-with-auth-table: treated-otherwise"]);
  expect(found.filter(({ migration }) => migration?.isProved === false)).toEqual([]);
});

test("what differs in a generated file is announced where it is, and shown by a message", () => {
  const found = proved(accepted("old.jsonl.gz").slice(0, 40));
  expect(foundByProof(found)).toEqual([]);
  const shown = announced(found).flatMap(({ kind, witness }) => (witness === undefined ? [] : [kind]));
  expect(shown).toContain("alias-maildir");
  expect(shown).not.toContain("queue");
});
