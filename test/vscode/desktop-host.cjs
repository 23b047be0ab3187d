/**
 * Stands for the desktop editor: starts the built extension, which starts the
 * real server as a process, and writes what the editor is given as JSON.
 * Only the module `vscode` is made up: node desktop-host.cjs EXTENSION TEXT [TESTS]
 * TESTS is a file of policy tests, which is run as the view of tests does it.
 */
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { CancellationTokenSource } = require("vscode-languageserver-protocol/node");
const { URI } = require("vscode-uri");

const [, , folder, text, tests] = process.argv;
const seen = { diagnostics: [], providers: [], commands: [], messages: [], item: {}, tests: {} };

/** Whatever the client asks for that no test looks at: a class, a function, an enumeration. */
function anything(name) {
  const known = new Map();
  return new Proxy(
    class {
      dispose() {}
    },
    {
      get(target, key) {
        if (key === "prototype") return target.prototype;
        if (typeof key === "symbol" || key === "then") return undefined;
        if (!known.has(key)) known.set(key, anything(`${name}.${key}`));
        return known.get(key);
      },
      apply: () => anything(`${name}()`),
    },
  );
}
/** Some members of a part of the API are real, the rest is anything. */
const withDefaults = (name, members) => {
  const rest = anything(name);
  return new Proxy(members, { get: (target, key) => (key in target ? target[key] : rest[key]) });
};

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}
class Range {
  constructor(start, startCharacter, end, endCharacter) {
    this.start = start instanceof Position ? start : new Position(start, startCharacter);
    this.end = start instanceof Position ? startCharacter : new Position(end, endCharacter);
  }
}
class CodeActionKind {
  static Empty = new CodeActionKind("");
  constructor(value) {
    this.value = value;
  }
  append(part) {
    return new CodeActionKind(this.value ? `${this.value}.${part}` : part);
  }
}
class Diagnostic {
  constructor(range, message, severity) {
    Object.assign(this, { range, message, severity });
  }
}

/** What `vscode.TestItemCollection` does. */
class Items {
  items = new Map();
  get size() {
    return this.items.size;
  }
  get(id) {
    return this.items.get(id);
  }
  add(item) {
    this.items.set(item.id, item);
  }
  delete(id) {
    this.items.delete(id);
  }
  replace(items) {
    this.items = new Map(items.map((item) => [item.id, item]));
  }
  [Symbol.iterator]() {
    return this.items.entries();
  }
}
const testController = {
  items: new Items(),
  createTestItem: (id, label, uri) => ({ id, label, uri, children: new Items() }),
  createRunProfile(_label, _kind, run) {
    this.runHandler = run;
    return { dispose() {} };
  },
  createTestRun: () => ({
    started() {},
    passed: ({ label }) => (seen.tests[label] = "passed"),
    skipped: ({ label }) => (seen.tests[label] = "skipped"),
    errored: ({ label }, { message }) => (seen.tests[label] = message),
    failed: ({ label }, messages) => (seen.tests[label] = messages),
    end: () => (seen.testsEnded = true),
  }),
  dispose() {},
};
class TestMessage {
  constructor(message) {
    this.message = message;
  }
  static diff = (message, expectedOutput, actualOutput) =>
    Object.assign(new TestMessage(message), { expectedOutput, actualOutput });
}

const document = {
  uri: URI.file("/etc/mail/smtpd.conf"),
  languageId: "smtpd-conf",
  version: 1,
  fileName: "/etc/mail/smtpd.conf",
  getText: () => text,
};
const output = withDefaults("output", {
  appendLine: (line) => seen.messages.push(line),
  error: (line) => seen.messages.push(line),
  append() {},
  dispose() {},
});

/** The names that the API really has. */
const api = readFileSync(require.resolve("@types/vscode/index.d.ts"), "utf8");
const names = [...api.matchAll(/^\texport (?:abstract )?(?:class|enum|namespace|const|function) (\w+)/gm)].map(
  ([, name]) => name,
);
const vscode = {
  ...Object.fromEntries(names.map((name) => [name, anything(name)])),
  version: "1.91.0",
  Uri: URI,
  CancellationTokenSource,
  Position,
  Range,
  Diagnostic,
  CodeActionKind,
  Disposable: class {
    static from = () => new vscode.Disposable();
    dispose() {}
  },
  EventEmitter: class {
    listeners = new Set();
    event = (listener) => {
      this.listeners.add(listener);
      return { dispose: () => this.listeners.delete(listener) };
    };
    fire(value) {
      for (const listener of this.listeners) listener(value);
    }
    dispose() {}
  },
  TestMessage,
  Location: class {
    constructor(uri, range) {
      Object.assign(this, { path: uri.path, range });
    }
  },
  tests: { createTestController: () => testController },
  CancellationError: class extends Error {},
  commands: withDefaults("commands", {
    registerCommand: (command) => {
      seen.commands.push(command);
      return { dispose() {} };
    },
  }),
  env: withDefaults("env", { language: "en", appName: "test" }),
  workspace: withDefaults("workspace", {
    isTrusted: true,
    textDocuments: [document],
    notebookDocuments: [],
    workspaceFolders: undefined,
    findFiles: async () => (tests ? [URI.file(tests)] : []),
    asRelativePath: ({ path }) => path.slice(path.lastIndexOf("/") + 1),
    getConfiguration: () => ({ get: (_key, value) => value, has: () => false }),
  }),
  window: withDefaults("window", {
    activeTextEditor: { document },
    visibleTextEditors: [{ document }],
    createOutputChannel: () => output,
    createStatusBarItem: () => Object.assign(seen.item, { show() {}, hide() {}, dispose() {} }),
    showErrorMessage: async (message) => void seen.messages.push(message),
    tabGroups: withDefaults("tabGroups", { all: [] }),
  }),
  languages: withDefaults("languages", {
    match: (selector, { languageId }) => ([selector].flat().some(({ language }) => language === languageId) ? 10 : 0),
    createDiagnosticCollection: () =>
      withDefaults("collection", {
        set: (uri, found) => {
          seen.diagnostics = found.map(({ message, range, code }) => ({
            path: uri.path,
            message,
            range,
            code: code?.value,
          }));
        },
      }),
  }),
};
for (const provider of ["Hover", "CompletionItem", "Definition", "Rename", "DocumentFormattingEdit", "CodeActions"]) {
  vscode.languages[`register${provider}Provider`] = () => {
    seen.providers.push(provider);
    return { dispose() {} };
  };
}

const load = Module._load;
Module._load = (request, ...rest) => (request === "vscode" ? vscode : load(request, ...rest));

async function main() {
  const { activate } = require(`${folder}/dist/extension.js`);
  const context = { subscriptions: [], asAbsolutePath: (path) => `${folder}/${path}` };
  await activate(context);
  const deadline = Date.now() + 100_000;
  const isDone = () => seen.diagnostics.length > 0 && seen.item.text && seen.providers.length >= 6;
  while (!isDone() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  if (tests) {
    const { token } = new CancellationTokenSource();
    await testController.runHandler({ include: undefined, exclude: undefined }, token);
    seen.files = [...testController.items].map(([, { label, children }]) => [
      label,
      ...[...children].map(([, child]) => [child.label, ...[...child.children].map(([, line]) => line.label)]),
    ]);
  }
  process.stdout.write(JSON.stringify(seen));
  process.exit(0);
}
main().catch((error) => {
  process.stderr.write(`${error.stack}\n${seen.messages.join("\n")}`);
  process.exit(1);
});
