import type { Release } from "@smtpdlint/grammar";
import { analyse } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import type { Policy } from "@smtpdlint/policy";
import { NodeHost } from "./node-host.ts";
import type { NodeMachine } from "./node-machine.ts";

/** A configuration, and what it is read with. */
export interface PolicySource {
  readonly path: string;
  readonly text: string;
  /** The folder under which absolute paths are looked up. */
  readonly root: string | undefined;
  /** This machine, if smtpd is taken to run on it. */
  readonly machine?: NodeMachine | undefined;
  /** Undefined to go by the file, and by `defaultTarget` if it says nothing. */
  readonly target: Release | undefined;
  readonly defaultTarget: Release;
  readonly macros: ReadonlyMap<string, string>;
  readonly sawFile?: (path: string) => void;
}

/** Reads what a configuration says of messages; of one that smtpd refuses nothing can be said but why. */
export function readPolicy(source: PolicySource): { readonly policy: Policy } | { readonly refusal: string } {
  const { path, text, root, machine, target, defaultTarget, macros, sawFile } = source;
  const host = new NodeHost({ main: path, root, machine, ...(sawFile && { sawFile }) });
  const { diagnostics, policy } = analyse(path, text, host, { ...(target && { target }), defaultTarget, macros });
  const refused = diagnostics.find(({ category }) => category === "refused");
  if (!refused) return { policy };
  const { message } = refused;
  return {
    refusal: `smtpd ${policy.model.target} refuses ${makeVisible(path)}: ${makeVisible(message)}; lint it first`,
  };
}
