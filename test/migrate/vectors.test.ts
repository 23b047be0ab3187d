import type { Release } from "@smtpdlint/grammar";
import { type AnnouncementKind, type Migration, migrate } from "@smtpdlint/migrate";
import { memoryHost } from "@smtpdlint/model";
import { describe, expect, test } from "vitest";
import { differences, newTreatments, oldTreatment } from "../helpers/old-answers.ts";
import { type OldQuestion, type OldVector, oldVectors } from "../helpers/old-vectors.ts";

const migrated = (vector: OldVector, target: Release): Migration =>
  migrate("/etc/mail/smtpd.conf", vector.conf, memoryHost(vector.files), { target, hostName: vector.env.hostname });

/** What an announcement explains: differences of other kinds are mistakes. */
const explained: Readonly<Partial<Record<AnnouncementKind, (difference: string, question: OldQuestion) => boolean>>> = {
  "address-literals": (_, { rcptTo }) => rcptTo.includes("["),
  "alias-maildir": (difference) => !difference.startsWith("tls"),
  "alias-to-self": isOther,
  "forward-skipped": isOther,
  "format-late": (difference) => difference === "reply 4 → 2",
  "mda-quotes": (difference) => difference === "argument",
  "no-action": isOther,
  "pki-added": (difference) => difference === "pki",
  "program-in-alias": (difference) => difference === "reply 5 → 2",
  "secure-relay": (difference) => difference === "tls",
  "user-without-domain": isOther,
};

/** A recipient is refused or not, or other envelopes come of it. */
function isOther(difference: string): boolean {
  return !["tls", "pki", "argument", "auth", "ca", "verify", "label", "host"].includes(difference);
}

/** Nobody can log in where no listener lets them, nor come with a tag that no listener gives. */
function isPossible({ src, user, tag, authImpossible }: OldQuestion, { conf }: OldVector): boolean {
  if (src === "local") return true;
  const listeners = conf.replaceAll("\\\n", " ").match(/^[ \t]*listen\b.*$/gm) ?? [];
  const canLogIn = listeners.some((line) => /\s(?:auth|auth-optional)(?:\s|$)/.test(line));
  const hasTag = listeners.some((line) => new RegExp(`\\stag\\s+"?${tag}\\b`).test(line));
  return (
    !authImpossible && (!user || canLogIn) && (tag === "" || tag !== tag.toLowerCase() || hasTag || !/MSA/i.test(tag))
  );
}

describe.each(oldVectors)("%s", (_, read) => {
  const vectors = read().filter(({ verdict }) => verdict.ok);

  test("each message is treated as by 6.0.3, or an announcement says why not", () => {
    const wrong: string[] = [];
    let equal = 0;
    let count = 0;
    for (const vector of vectors) {
      const { text, files, announcements } = migrated(vector, "7.8");
      const { treatment } = newTreatments(vector, text, files, "7.8");
      for (const question of vector.messages) {
        if (!isPossible(question, vector)) continue;
        count++;
        const found = differences(oldTreatment(question), treatment(question));
        if (found.length === 0) equal++;
        const difference = found.join(",");
        const isExplained = announcements.some(({ kind }) => explained[kind]?.(difference, question));
        if (found.length > 0 && !isExplained) wrong.push(`${vector.id} ${question.rcptTo}: ${difference}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(equal / count).toBeGreaterThan(0.9);
  });

  test.each(["7.8", "7.4", "7.0", "6.8", "6.7", "6.6", "6.4"] as const)("smtpd %s accepts what comes out", (target) => {
    const refused = vectors.flatMap((vector) => {
      const { text, files, announcements } = migrated(vector, target);
      // The daemon takes a key from standard input, and `smtpd -n` does not.
      const found = newTreatments(vector, text, files, target).refused.filter(
        ({ rule }) => rule !== "invalid-queue-key",
      );
      // Then nothing is left.
      const isEmpty = announcements.some(({ kind }) => kind === "never-matched");
      return found
        .filter(({ rule }) => rule !== "no-rules" || !isEmpty)
        .map(({ rule, message }) => `${vector.id} ${rule}: ${message}`);
    });
    expect(refused).toEqual([]);
  });

  test("all but filters is translated", () => {
    const left = vectors.flatMap((vector) =>
      migrated(vector, "7.8")
        .untranslated.filter(({ reason }) => !reason.startsWith("filters of releases before 6.4"))
        .map(({ reason }) => `${vector.id}: ${reason}`),
    );
    expect(left).toEqual([]);
  });

  test("a comment, macro or value is lost nowhere", () => {
    const lost = vectors.flatMap((vector) => {
      const { text, files, config } = migrated(vector, "7.8");
      return config.files.flatMap((file, index) => {
        const result = index === 0 ? text : (files[file.path] ?? "");
        const comments = file.comments.map(({ start, end }) => file.text.slice(start, end).trimEnd());
        const macros = file.text.match(/^[a-z]+ = .*$/gm)?.map((line) => line.split(" = ")[0] as string) ?? [];
        return [...comments, ...macros].filter((part) => !result.includes(part)).map((part) => `${vector.id}: ${part}`);
      });
    });
    expect(lost).toEqual([]);
  });
});
