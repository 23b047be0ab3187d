import { byteLength, cover } from "@smtpdlint/grammar";
import { quote, splitSource, writeText } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

/** Buffers of smtpd.h: a table's name in LINE_MAX, its path in PATH_MAX bytes. */
const NAME_MAX = 2047;
const PATH_MAX = 4095;
/** NAME_MAX: a backend is the program table-BACKEND (table.c, table_create), and no file has a longer name. */
const BACKEND_MAX = 255 - "table-".length;

export const rule = defineRule({
  meta: {
    id: "invalid-table-source",
    category: "refused",
    summary: "invalid file path or backend of a table",
    fixable: true,
    messages: {
      split: "the backend and the path of a table must be one word",
      relative: "the path of a table must be absolute, but {path} does not start with '/'",
      noPath: "a path must follow {backend}",
      noBackend: "a table needs a path or a backend",
      unwanted: "getpwnam has no path",
      longName: "the name of a table can have at most {limit} bytes",
      longBackend: "the name of a table backend can have at most {limit} bytes",
      longPath: "the path of a table can have at most {limit} bytes",
    },
  },
  problems(_, { causedBy, model, report }) {
    for (const { cause } of causedBy("split-source")) {
      const { backend, path } = cause;
      const text = writeText(`${backend.image.replace(/:$/, "")}:${path.image}`, false);
      const isPlain = text !== undefined && !backend.macro && !path.macro && backend.file === path.file;
      const span = cover(backend, path);
      const fixes = isPlain ? rewrite(model, span, text, true) : [];
      report({ span, message: "split", help: `write ${text ?? "BACKEND:/PATH"}`, fixes });
    }
  },
  visit: {
    table({ name, source, broken }, { report }) {
      if (name && byteLength(name.value) > NAME_MAX) {
        report({ span: name.span, message: "longName", data: { limit: NAME_MAX } });
      }
      if (!source || source.faulty || broken) return;
      const { span } = source;
      const { backend, path } = splitSource(source.value);
      if (path !== undefined && !path.startsWith("/")) {
        const data = { path: quote(path), backend: quote(`${backend}:`) };
        const help = `write ${backend || "file"}:/PATH`;
        report({ span, message: path === "" ? "noPath" : "relative", data, help });
      } else if (backend === "") report({ span, message: "noBackend", help: "write file:/PATH" });
      else if (backend === "db" && path === undefined)
        report({ span, message: "noPath", data: { backend: "'db'" }, help: "write db:/PATH" });
      else if (backend === "getpwnam" && path !== undefined) report({ span, message: "unwanted" });
      else if (byteLength(backend.replace(/\/.*$/s, "")) > BACKEND_MAX) {
        report({ span, message: "longBackend", data: { limit: BACKEND_MAX } });
      } else if (path !== undefined && byteLength(path) > PATH_MAX) {
        report({ span, message: "longPath", data: { limit: PATH_MAX } });
      }
    },
  },
});
