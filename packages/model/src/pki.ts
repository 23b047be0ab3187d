import { type NodeOf, originOf, type Pki, partIn, type Text } from "@smtpdlint/grammar";
import type { Model } from "./model.ts";
import { oncePer } from "./once-per.ts";

/** The statements of each pki, by its name. */
export const pkisByName = oncePer((model: Model): ReadonlyMap<string, readonly Pki[]> => byName(model, "pki"));

/** The file of a pki's certificate or key; of two for the same part smtpd takes the last (smtpd.c, load_pki_tree). */
export function pkiFile(statements: readonly Pki[], role: "cert" | "key"): Text | undefined {
  for (const statement of statements.toReversed()) {
    const option = originOf(statement).options.findLast(({ keyword }) => keyword.word === role);
    const value = option?.value;
    if (option) return value?.kind === "text" && !value.faulty ? partIn(statement, value) : undefined;
  }
  return undefined;
}

/** A file that smtpd loads, whether or not a listener or an action uses its pki or ca. */
export interface TlsFile {
  readonly role: "cert" | "key" | "ca";
  readonly path: Text;
}

/** The files of all pki and ca statements. */
export const tlsFiles = oncePer((model: Model): readonly TlsFile[] => {
  const files: TlsFile[] = [];
  const add = (role: TlsFile["role"], path: Text | undefined) => {
    if (path && !path.faulty) files.push({ role, path });
  };
  for (const statements of pkisByName(model).values()) {
    add("cert", pkiFile(statements, "cert"));
    add("key", pkiFile(statements, "key"));
  }
  for (const statements of byName(model, "ca").values()) add("ca", statements.at(-1)?.cert);
  return files;
});

function byName<K extends "pki" | "ca">({ symbols }: Model, kind: K): Map<string, NodeOf<K>[]> {
  return new Map(
    [...symbols.byName(kind)].map(([name, same]) => [name, same.map(({ statement }) => statement as NodeOf<K>)]),
  );
}
