import fc from "fast-check";

/**
 * How the tests with made-up cases draw them. The seed is the same on every run,
 * so that a failure speaks of the change and comes back; `SMTPDLINT_SEED` names
 * another, and `random` looks where nobody has looked (`npm run fuzz`).
 */
const wanted = process.env.SMTPDLINT_SEED ?? "20261123";
export const seed = wanted === "random" ? Date.now() % 2 ** 31 : Number(wanted);
fc.configureGlobal({ seed });

const effort = Number(process.env.SMTPDLINT_EFFORT ?? 1);

/** How many cases to draw, or how long to draw them: as `usual`, times `SMTPDLINT_EFFORT`. */
export const runs = (usual: number) => Math.ceil(usual * effort);
