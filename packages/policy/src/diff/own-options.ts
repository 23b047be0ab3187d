/**
 * What two configurations are of: one machine before and after a change; two
 * hosts, which have names, certificates and addresses of their own; or one
 * machine before and after its configuration was carried over from the language
 * before 6.4.
 */
export type Comparison = "change" | "hosts" | "migration";

/** Say what a host is called, and by which certificate and address it is known. */
const ownOptions = ["hostname", "hostnames", "pki", "helo", "helo-src", "src"];

/** True for an option of a listener or an action that is each host's own. */
export const isOwnOption = (word: string): boolean => ownOptions.includes(word);
