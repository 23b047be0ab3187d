import { byteLength } from "@smtpdlint/grammar";
import { defineRule } from "../../rule.ts";

/** crypto.c: KEY_SIZE */
const KEY_SIZE = 32;

export const rule = defineRule({
  meta: {
    id: "invalid-queue-key",
    category: "refused",
    summary: "a queue key that does not have 32 characters",
    messages: {
      length: "the key has {length} bytes, but it must have {size}",
      stdin: "'smtpd -n' refuses a key from standard input, although the daemon would read it",
    },
  },
  model(model, { report }) {
    const keys = model.config.statements.flatMap((statement) =>
      statement.kind === "queue" && statement.setting?.word === "encryption" && statement.value
        ? [statement.value]
        : [],
    );
    const key = keys.at(-1);
    if (!key || key.faulty) return;
    if (/^(stdin|-)$/i.test(key.value)) {
      report({ span: key.span, message: "stdin", help: "leave the key out to be asked for it at the start" });
    } else if (byteLength(key.value) !== KEY_SIZE) {
      const data = { length: byteLength(key.value), size: KEY_SIZE };
      report({ span: key.span, message: "length", data, help: "openssl rand -hex 16 makes one" });
    }
  },
});
