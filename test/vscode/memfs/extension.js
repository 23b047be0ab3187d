// A file system in memory, filled from files.json, for a workbench that has no disk; and commands for tests.
// biome-ignore lint/correctness/noUndeclaredDependencies: the editor brings it.
const vscode = require("vscode");

class MemoryFiles {
  constructor(files) {
    this.changes = new vscode.EventEmitter();
    this.onDidChangeFile = this.changes.event;
    this.files = new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  }
  watch() {
    return new vscode.Disposable(() => {});
  }
  stat({ path }) {
    const found = this.files.get(path);
    if (found) return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: found.length };
    if (this.entries(path).size > 0) return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    throw vscode.FileSystemError.FileNotFound(path);
  }
  entries(folder) {
    const prefix = folder.endsWith("/") ? folder : `${folder}/`;
    const entries = new Map();
    for (const path of this.files.keys()) {
      if (!path.startsWith(prefix)) continue;
      const [name, ...rest] = path.slice(prefix.length).split("/");
      entries.set(name, rest.length > 0 ? vscode.FileType.Directory : vscode.FileType.File);
    }
    return entries;
  }
  readDirectory({ path }) {
    return [...this.entries(path)];
  }
  readFile({ path }) {
    const found = this.files.get(path);
    if (!found) throw vscode.FileSystemError.FileNotFound(path);
    return found;
  }
  writeFile(uri, content) {
    this.files.set(uri.path, content);
    this.changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }
  createDirectory() {}
  delete({ path }) {
    this.files.delete(path);
  }
  rename(from, to) {
    this.files.set(to.path, this.files.get(from.path));
    this.files.delete(from.path);
  }
}

exports.activate = async (context) => {
  const response = await fetch(vscode.Uri.joinPath(context.extensionUri, "files.json").toString(true));
  const provider = new MemoryFiles(await response.json());
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider("memfs", provider, { isCaseSensitive: true }));
  // The list of commands has it only where there may be git.
  const differences = () => vscode.commands.executeCommand("smtpdlint.showDifferences");
  context.subscriptions.push(vscode.commands.registerCommand("memfs.showDifferences", differences));
  for (const { command } of context.extension.packageJSON.contributes.commands) {
    if (!command.startsWith("Default")) continue;
    const use = () => vscode.workspace.getConfiguration().update("workbench.colorTheme", command, true);
    context.subscriptions.push(vscode.commands.registerCommand(command, use));
  }
};
