import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

/**
 * Colours that can be read on every terminal. Of the sixteen, yellow and cyan
 * are pale on white, blue is dark on black, and the bright ones are greys in
 * Solarized; faint text is half as strong, so that nothing that says something
 * may be faint.
 */
const { folder, file } = temporaryFolder("colors");

/** Background, text, and the colours by their SGR codes, as these terminals have them. */
const themes = {
  "xterm, dark": { back: "#000000", 31: "#cd0000", 32: "#00cd00", 35: "#cd00cd" },
  "GNOME, light": { back: "#ffffff", 31: "#cc0000", 32: "#4e9a06", 35: "#75507b" },
  "Visual Studio Code, dark": { back: "#1e1e1e", 31: "#cd3131", 32: "#0dbc79", 35: "#bc3fbc" },
  "Visual Studio Code, light": { back: "#ffffff", 31: "#cd3131", 32: "#107c10", 35: "#bc05bc" },
  "Solarized, dark": { back: "#002b36", 31: "#dc322f", 32: "#859900", 35: "#d33682" },
  "Solarized, light": { back: "#fdf6e3", 31: "#dc322f", 32: "#859900", 35: "#d33682" },
} as const;

/** By WCAG 2, from 1 to 21. */
function contrast(one: string, other: string): number {
  const luminance = (color: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

test.each(Object.entries(themes))("red, green and magenta can be read on %s", (_, { back, ...colors }) => {
  for (const color of Object.values(colors)) expect(contrast(color, back)).toBeGreaterThan(2.9);
});

const conf = file(
  "fs/etc/mail/smtpd.conf",
  "table v file:/etc/mail/v\nlisten on lo0 tls\nlisten on 192.0.2.1 port 25\naction a mbox virtual <v>\naction o relay\nmatch from any for any action o\nmatch for local action a\nacton x\n",
);
const good = file("old/smtpd.conf", "listen on 192.0.2.1\naction o relay\nmatch from local for any action o\n");
const open = file("new/smtpd.conf", "listen on 192.0.2.1\naction o relay\nmatch from any for any action o\n");
file("new/smtpd.test", "to x@y.example => reject\nto z@y.example => relay\n");

test.each([
  [conf, "--hints", "--root", join(folder, "fs")],
  ["--statistics", conf, open],
  ["trace", open, "--to", "x@y.example"],
  ["trace", good, "--to", "x@y.example"],
  ["test", join(folder, "new"), "--coverage"],
  ["diff", good, open],
  ["diff", open, open],
  ["diff", "--fleet", join(folder, "old"), join(folder, "new"), join(folder, "none")],
  ["explain", "open-relay"],
  ["explain", "security"],
])("no others are used: %j", async (...argv) => {
  const { stdout } = await run([...argv, "--color", "always"], { terminal: true });
  const start = "\u001b";
  const codes = [...stdout.matchAll(new RegExp(`${start}\\[([\\d;]*)m`, "g"))].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(0);
  expect(codes.filter((code) => !["1", "2", "22", "31", "32", "35", "39"].includes(code ?? ""))).toEqual([]);
  const faint = [...stdout.matchAll(new RegExp(`${start}\\[2m(.*?)${start}\\[22m`, "g"))].map(([, text]) => text);
  expect(faint.filter((text) => !/^[|=<>\d ]+$/.test(text ?? ""))).toEqual([]);
});

test("NO_COLOR wins over a terminal", async () => {
  const { stdout } = await run([open], { terminal: true, env: { NO_COLOR: "1" } });
  expect(stdout).toContain("open-relay");
  expect(stdout).not.toContain("\u001b");
});
