import type { legacy, Text } from "@smtpdlint/grammar";
import type { Context } from "../context.ts";
import { comment, type Piece, pieces } from "../pieces.ts";

/** The pki or ca that 6.0.3 found for a name: that of the same name, else `*` (lka.c). */
export function runtimeName(names: ReadonlySet<string>, name: string | undefined): string | undefined {
  const wanted = name?.toLowerCase();
  if (wanted !== undefined && names.has(wanted)) return wanted;
  return names.has("*") ? "*" : undefined;
}

const words: Readonly<Record<string, string>> = { certificate: "cert", key: "key", dhe: "dhe", dhparams: "dhe" };

export function translatePki({ keyword, name, options }: legacy.Pki, context: Context): Piece[][] {
  const ca = options.find((option) => option.keyword.word === "ca");
  const others = options.filter((option) => option !== ca);
  const line = pieces(
    context.words.keyword(keyword),
    context.words.lower(name),
    ...others.map((option) =>
      pieces(
        context.words.keyword(option.keyword, words[option.keyword.word] ?? option.keyword.word),
        // Parameters are made by smtpd now.
        option.keyword.word === "dhparams" ? "auto" : context.words.text(option.value as Text),
      ),
    ),
  );
  const lines = others.length > 0 || !ca ? [line] : [];
  if (ca) lines.push(pieces("ca", context.words.lower(name), "cert", context.words.text(ca.value as Text)));
  return lines;
}

export const translateCa = ({ keyword, name, certificate }: legacy.Ca, { words }: Context): Piece[][] => [
  pieces(words.keyword(keyword), words.lower(name), "cert", words.text(certificate)),
];

/** A pki that the old file does not have, with files where a person may look for them. */
export function missingPki(name: string, certificate: string, key: string, { words }: Context): Piece[][] {
  return [
    comment("smtpdlint: a listener with TLS needs a certificate: put its files here"),
    pieces("pki", words.written(name), "cert", words.quoted(certificate)),
    pieces("pki", words.written(name), "key", words.quoted(key)),
  ];
}
