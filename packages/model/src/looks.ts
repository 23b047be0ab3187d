import { originOf, type Statement } from "@smtpdlint/grammar";

/**
 * What somebody has looked at who has worked something out: a bit for each kind
 * of statements, for what no kind tells, and for names of tables. Who asks later
 * whether the same would come out need only know what has changed since.
 */
export type Looks = number;

/** What the statements of a kind, in their order, are read as. */
const ofKinds: Readonly<Record<Statement["kind"], Looks>> = {
  action: 1 << 0,
  admd: 1 << 1,
  bounce: 1 << 2,
  ca: 1 << 3,
  filter: 1 << 4,
  include: 1 << 5,
  listen: 1 << 6,
  macro: 1 << 7,
  match: 1 << 8,
  mda: 1 << 9,
  mta: 1 << 10,
  pki: 1 << 11,
  proc: 1 << 12,
  queue: 1 << 13,
  scheduler: 1 << 14,
  smtp: 1 << 15,
  srs: 1 << 16,
  table: 1 << 17,
  unknown: 1 << 18,
};

/** Whether a statement is broken, whichever, and whether there is a match rule. */
export const atWholeness: Looks = 1 << 19;

/** Whether there is a host to look at, and what is in its files. */
export const atHost: Looks = 1 << 20;

/** Whether a template or an include that was not read leaves something open. */
export const atGaps: Looks = 1 << 21;

/** The first of the bits for tables, of which each stands for many names: who uses one table need not care for others. */
const firstOfTables = 22;
const bitsOfTables = 8;

/** What changes with each edit: places, comments, what is beyond the statements. */
export const atEverything: Looks = 1 << (firstOfTables + bitsOfTables);

export const allLooks: Looks = 2 * atEverything - 1;

export const atKinds = (...kinds: readonly Statement["kind"][]): Looks =>
  kinds.reduce((sum, kind) => sum | ofKinds[kind], 0);

/** What is declared as a table of this name. */
export function atTable(name: string): Looks {
  let hash = 0;
  for (let index = 0; index < name.length; index++) hash = (Math.imul(hash, 31) + name.charCodeAt(index)) | 0;
  return 1 << (firstOfTables + ((hash >>> 0) % bitsOfTables));
}

/** What changes for who has looked when a statement comes or goes. */
export function atStatement(statement: Statement): Looks {
  const { kind } = statement;
  return ofKinds[kind] | (kind === "table" ? atTable(originOf(statement).name?.value ?? "") : 0);
}

let noted: Looks = 0;

/** Notes that whoever works something out now looks at this. */
export function note(looks: Looks): void {
  noted |= looks;
}

/** What was noted since this was asked last in the same `watch`. */
export function takeNoted(): Looks {
  const looks = noted;
  noted = 0;
  return looks;
}

/** Works something out; gives what comes out, and what was looked at for it. */
export function watch<T>(work: () => T): { readonly value: T; readonly looks: Looks } {
  const before = noted;
  noted = 0;
  try {
    return { value: work(), looks: noted };
  } finally {
    noted |= before;
  }
}
