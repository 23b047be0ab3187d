import { compareSync } from "bcryptjs";
import { verify } from "unixcrypt";

/** True if crypt(3) makes the hash of a password; undefined for a kind of hash that is not known. */
export function fitsPassword(password: string, hash: string): boolean | undefined {
  if (/^\$[56]\$/.test(hash)) return verify(password, hash);
  return /^\$2[abxy]?\$/.test(hash) ? compareSync(password, hash) : undefined;
}
