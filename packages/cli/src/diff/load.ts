import { newestRelease, oldRelease, type Release } from "@smtpdlint/grammar";
import { readPolicy } from "@smtpdlint/lint";
import type { Host } from "@smtpdlint/model";
import { type Policy, Smtpd } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { requireRoot } from "../find-files.ts";
import { ConfigLoader, placeOf } from "../load-config.ts";
import { describeFailure, NodeHost, readText } from "../node-host.ts";
import { otherFile } from "../other-file.ts";
import { testMachine } from "../test/test-machine.ts";
import { UsageError } from "../usage-error.ts";
import { gitHost } from "./git-host.ts";

/** Why a side cannot be compared: it cannot be read, or smtpd refuses it. */
export class UnusableSide extends Error {}

/** The two configurations that the command line names. */
export function loadSides(args: Arguments): {
  readonly old: Smtpd;
  readonly current: Smtpd;
  /** The folder that stands for `/`. */
  readonly root: string | undefined;
} {
  const [first = "", second] = args.paths.slice(1);
  const { revision, oldTarget } = args.difference;
  if (args.paths.includes("-")) throw new UsageError("diff reads files, not standard input");
  const loader = new ConfigLoader(args);
  const side = (path: string, isOld: boolean): Side => {
    const place = placeFor(path, args, loader);
    const { root } = place;
    const target = isOld ? (oldTarget ?? args.target) : args.target;
    if (isOld && revision !== undefined) {
      const host = gitHost(path, revision, root);
      return load(host.readMain(), host, { args, root, target, usual: usualTarget(path, loader) });
    }
    return loadFile(path, place, target, args, loader);
  };
  if (second === undefined && revision === undefined && oldTarget === undefined) {
    throw new UsageError("diff needs two files; or one and --git REVISION or --old-target RELEASE");
  }
  if (second !== undefined && revision !== undefined) throw new UsageError("diff --git needs one file");
  const sides = [side(first, true), side(second ?? first, false)] as const;
  const [old, current] = onMachines(...sides);
  return { old, current, root: sides[1].root };
}

/** Two configurations, both on machines with the addresses that either listens on. */
export function onMachines(one: Side, other: Side): readonly [Smtpd, Smtpd] {
  const policies = [one.policy, other.policy];
  const place = ({ policy, root }: Side) => {
    const { target } = policy.model;
    const reading = target === oldRelease ? other.policy.model.target : target;
    return new Smtpd(policy, testMachine(root, policies, reading));
  };
  return [place(one), place(other)];
}

/** A configuration of the disk; throws an `UnusableSide` for one that cannot be read, or that smtpd refuses. */
export function loadFile(
  path: string,
  place: Place,
  target: Release | undefined,
  args: Arguments,
  loader: ConfigLoader,
): Side {
  const { root } = place;
  const host = new NodeHost({ main: path, ...place, machine: undefined });
  const input = readText(path, "configuration");
  const other = "text" in input ? otherFile(input.path, input.text, args, loader) : undefined;
  if (other !== undefined) throw new UnusableSide(`${path}: ${other}`);
  return load(input, host, { args, root, target, usual: usualTarget(path, loader) });
}

/** What stands for `/`, of the command line or the settings. */
export function placeFor(path: string, args: Arguments, loader: ConfigLoader): Place {
  const place = placeOf(args, loader.settingsFor(path).settings);
  const { root } = place;
  requireRoot(root);
  return place;
}

type Place = ReturnType<typeof placeOf>;

const usualTarget = (path: string, loader: ConfigLoader) => loader.settingsFor(path).settings.target ?? newestRelease;

export interface Side {
  readonly policy: Policy;
  readonly root: string | undefined;
}

interface Options {
  readonly args: Arguments;
  readonly root: string | undefined;
  readonly target: Release | undefined;
  readonly usual: Release;
}

function load(input: ReturnType<typeof readText>, host: Host, { args, root, target, usual }: Options): Side {
  if ("failure" in input) throw new UnusableSide(`${input.path}: ${describeFailure(input.failure)}`);
  // The name of the machine is below the root, whatever the release.
  const { hostName } = testMachine(root, [], usual);
  const read = readPolicy({ ...input, host, hostName, target, defaultTarget: usual, macros: args.macros });
  if ("refusal" in read) {
    const comparison = read.isOld ? `; --old-target ${oldRelease} compares an old side as it is` : "";
    throw new UnusableSide(`${read.refusal}${comparison}`);
  }
  return { policy: read.policy, root };
}
