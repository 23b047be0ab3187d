import { isSameSpan } from "@smtpdlint/grammar";
import type { Diagnostic } from "@smtpdlint/lint";
import { optionOf, tlsOption } from "@smtpdlint/model";
import type { Mending } from "./editor-action.ts";
import { lineAbove } from "./spans.ts";
import type { View } from "./view.ts";

/** For a listener with TLS in a configuration without a pki: one, where certificates mostly are. */
export function missingCertificate({ model }: View, { span, category }: Diagnostic): Mending[] {
  if (category !== "refused" || model.symbols.namesOf("pki").length > 0) return [];
  const listener = model.listeners.find((one) => {
    const tls = tlsOption(one);
    return tls && isSameSpan(tls.keyword.span, span);
  });
  const tls = listener && tlsOption(listener);
  if (!tls || model.sources.macroAt(span)) return [];
  const given = optionOf(listener, "hostname")?.value;
  const name = given?.kind === "text" && /^[a-z\d.-]+$/.test(given.value) ? given.value : "mail.example.org";
  const definition = `pki ${name} cert "/etc/ssl/${name}.crt"\npki ${name} key "/etc/ssl/private/${name}.key"\n`;
  const { file, end } = tls.span;
  return [
    {
      title: `Add pki '${name}' with a certificate`,
      edits: [
        { span: lineAbove(model, listener.span), text: definition },
        { span: { file, start: end, end }, text: ` pki ${name}` },
      ],
    },
  ];
}
