import type { Host } from "@smtpdlint/model";

/** New texts by path. */
export type Texts = ReadonlyMap<string, string>;

/** The host with some texts in place of those that it reads. */
export function overlay(host: Host, texts: Texts): Host {
  return {
    machine: host.machine,
    nameOf: (path) => host.nameOf?.(path) ?? path,
    get users() {
      return host.users;
    },
    get forwardFiles() {
      return host.forwardFiles ?? [];
    },
    readFile(path, from, purpose) {
      const result = host.readFile(path, from, purpose);
      const text = texts.get(result.path);
      return "failure" in result || text === undefined ? result : { path: result.path, text };
    },
  };
}
