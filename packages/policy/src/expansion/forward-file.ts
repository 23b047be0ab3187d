import { byteLength } from "@smtpdlint/grammar";
import type { SystemUser } from "@smtpdlint/model";
import type { Assumptions } from "../assumptions.ts";
import type { Environment } from "../environment.ts";
import { type LineSyntax, type LogicalLine, logicalLines } from "./logical-lines.ts";
import { join, realPath } from "./real-path.ts";

/** A `.forward` as smtpd finds it. */
export type ForwardFile =
  | { readonly kind: "text"; readonly path: string; readonly lines: readonly LogicalLine[] }
  /** There is none, or no home to have it; the path is unknown if that is assumed of a user who is not known. */
  | { readonly kind: "missing"; readonly path: string | undefined }
  /** smtpd must not use it, and refuses the mail for good, or for now. */
  | { readonly kind: "refused" | "deferred"; readonly path: string; readonly problem: ForwardProblem };

/** What smtpd has against a `.forward`. */
export type ForwardProblem =
  | "home not a folder"
  | "home sticky"
  | "home of another"
  | "home writable by others"
  | "symbolic link"
  | "not a file"
  | "file of another"
  | "file writable by others"
  | "too long";

/**
 * Opens the `.forward` of a user (smtpd.c, parent_forward_open; util.c,
 * secure_file; forward.c). `unknown` if there is one with contents that nobody
 * knows; `user` is undefined if only the name is known.
 */
export function readForward(
  name: string,
  user: SystemUser | undefined,
  environment: Pick<Environment, "entry">,
  assumptions: Assumptions,
): ForwardFile | "unknown" {
  const known = user && findForward(user, environment);
  if (known) return known;
  const question = { topic: "forward file", about: name, answers: ["missing", "other"] } as const;
  if (assumptions.endsAt(question, "other")) return "unknown";
  return { kind: "missing", path: user && pathOf(user) };
}

const pathOf = ({ home }: SystemUser) => `${home}/.forward`;

/** Undefined if what decides is not known. */
function findForward(user: SystemUser, environment: Pick<Environment, "entry">): ForwardFile | undefined {
  const { uid, home } = user;
  const path = pathOf(user);
  const refused = (problem: ForwardProblem): ForwardFile => ({ kind: "refused", path, problem });
  const found = realPath(environment, home);
  if (!found) return undefined;
  if (found === "missing") return { kind: "missing", path };
  if (found === "blocked") return refused("home not a folder");
  const { entry: folder } = found;
  if (folder.kind !== "special" && (folder.mode & sticky) !== 0) {
    return { kind: "deferred", path, problem: "home sticky" };
  }
  if (folder.kind !== "folder") return refused("home not a folder");

  const file = environment.entry(join(found.path, ".forward"));
  if (!file) return undefined;
  if (file.kind === "missing") return { kind: "missing", path };
  if (file.kind === "link") return refused("symbolic link");
  if (file.kind !== "file") return refused("not a file");
  if (file.uid !== uid) return refused("file of another");
  if ((file.mode & writableByOthers) !== 0) return refused("file writable by others");
  if (folder.uid !== 0 && folder.uid !== uid) return refused("home of another");
  if ((folder.mode & writableByOthers) !== 0) return refused("home writable by others");
  if (byteLength(file.text) >= mostBytes) return { kind: "deferred", path, problem: "too long" };
  return { kind: "text", path, lines: [...logicalLines(file.text, forwardSyntax)] };
}

/** How lines are continued and end in a comment there. */
export const forwardSyntax: LineSyntax = { continuation: "\\", comment: "#" };

/** forward.c, MAX_FORWARD_SIZE */
const mostBytes = 4096;
const sticky = 0o1000;
const writableByOthers = 0o022;
