import type { SystemUser, View } from "@smtpdlint/ide";
import { type FileResult, type Host, type Location, localUsers, locate, usersIn } from "@smtpdlint/model";
import { isForward } from "./document-kinds.ts";
import type { FileSettings } from "./file-settings.ts";
import { commandName } from "./file-uris.ts";
import type { WorkspaceFiles } from "./workspace-files.ts";

/** What configurations find on the mail hosts that they are for, whose files may lie in a folder of the workspace. */
export class MailHosts {
  constructor(
    private readonly files: WorkspaceFiles,
    private readonly settings: FileSettings,
  ) {}

  /** Looks files up for a configuration: relative ones beside the file, absolute ones under the root. */
  hostFor(main: string, root = this.settings.rootFor(main)): Host {
    const users =
      root === undefined
        ? undefined
        : localUsers((path) => this.files.textWithin(this.files.names.resolve(root, `.${path}`), root));
    const forwardFiles = this.forwardFilesFor(main);
    const locate = this.locatorFor(main, root);
    return {
      nameOf: (path) => this.nameOf(path),
      users,
      forwardFiles,
      readFile: (path, from, purpose): FileResult => {
        if (forwardFiles.includes(path)) return { path, ...this.files.read(path) };
        const located = locate(path, from);
        if ("failure" in located) return { path, failure: located.failure };
        const { name } = located;
        const found = purpose === "table" ? this.files.readTable(name) : this.files.read(name);
        return "text" in found ? { path: located.name, text: found.text } : { path, failure: found.failure };
      },
    };
  }

  /** How a command line names a file or a folder. */
  nameOf(uri: string): string {
    return commandName(uri, this.files.folderOf(uri));
  }

  /** The open `.forward` files of users of the machine that a configuration is for. */
  private forwardFilesFor(main: string): string[] {
    const open = [...this.files.documents.keys()].filter(isForward);
    if (open.length === 0) return [];
    const machine = this.machineRootOf(main);
    const users = this.systemUsersOf(main);
    return open.filter((key) => {
      const folder = key.slice(0, -"/.forward".length);
      const home = machine && folder.startsWith(`${machine.uri}/`) ? folder.slice(machine.uri.length) : undefined;
      if (home === undefined) return !machine?.isSet && this.files.folderOf(main) === this.files.folderOf(key);
      // Where nobody knows the homes, it may be one.
      return users.length === 0 || users.some((user) => user.home === decodeURIComponent(home));
    });
  }

  /** The users of the machine that a configuration is for, as its passwd(5) says. */
  systemUsersOf(main: string): SystemUser[] {
    const root = this.machineRootOf(main)?.uri;
    const text = root === undefined ? undefined : this.files.textWithin(`${root}/etc/passwd`, root);
    const users = [...usersIn(text ?? "")].map(([name, home]) => ({ name, home }));
    return users.filter(({ name }) => /^[A-Za-z0-9_]/.test(name));
  }

  /** Says where paths lead that a document names, with the numbers of those files that were read; undefined for what is on some mail host. */
  pathsOf({ model, file }: View): (path: string, read: number | undefined) => string | undefined {
    const from = model.sources.files[file]?.path;
    const main = model.sources.files[0]?.path ?? "";
    const locate = this.locatorFor(main);
    return (path, read) => {
      const found = read === undefined ? undefined : model.sources.files[read]?.path;
      if (found !== undefined || from === undefined) return found && this.files.clientUri(found);
      const located = locate(path, from);
      return "name" in located ? this.files.clientUri(located.name) : undefined;
    };
  }

  /** The folders in which the files of a configuration are looked for. */
  private foldersFor(main: string): readonly string[] {
    return [this.files.names.folderOf(main), ...this.files.folders];
  }

  /** Says where the paths of a configuration lead, of which there may be thousands. */
  private locatorFor(main: string, root = this.settings.rootFor(main)): (path: string, from: string) => Location {
    const own = this.settings.ofFiles(main);
    const shared = own.root === root ? own.shared : undefined;
    const { places, names } = this.files;
    const reach = { root, shared, workingFolder: undefined, folders: this.foldersFor(main) };
    const ofReach = [root, shared, ...reach.folders].join("\n");
    return (path, from) => places.get(`${path}\n${from}\n${ofReach}`, () => locate(path, from, reach, names));
  }

  /** What stands for `/` on the machine of a configuration: the root, or what its path suggests. */
  machineRootOf(main: string): { readonly uri: string; readonly isSet: boolean } | undefined {
    const root = this.settings.rootFor(main);
    const uri = root ?? rootAround(main);
    return uri === undefined ? undefined : { uri, isSet: root !== undefined };
  }

  /** The names in the folder to which a path leads that a document names; of one that may not be read those on the way to what may. */
  list(path: string, { model, file }: View): readonly string[] {
    const main = model.sources.files[0]?.path ?? "";
    const from = model.sources.files[file]?.path ?? main;
    const root = this.settings.rootFor(main);
    const located = this.locatorFor(main, root)(path, from);
    const listed = "name" in located ? this.files.list(located.name) : undefined;
    if (listed) return listed;
    const uri = "name" in located ? located.name : this.files.beside(from, path);
    // A root is a `/` of its own: what leads there is no path on it.
    return "name" in located || root === undefined ? foldersOnTheWay(uri, this.foldersFor(main)) : [];
  }
}

/** The names in a folder, with a `/`, by which one comes from it to the others. */
function foldersOnTheWay(from: string, others: readonly string[]): readonly string[] {
  const start = from.endsWith("/") ? from : `${from}/`;
  const names = others.flatMap((uri) =>
    uri.startsWith(start) ? [uri.slice(start.length).split("/", 1)[0] ?? ""] : [],
  );
  return [...new Set(names)].map((name) => `${decodeURIComponent(name)}/`);
}

/** What stands for `/` around a file, as its path suggests. */
export const rootAround = (key: string): string | undefined => /^(.*?)\/(?:etc|home|root|usr|var)\//.exec(key)?.[1];
