import type { Release } from "@smtpdlint/grammar";
import type { TestView } from "@smtpdlint/ide";
import {
  analyseLazily,
  isRefusal,
  type LazyAnalysis,
  readPolicyTests,
  runTests,
  type TestProblem,
  type TestResult,
  type TestSettings,
  unknownFilter,
  withTestSettings,
} from "@smtpdlint/lint";
import type { FileEntry } from "@smtpdlint/model";
import { type Environment, environmentBelow, Smtpd, unknownEnvironment } from "@smtpdlint/policy";
import { testsBeside } from "../document-kinds.ts";
import { normalize } from "../file-uris.ts";
import { Memo } from "../memo.ts";
import { type Positions, positionsIn } from "../position-encoding.ts";
import type { Workspace } from "../workspace.ts";

/** A file of policy tests. Its problems are also those that keep its tests from being run. */
export interface LoadedTests extends TestView {
  /** As the client spells it. */
  readonly uri: string;
  readonly document: Positions;
  /** The configuration that it tests. */
  readonly main: string;
}

/** Tests run so long, in milliseconds, before others have their turn, and so many at least. */
const mostWork = 30;
const batch = 20;

/** A file of tests whose macros are being typed has one for each key. */
const mostAnalyses = 20;

/** Other messages have their turn; a worker in a browser has timers only. */
const pause = () => new Promise<void>((resolve) => (globalThis.setImmediate ?? setTimeout)(resolve));

/** The files of policy tests, the smtpd that each of them is about, and what comes of running them. */
export class TestFiles {
  private readonly files: Memo<LoadedTests | undefined>;
  private readonly analyses: Memo<LazyAnalysis>;
  private readonly runs = new WeakMap<LoadedTests, Promise<readonly TestResult[] | undefined>>();

  constructor(private readonly workspace: Workspace) {
    // Each that is being run must stay.
    this.files = new Memo(workspace, Number.POSITIVE_INFINITY);
    this.analyses = new Memo(workspace, mostAnalyses);
  }

  /** A file of tests; undefined if it cannot be read. */
  load(uri: string): LoadedTests | undefined {
    const key = normalize(uri);
    return this.files.get(key, (reads) => this.read(key, reads));
  }

  /** Those of a configuration: the file with its name beside it, and others that are open. */
  of(main: string): LoadedTests[] {
    const beside = testsBeside(main);
    const uris = new Set([beside, ...this.workspace.openTests.map(({ uri }) => normalize(uri))]);
    return [...uris].flatMap((uri) => {
      const loaded = this.load(uri);
      return loaded?.main === main ? loaded : [];
    });
  }

  /** What comes of the tests of a file; undefined if it or its configuration has changed before the end. */
  run(loaded: LoadedTests): Promise<readonly TestResult[] | undefined> {
    let running = this.runs.get(loaded);
    if (!running) {
      running = this.runInTurns(loaded);
      this.runs.set(loaded, running);
    }
    return running;
  }

  private async runInTurns(loaded: LoadedTests): Promise<readonly TestResult[] | undefined> {
    const { machines, tests } = loaded;
    const results: TestResult[] = [];
    let start = Number.NEGATIVE_INFINITY;
    for (const smtpd of machines) {
      for (let at = 0; at < tests.length; at += batch) {
        if (performance.now() - start > mostWork) {
          await pause();
          if (!this.files.isCurrent(normalize(loaded.uri), loaded)) return undefined;
          start = performance.now();
        }
        results.push(...runTests(tests.slice(at, at + batch), smtpd));
      }
    }
    return results;
  }

  private read(key: string, reads: Set<string>): LoadedTests | undefined {
    const { workspace } = this;
    const found = workspace.files.read(key);
    if ("failure" in found) return undefined;
    const { text } = found;
    const { file, settings, tests, problems } = readPolicyTests(text);
    const main = this.mainOf(key, settings);
    const uri = workspace.files.clientUri(key);
    const document = positionsIn(uri, text, workspace.client.positionEncoding);
    const common = { uri, document, main, text, file, settings };
    const configuration = workspace.files.read(main);
    if ("failure" in configuration) {
      // Where it is still on its way, all is asked again.
      if (workspace.files.awaitsFiles) return { ...common, tests, problems, machines: [] };
      const name = decodeURIComponent(main.slice(main.lastIndexOf("/") + 1));
      const message =
        configuration.failure === "not-looked-for"
          ? `${name} lies outside the workspace, and is not read`
          : `${configuration.failure === "not-found" ? "there is no" : "cannot read"} ${name}; name the configuration with 'config FILE'`;
      return { ...common, tests, problems: [...problems, { span: startOr(settings.config), message }], machines: [] };
    }
    const root = settings.root ? workspace.files.beside(key, settings.root.text) : workspace.settings.rootFor(main);
    if (settings.root && root !== undefined && workspace.files.entryWithin(root, root)?.kind === "missing") {
      const message = `root: there is no folder ${settings.root.text}`;
      return { ...common, tests, problems: [...problems, { span: settings.root.span, message }], machines: [] };
    }
    const machine = root === undefined ? unknownEnvironment : this.machineBelow(root, reads);
    const { machines, obstacles } = this.machinesFor(main, root, settings, machine);
    // A mistake in the settings may change what all tests say; one in a test only that.
    const first = tests[0]?.statement.span.start ?? Number.POSITIVE_INFINITY;
    const isMisled = problems.some(({ span }) => span.start < first);
    return { ...common, tests: isMisled ? [] : tests, problems: [...problems, ...obstacles], machines };
  }

