import { join } from "node:path";
import type { Smtpd } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { defaultPaths, isDirectory } from "../find-files.ts";
import { ConfigLoader } from "../load-config.ts";
import { statusOf } from "../node-host.ts";
import type { Progress } from "../progress.ts";
import { loadFile, onMachines, placeFor, type Side, UnusableSide } from "./load.ts";

/** A host of a fleet, as the command line calls it. */
export interface FleetHost {
  readonly name: string;
  readonly side: Side;
  readonly smtpd: Smtpd;
}

/** A host that cannot be compared, and why. */
export interface UnusableHost {
  readonly name: string;
  readonly reason: string;
}

/** The hosts that the command line names. */
export function loadFleet(args: Arguments, progress: Progress) {
  const loader = new ConfigLoader(args);
  const hosts: FleetHost[] = [];
  const unusable: UnusableHost[] = [];
  for (const name of args.paths.slice(1)) {
    progress.show(`reading ${name}`);
    try {
      const side = loadHost(name, args, loader);
      hosts.push({ name, side, smtpd: onMachines(side, side)[0] });
    } catch (error) {
      if (!(error instanceof UnusableSide)) throw error;
      unusable.push({ name, reason: error.message });
    }
  }
  return { hosts, unusable };
}

/** A folder stands for `/` of a host if it has smtpd.conf where a system keeps it; or it has it in itself. */
function loadHost(name: string, args: Arguments, loader: ConfigLoader): Side {
  const isFile = (path: string) => statusOf(path)?.isFile() ?? false;
  if (!isDirectory(name)) return loadFile(name, placeFor(name, args, loader), args.target, args, loader);
  const systemPath = defaultPaths.map((path) => join(name, path)).find(isFile);
  if (systemPath !== undefined) return loadFile(systemPath, { root: name }, args.target, args, loader);
  const path = join(name, "smtpd.conf");
  if (!isFile(path)) throw new UnusableSide(`${name}: has neither etc/mail/smtpd.conf nor smtpd.conf`);
  return loadFile(path, placeFor(path, args, loader), args.target, args, loader);
}
