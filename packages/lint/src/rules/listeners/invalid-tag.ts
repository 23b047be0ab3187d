import { byteLength } from "@smtpdlint/grammar";
import { defineRule } from "../../rule.ts";

/** smtpd.h: SMTPD_TAG_SIZE is 33, the final NUL included. */
const TAG_MAX = 32;

export const rule = defineRule({
  meta: {
    id: "invalid-tag",
    category: "refused",
    summary: "a tag of more than 32 bytes",
    messages: { long: "the tag is {length} bytes long, but smtpd allows at most {limit}" },
  },
  visit: {
    listen({ options }, { report }) {
      for (const { keyword, value } of options) {
        if (keyword.word !== "tag" || value?.kind !== "text") continue;
        const length = byteLength(value.value);
        if (length > TAG_MAX) report({ span: value.span, message: "long", data: { length, limit: TAG_MAX } });
      }
    },
  },
});
