import { alternatives, isOwnBackend, knownBackends, quote, sourceOf } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { backendAdvice } from "../shared/backend-advice.ts";

export const rule = defineRule({
  meta: {
    id: "missing-table-backend",
    category: "refused",
    summary: "a table backend whose program is not on this machine",
    fixable: true,
    messages: { missing: "there is no table backend {backend} on this machine: no {program} in {folders}" },
  },
  visit: {
    table(table, context) {
      const { machine } = context;
      const { backend, path } = sourceOf(table) ?? {};
      if (!machine?.helperFolders.length || !table.source || !backend || isOwnBackend(backend)) return;
      const program = `table-${backend}`;
      const isThere = machine.helperFolders.some((folder) => {
        const status = machine.fileStatus(`${folder}/${program}`);
        return !("failure" in status) || status.failure !== "not-found";
      });
      if (isThere) return;
      context.report({
        span: table.source.span,
        message: "missing",
        data: { backend: quote(backend), program, folders: alternatives(machine.helperFolders) },
        ...(knownBackends.includes(backend)
          ? { help: "install the package that brings it" }
          : backendAdvice(context.model, table.source.span, backend, path)),
      });
    },
  },
});
