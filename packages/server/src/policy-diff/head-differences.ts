import { type Analysis, analyse, type DescribedDiff, isRefusal, refusingRules } from "@smtpdlint/lint";
import { type FileResult, RevisionHost } from "@smtpdlint/model";
import { URI, Utils } from "vscode-uri";
import type { Workspace } from "../workspace.ts";
import type { Git, GitPlace, RevisionText } from "./git.ts";

export const revision = "HEAD";

/** A configuration compared with what is committed; or why it cannot be. */
export type HeadComparison =
  | { readonly kind: "compared"; readonly described: DescribedDiff; readonly isChanged: boolean }
  | { readonly kind: "failed"; readonly reason: string };

/** With more match rules than this, nobody is kept waiting for what they have not asked for. */
const mostRules = 500;

/** Files that include each other are read step by step; so many steps. */
const mostSteps = 20;

/** Compares the configurations of the workspace with those that are committed. */
export class HeadDifferences {
  private readonly known = new Map<string, Promise<HeadComparison>>();

  constructor(
    private readonly workspace: Workspace,
    private readonly git: Git | undefined,
  ) {}

  /** Compares a configuration anew when it is asked for next. */
  forget(main?: string): void {
    if (main === undefined) this.known.clear();
    else this.known.delete(main);
  }

  /** What was found when a document was opened or saved last; a large one is not compared. */
  lastOf(uri: string): Promise<HeadComparison> {
    const main = this.workspace.mainOf(uri);
    let found = this.known.get(main);
    if (!found) {
      const isLarge = this.workspace.analysisOf(main).model.matches.length > mostRules;
      found = isLarge ? Promise.resolve(tooLarge) : this.compare(main);
      this.known.set(main, found);
    }
    return found;
  }

  /** Compares a document as it is now. */
  now(uri: string): Promise<HeadComparison> {
    const main = this.workspace.mainOf(uri);
    const found = this.compare(main);
    this.known.set(main, found);
    return found;
  }

  private async compare(main: string): Promise<HeadComparison> {
    const { git, workspace } = this;
    if (!git || !main.startsWith("file:")) return failed("there is no git here");
    if (workspace.files.isConfined) return failed("the workspace is not trusted, and git is not run in it");
    const folder = Utils.dirname(URI.parse(main)).toString();
    const place = await git.placeOf(folder, revision);
    if (!place) return failed("it is in no git repository with a commit");
    const root = await this.rootIn(main, place);
    const old = await this.analysisAt(main, place, root, git);
    if (!old) return failed(`git has no such file in ${revision}`);
    const current = workspace.analysisOf(main);
    for (const [{ diagnostics, model }, name] of [
      [old, `the one in ${revision}`],
      [current, "it"],
    ] as const) {
      const refused = diagnostics.find(isRefusal);
      if (refused) return failed(`smtpd ${model.target} refuses ${name}: ${refused.message}`);
    }
    // Loaded here: it is large, and many never ask for it.
    const { comparePolicies } = await import("./compare-policies.ts");
    const described = comparePolicies(old.policy, current.policy);
    const textsOf = ({ model }: Analysis) => model.sources.files.map(({ text }) => text).join("\0");
    return { kind: "compared", described, isChanged: textsOf(old) !== textsOf(current) };
  }

  /** The folder that stands for `/`, from the top of the repository; undefined if there is none in it. */
  private async rootIn(main: string, { top }: GitPlace): Promise<string | undefined> {
    const root = this.workspace.settings.rootFor(main);
    const place = root?.startsWith("file:") ? await this.git?.placeOf(root, revision) : undefined;
    return place?.top === top ? place.prefix.replace(/\/$/, "") : undefined;
  }

  /** The configuration as it is committed; what it names is asked for until nothing new is. */
  private async analysisAt(
    main: string,
    { commit, prefix }: GitPlace,
    root: string | undefined,
    git: Git,
  ): Promise<Analysis | undefined> {
    const folder = Utils.dirname(URI.parse(main)).toString();
    const path = `${prefix}${Utils.basename(URI.parse(main))}`;
    const texts = new Map<string, RevisionText>();
    const wanted = new Set([path]);
    const read = (name: string): RevisionText => {
      if (!texts.has(name)) wanted.add(name);
      return texts.get(name) ?? { failure: "not-looked-for" };
    };
    const host = new RevisionHost({ name: revision, main: path, root, read });
    for (let step = 0; ; step++) {
      for (const [name, text] of await git.textsOf(folder, commit, [...wanted])) texts.set(name, text);
      wanted.clear();
      const found: FileResult = host.readMain();
      if ("failure" in found) return undefined;
      const options = { ...this.workspace.settings.optionsFor(main), rules: refusingRules };
      const analysis = analyse(found.path, found.text, host, options);
      if (wanted.size === 0 || step === mostSteps) return analysis;
    }
  }
}

const failed = (reason: string): HeadComparison => ({ kind: "failed", reason });

const tooLarge = failed(`it has more than ${mostRules} match rules`);
