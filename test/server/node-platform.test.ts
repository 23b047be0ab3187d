import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { ClientPlatform } from "../../packages/server/src/client-platform.ts";
import { nodePlatform } from "../../packages/server/src/node-platform.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const { folder, file } = temporaryFolder("platform");
file("real/in/file", "x\n");
for (const [link, target] of [
  ["to-file", "real/in/file"],
  ["to-folder", "real"],
  ["real/back", "../to-folder/in"],
  ["to-nothing", "nothing"],
  ["loop", "loop"],
] as const) {
  symlinkSync(target, join(folder, link));
}
const platform = nodePlatform(new ClientPlatform({} as never));
const uriOf = (path: string) => `${pathToFileURL(folder).href}/${path}`;

test.each([
  ["real/in/file", "real/in/file"],
  ["real/in", "real/in"],
  ["real/in/", "real/in"],
  ["to-file", "real/in/file"],
  ["to-folder", "real"],
  ["to-folder/", "real"],
  ["to-folder/in/file", "real/in/file"],
  ["to-folder/back/file", "real/in/file"],
  ["to-folder/missing", "real/missing"],
  ["to-folder/missing/below", "real/missing/below"],
  ["to-file/below", "real/in/file/below"],
  ["to-nothing", "to-nothing"],
  ["loop", "loop"],
  ["loop/below", "loop/below"],
  ["a%00b", "a%00b"],
])("%s leads to %s", (path, place) => {
  expect(platform.real(uriOf(path))).toBe(uriOf(place));
});

test.each(["file://elsewhere/share/file", "file:///", "untitled:Untitled-1"])("%s stays what it is", (uri) => {
  expect(platform.real(uri)).toBe(uri);
});