  /** `mail.smtpd.test` tests `mail.smtpd.conf`, or else the smtpd.conf beside it. */
  private mainOf(key: string, { config }: TestSettings): string {
    if (config) return this.workspace.files.beside(key, config.text);
    const ofName = key.replace(/\.test$/, ".conf");
    const isThere = ofName !== key && "text" in this.workspace.files.read(ofName);
    return isThere ? ofName : this.workspace.files.beside(key, "smtpd.conf");
  }

  private machinesFor(
    main: string,
    root: string | undefined,
    settings: TestSettings,
    machine: Environment,
  ): { readonly machines: readonly Smtpd[]; readonly obstacles: readonly TestProblem[] } {
    const machines: Smtpd[] = [];
    for (const target of settings.targets.length > 0 ? settings.targets : [undefined]) {
      const { policy, findingsOf } = this.analysisOf(main, root, target, settings.macros);
      const refused = findingsOf(isRefusal).find(isRefusal);
      if (refused) {
        const message = `smtpd ${policy.model.target} refuses the configuration: ${refused.message}`;
        return { machines: [], obstacles: [{ span: startOr(settings.config), message }] };
      }
      const unknown = unknownFilter(settings, policy);
      if (unknown) return { machines: [], obstacles: [unknown] };
      machines.push(new Smtpd(policy, withTestSettings(machine, [policy], policy.model.target, settings)));
    }
    return { machines, obstacles: [] };
  }

  private analysisOf(
    main: string,
    root: string | undefined,
    target: Release | undefined,
    macros: ReadonlyMap<string, string>,
  ): Pick<LazyAnalysis, "policy" | "findingsOf"> {
    const { workspace } = this;
    // Most tests are about the configuration as editors see it, which has been read.
    if (root === workspace.settings.rootFor(main) && !target && macros.size === 0) return workspace.analysisOf(main);
    return this.analyses.get(JSON.stringify([main, root, target, ...macros]), () =>
      analyseLazily(main, workspace.files.textOf(main), workspace.hosts.hostFor(main, root), {
        ...workspace.settings.optionsFor(main),
        ...(target && { target }),
        macros,
      }),
    );
  }

  /** The machine without a file of tests that says more of it. */
  smtpdFor(main: string): Smtpd {
    const root = this.workspace.settings.rootFor(main);
    const { policy } = this.analysisOf(main, root, undefined, new Map());
    const machine = root === undefined ? unknownEnvironment : this.machineBelow(root, new Set());
    return new Smtpd(policy, withTestSettings(machine, [policy], policy.model.target));
  }

  /** What is below a folder. It is looked at when it is asked for, which `reads` learns of. */
  private machineBelow(root: string, reads: Set<string>): Environment {
    const { workspace } = this;
    const below = (path: string) => {
      const uri = workspace.files.beside(`${root}/x`, `.${path}`);
      reads.add(uri);
      return uri;
    };
    const entry = (path: string): FileEntry | undefined => {
      const uri = below(path);
      const found = workspace.files.entryWithin(uri, root);
      switch (found?.kind) {
        case "file": {
          const text = workspace.files.textWithin(uri, root);
          return text === undefined ? undefined : { kind: "file", text, ...anybodys };
        }
        case "folder":
          return { kind: "folder", ...anybodys };
        default:
          return found as FileEntry | undefined;
      }
    };
    const now = Math.floor(Date.now() / 1000);
    return { ...environmentBelow({ text: (path) => workspace.files.textWithin(below(path), root), entry }), now };
  }
}

/** A copy says nothing of owners. */
const anybodys = { mode: 0o755, uid: 0 } as const;

const startOr = (value: { readonly span: TestProblem["span"] } | undefined) =>
  value?.span ?? { file: 0, start: 0, end: 0 };
