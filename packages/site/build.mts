import { fileURLToPath } from "node:url";
import { build } from "vitepress";
import { target, writeContent } from "./generate/content.mts";
import { buildPlayground } from "./generate/playground.mts";

/** Builds the site into dist/: `npm run site`. The command line has to be built before: its outputs are shown. */
await writeContent();
await buildPlayground(new URL("public/playground/", target));
await build(fileURLToPath(new URL(".", import.meta.url)));
