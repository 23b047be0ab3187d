import { realpathSync, statSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { dirname, join } from "node:path";
import type { Release } from "@smtpdlint/grammar";
import {
  type Environment,
  environmentBelow,
  type FilterAnswer,
  heededAnswer,
  localTables,
  outsideEnvironment,
  unknownEnvironment,
} from "@smtpdlint/policy";
import { entryAt, mostBytes, textAt } from "../file-entry.ts";
import type { NodeMachine } from "../node-machine.ts";
import { UsageError } from "../usage-error.ts";
import { fitsPassword } from "./password.ts";

/** What is known of the machine, and what the command line says of it. */
export interface MachineOptions {
  readonly root: string | undefined;
  /** This one, if smtpd is taken to run on it. */
  readonly host: NodeMachine | undefined;
  readonly target: Release;
  /** Users that the machine has, whatever else it has. */
  readonly users: readonly string[];
  /** `NAME=ANSWER`: what programs that filter do. */
  readonly assumed: readonly string[];
  /** Seconds since 1970. */
  readonly now: number;
  /** True for a client that nobody has named: it has none of the machine's addresses. */
  readonly isStranger: boolean;
  /** Called with each path below `root` that is looked at. */
  readonly sawFile?: (path: string) => void;
}

/** The machine that smtpd is taken to run on: this one, what is below a folder, or one of which little is known. */
export function machineOf(options: MachineOptions): Environment {
  const { root, host, target, users, assumed, now, isStranger, sawFile } = options;
  const isUnknown = root === undefined;
  const machine = host ? thisMachine(host, target) : isUnknown ? unknownEnvironment : machineBelow(root, sawFile);
  const answers = new Map(assumed.map(parseAnswer));
  return {
    ...machine,
    ...(isStranger && !machine.localAddresses && { localAddresses: outsideEnvironment.localAddresses }),
    now,
    fitsPassword,
    user: (name) => machine.user(name) ?? (users.includes(name) ? "present" : undefined),
    filterAnswer: (filter, phase) => heededAnswer(answers.get(filter), phase),
  };
}

function parseAnswer(text: string): [name: string, answer: FilterAnswer] {
  const [, name, kind = "", words] = /^([^=]+)=(pass|junk|reject|disconnect|rewrite)(?:[: ](.*))?$/s.exec(text) ?? [];
  if (name === undefined) {
    throw new UsageError(`--assume needs FILTER=pass, junk, reject or disconnect, not ${text}`);
  }
  switch (kind) {
    case "junk":
      return [name, { kind }];
    case "reject":
    case "disconnect":
    case "rewrite":
      return [name, { kind, text: words ?? "550 refused by the filter" }];
    default:
      return [name, { kind: "proceed" }];
  }
}

/** What this machine is like. The DNS is not asked. */
function thisMachine(machine: NodeMachine, target: Release): Environment {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const hostName = firstLine("/etc/mailname") ?? fullName(hostname());
  const names = hostName === undefined ? undefined : ["localhost", hostName];
  return {
    ...unknownEnvironment,
    ...localTables(
      { localAddresses: addresses.map((address) => address.replace(/%.*/, "")), localNames: names ?? [] },
      target,
    ),
    ...(names === undefined && { localNames: undefined }),
    hostName,
    user: (name) => machine.user(name),
    entry: entryAt,
    socket: entryAt,
  };
}

/** smtpd asks the DNS for the rest of a name without a dot. */
const fullName = (name: string) => (name.includes(".") ? name : undefined);

/** What the files below a folder say. Nothing outside it is read. */
function machineBelow(root: string, sawFile: MachineOptions["sawFile"]): Environment {
  const below = (path: string) => {
    const place = join(root, path);
    sawFile?.(place);
    return place;
  };
  return environmentBelow({
    text: (path) => textInside(root, below(path)),
    entry: (path) => (isInside(root, below(path)) ? entryAt(below(path)) : undefined),
  });
}

/** The text of a file below a folder, unless a symbolic link leads out of it. A pipe would never end. */
function textInside(root: string, path: string): string | undefined {
  try {
    const real = realpathSync(path);
    const status = statSync(real);
    return isInside(root, real) && status.isFile() && status.size <= mostBytes ? textAt(real) : undefined;
  } catch {
    return undefined;
  }
}

/** True if the folder of a path, symbolic links followed, is not outside of another. */
function isInside(root: string, path: string): boolean {
  try {
    const top = realpathSync(root);
    const folder = realpathSync(path === root || path === `${root}/` ? path : dirname(path));
    return folder === top || folder.startsWith(top.endsWith("/") ? top : `${top}/`);
  } catch {
    // What is not there leads nowhere.
    return true;
  }
}

const firstLine = (path: string) => textAt(path)?.split("\n", 1)[0]?.trim() || undefined;
