/** Which files a bundle holds, as esbuild says it. */
interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

/** Writes the licences of the packages that bundles hold into a file, as these licences want it. */
export function writeThirdParty(path: string, metafiles: readonly Metafile[]): void;
