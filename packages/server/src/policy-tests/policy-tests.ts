import { testsBeside } from "../document-kinds.ts";
import type { Platform } from "../platform.ts";
import type { Workspace } from "../workspace.ts";
import type { TestFeatures } from "./features.ts";

/** Files of policy tests. What they need is large, and loaded when the first of them is asked about. */
export class PolicyTests {
  private loading: Promise<TestFeatures> | undefined;

  constructor(
    private readonly workspace: Workspace,
    private readonly platform: Platform,
  ) {}

  /** True for an open file of tests. */
  has({ uri }: { readonly uri: string }): boolean {
    return this.workspace.hasTests(uri);
  }

  /** The same for a configuration of which there may be tests, and nothing is loaded where there are none. */
  async featuresFor(main: string): Promise<TestFeatures | undefined> {
    const { workspace } = this;
    const mayBe = workspace.openTests.length > 0 || "text" in workspace.files.read(testsBeside(main));
    return mayBe ? this.features() : undefined;
  }

  /** What editors ask of them. */
  features(): Promise<TestFeatures> {
    this.loading ??= import("./features.ts").then(
      ({ TestFeatures }) => new TestFeatures(this.workspace, this.platform),
    );
    return this.loading;
  }
}
