import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes the licences of the packages that bundles hold into a file, as these
 * licences want it. `metafiles` are esbuild's, with paths from the working
 * directory. Throws if a package comes without its licence.
 */
export function writeThirdParty(path, metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
        if (folder && bytesInOutput > 0) folders.add(folder);
      }
    }
  }
  const packages = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file || !existsSync(join(folder, file))) throw new Error(`${name} has no licence`);
    return { title: `${name} ${version}`, license, text: readFileSync(join(folder, file), "utf8").trim() };
  });
  packages.sort((a, b) => (a.title < b.title ? -1 : 1));
  const sections = packages.map(
    ({ title, license, text }) => `## ${title}\n\n${license}\n\n\`\`\`text\n${text}\n\`\`\`\n`,
  );
  writeFileSync(path, `# What is bundled, and its licences\n\n${sections.join("\n")}`);
}
