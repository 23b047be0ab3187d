import { type Counterpart, type ForeignFormat, firstWords } from "./program.ts";

/** Services of Postfix that have a counterpart, by name and type, or by the program that they run. */
const counterparts: readonly Counterpart[] = [
  { settings: ["smtp inet"], write: ["listen on INTERFACE"] },
  { settings: ["submission inet"], write: ["listen on INTERFACE port submission tls-require pki NAME auth"] },
  { settings: ["smtps inet", "submissions inet"], write: ["listen on INTERFACE smtps pki NAME auth"] },
  { settings: ["inet smtpd"], write: ["listen on INTERFACE port PORT"] },
  { settings: ["inet postscreen"], write: ['filter NAME proc-exec "COMMAND"', "listen on INTERFACE filter NAME"] },
  { settings: ["unix smtp"], write: ["action NAME relay"] },
  { settings: ["unix lmtp"], write: ['action NAME lmtp "SOCKET"'] },
  { settings: ["unix local"], write: ["action NAME mbox alias <TABLE>"] },
  { settings: ["unix virtual"], write: ["action NAME maildir virtual <TABLE> userbase <USERS>"] },
  { settings: ["unix pipe"], write: ['action NAME mda "COMMAND"'] },
];

/** Name, type, three columns of yes and no, wakeup, maxproc and the program (master(5)). */
const service =
  /(\S+)[ \t]+(inet|unix|unix-dgram|fifo|pass)(?:[ \t]+[-yn]){3}[ \t]+(?:-|\d+\??)[ \t]+(?:-|\d+)[ \t]+(\S+)/;
const atStart = new RegExp(`^${service.source}`);
const otherLine = new RegExp(`^(?!${service.source}|[ \\t]+(?!(?:${firstWords})[ \\t])|#|$)`, "m");

const ports: Readonly<Record<string, string>> = { "25": "smtp", "587": "submission", "465": "submissions" };

/** Postfix's table of services: a line each, which goes on in indented lines. */
export const masterCf: ForeignFormat = {
  file: "Postfix, a master.cf",
  setting: "a service of Postfix",
  counterparts,
  owns: (text) => new RegExp(atStart, "m").test(text) && !otherLine.test(text),
  settingIn(line) {
    const [, name = "", type = "", program = ""] = atStart.exec(line) ?? [];
    if (name === "") return undefined;
    const port = name.slice(name.lastIndexOf(":") + 1);
    const named = `${ports[port] ?? port} ${type}`;
    const isKnown = counterparts.some(({ settings }) => settings.includes(named));
    return { name, at: 0, key: isKnown ? named : `${type} ${program}` };
  },
};
