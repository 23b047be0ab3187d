import type { ForeignFormat } from "./program.ts";

/** What no mail server but one with Cyrus SASL sets (options.html of Cyrus SASL). */
const option = /^(?:pwcheck_method|mech_list|auxprop_plugin|saslauthd_path|sasldb_path|authdaemond_path|sql_engine):/m;

/** Cyrus SASL, whose file for SMTP has the name of ours: lines `NAME: VALUE`. */
export const sasl: ForeignFormat = {
  file: "Cyrus SASL, which has the same name",
  counterparts: [],
  owns: (text) => !/^(?!\w+:|[ \t]*(?:#|$))/m.test(text) && option.test(text),
};
