import { byteLength } from "@smtpdlint/grammar";
import type { SystemUser } from "@smtpdlint/model";
import type { Environment } from "../environment.ts";
import type { Mapping } from "./mapping.ts";

/** The user that smtpd itself runs as, where no name is known. */
export const smtpdUser = "_smtpd";

/** Where an action looks for its users: a table, or, without one, the machine (table_getpwnam.c). */
export type Userbase = Mapping | "system";

/** A user, `present` if nothing else is known of it, `missing`, or `failure` where smtpd cannot make sense of the answer; undefined if nobody knows. */
export type FoundUser = SystemUser | "present" | "missing" | "failure" | undefined;

/** Looks a user up (table.c, table_lookup for K_USERINFO). */
export function findUser(userbase: Userbase, name: string, environment: Pick<Environment, "user">): FoundUser {
  const key = name.toLowerCase();
  if (userbase === "system") {
    const user = environment.user(key);
    // smtpd writes the number with a sign and then refuses it.
    return typeof user === "object" && (user.uid > INT_MAX || user.gid > INT_MAX) ? "failure" : user;
  }
  const entry = userbase.find(key);
  return typeof entry === "object" ? parseUser(key, entry.value ?? "") : entry;
}

/** `uid:gid:home` (to.c, text_to_userinfo) */
export function parseUser(key: string, value: string): SystemUser | "failure" {
  const [, uid, gid, home] = /^([^:]*):([^:]*):(.*)$/s.exec(value) ?? [];
  if (uid === undefined || gid === undefined || home === undefined) return "failure";
  const numbers = { uid: parseId(uid), gid: parseId(gid) };
  if (numbers.uid === undefined || numbers.gid === undefined) return "failure";
  if (byteLength(`${key}:${value}`) >= mostOfLine) return "failure";
  return { uid: numbers.uid, gid: numbers.gid, home };
}

/** strtonum(3) from 0 to UINT_MAX */
function parseId(text: string): number | undefined {
  const number = /^[ \t\n\v\f\r]*([+-]?\d+)$/.exec(text)?.[1];
  return number !== undefined && Number(number) >= 0 && Number(number) <= UINT_MAX ? Number(number) : undefined;
}

const mostOfLine = 2048;
const INT_MAX = 0x7fffffff;
const UINT_MAX = 0xffffffff;
