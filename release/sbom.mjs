import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes a bill of materials (CycloneDX) for each program. npm knows what
 * everything needs, build tools too; of that, what is in the bundle is listed,
 * which the bundler has written into `THIRD-PARTY.md`.
 */
export function writeBills({ root, folder, version, epoch, run }) {
  const all = JSON.parse(run("npm", ["sbom", "--sbom-format", "cyclonedx"]));
  const programs = { smtpdlint: "cli", "smtpdlint-language-server": "server", "vscode-smtpdlint": "vscode" };
  for (const [name, part] of Object.entries(programs)) {
    const licences = readFileSync(join(root, "packages", part, "THIRD-PARTY.md"), "utf8");
    const bundled = [...licences.matchAll(/^## (\S+) (\d\S*)$/gm)].map(([, item, number]) => `${item}@${number}`);
    const find = (ref) => all.components.find((component) => component["bom-ref"] === ref) ?? missing(ref);
    const component = find(`${name}@${version}`);
    const { vendor, name: tool } = all.metadata.tools[0];
    const bill = {
      $schema: all.$schema,
      bomFormat: all.bomFormat,
      specVersion: all.specVersion,
      version: 1,
      metadata: {
        timestamp: new Date(epoch * 1000).toISOString(),
        lifecycles: [{ phase: "build" }],
        tools: [{ vendor, name: tool }],
        component: { ...component, type: "application" },
      },
      components: bundled.map((ref) => withoutPlace(find(ref))),
      dependencies: [
        { ref: component["bom-ref"], dependsOn: bundled },
        ...bundled.map((ref) => ({ ref, dependsOn: [] })),
      ],
    };
    writeFileSync(join(folder, `${name}-${version}.cdx.json`), `${JSON.stringify(bill, undefined, 2)}\n`);
  }
}

/** Whence it came is the registry of whoever builds; what it is, say its name and its checksum. */
function withoutPlace(component) {
  const { externalReferences = [] } = component;
  return { ...component, externalReferences: externalReferences.filter(({ type }) => type !== "distribution") };
}

function missing(ref) {
  throw new Error(`npm sbom does not list ${ref}`);
}
