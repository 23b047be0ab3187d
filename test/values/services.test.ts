import { existsSync, readFileSync } from "node:fs";
import { isKnownService } from "@smtpdlint/model";
import { describe, expect, test } from "vitest";

describe("the services of /etc/services", () => {
  test.each(["bacula-sd", "old-radacct", "radmin-port", "smtp", "submissions", "http"])("%s", (name) => {
    expect(isKnownService(name)).toBe(true);
  });

  test.each(["sd", "bacula-", "radacct-", "old-", "port", "radmin-", "", "__proto__", "constructor"])(
    "not %j",
    (name) => {
      expect(isKnownService(name)).toBe(false);
    },
  );

  const services = "/etc/services";
  test.skipIf(!existsSync(services))("all of this machine's TCP services are known", () => {
    const lines = readFileSync(services, "utf8").split("\n");
    const names = lines
      .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
      .filter(([, port]) => port?.endsWith("/tcp"))
      .flatMap(([name = "", , ...aliases]) => [name, ...aliases]);
    expect(names.filter((name) => !isKnownService(name))).toEqual([]);
  });
});
