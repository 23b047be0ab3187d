import type { Option, Span, Text } from "@smtpdlint/grammar";
import type { View } from "./view.ts";

/** A path in the configuration. */
export interface Link {
  readonly span: Span;
  /** As written. */
  readonly path: string;
  /** The file in the model, if it was read. */
  readonly file: number | undefined;
}

/** The paths of includes, tables, certificates and keys. */
export function documentLinks({ model, file }: View): Link[] {
  return model.config.statements
    .flatMap((statement): Link[] => {
      switch (statement.kind) {
        case "include":
          return link(statement.path, statement.file);
        case "table": {
          const path = /^[^:/]*:?(\/.*)$/.exec(statement.source?.value ?? "")?.[1];
          return path ? link(statement.source, model.tables.declared(statement).file?.source.id, path) : [];
        }
        case "ca":
          return link(statement.cert, undefined);
        case "pki":
          return statement.options.flatMap((option) => (isFile(option) ? link(option.value, undefined) : []));
        default:
          return [];
      }
    })
    .filter(({ span }) => span.file === file);
}

const isFile = (option: Option): option is Option & { value: Text } =>
  (option.keyword.word === "cert" || option.keyword.word === "key") && option.value?.kind === "text";

function link(text: Text | undefined, file: number | undefined, path = text?.value): Link[] {
  return text && path && !text.faulty ? [{ span: text.span, path, file }] : [];
}
