import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const defaults = ["/etc/mail/smtpd.conf", "/etc/smtpd.conf"];

/** The configuration that smtpd would read on this machine. */
export function defaultFile(): string | undefined {
  return defaults.find((path) => existsSync(path));
}

export const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** The configurations below a folder: `smtpd.conf`, `NAME.smtpd.conf`; hidden folders and node_modules left out. */
export function findConfigurations(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name.startsWith(".") || entry.name === "node_modules" ? [] : findConfigurations(path);
    }
    return entry.isFile() && /(^|\.)smtpd\.conf$/.test(entry.name) ? [path] : [];
  });
}
