/** What an old scheme of a relay's URL is today (to.c of 6.0.3 and 6.4, text_to_relayhost). */
interface Scheme {
  readonly scheme: string;
  /** True if 6.0.3 insisted on TLS, and so could verify. */
  readonly tls: boolean;
  readonly backup?: true;
  readonly secure?: true;
}

const schemes: Readonly<Record<string, Scheme>> = {
  "": { scheme: "smtp", tls: false },
  smtp: { scheme: "smtp+notls", tls: false },
  lmtp: { scheme: "lmtp", tls: false },
  "smtp+tls": { scheme: "smtp", tls: false },
  smtps: { scheme: "smtps", tls: true },
  tls: { scheme: "smtp+tls", tls: true },
  "smtps+auth": { scheme: "smtps", tls: true },
  "tls+auth": { scheme: "smtp+tls", tls: true },
  secure: { scheme: "smtps", tls: true, secure: true },
  "secure+auth": { scheme: "smtps", tls: true, secure: true },
  backup: { scheme: "", tls: false, backup: true },
  "tls+backup": { scheme: "", tls: true, backup: true },
};

/** A relay of the old file in today's words. */
export interface NewRelay {
  /** With scheme, label, host and port; of a backup, the host's name alone. */
  readonly url: string;
  /** The host, for the name of an action. */
  readonly host: string;
  readonly tls: boolean;
  readonly backup: boolean;
  /** Set for `secure://`: which kind of TLS was chosen. */
  readonly chosen: "TLS from the first byte" | "STARTTLS" | undefined;
}

/** Reads the URL of `relay via`; undefined if 6.0.3 does not know its scheme. */
export function translateRelay(old: string): NewRelay | undefined {
  const [, written = "", rest = ""] = /^(?:([^/@:]*):\/\/)?(.*)$/s.exec(old) ?? [];
  const key = written.toLowerCase();
  const known = Object.hasOwn(schemes, key) ? schemes[key] : undefined;
  if (!known) return undefined;
  const at = rest.indexOf("@");
  const [label, place] = at === -1 ? ["", rest] : [rest.slice(0, at + 1), rest.slice(at + 1)];
  const isPlain = /^(?:\[[^\]]*\]|[A-Za-z0-9_.-]*)(?::\d+)?/.exec(place)?.[0] ?? "";
  // Neither release reads what follows the host, but a template may put anything there.
  const server = /^\/*$/.test(place.slice(isPlain.length)) ? isPlain : place;
  const [, host = server, port] = /^(.*?)(?::(\d+))?$/s.exec(server) ?? [];
  const usesStartTls = known.secure && port !== undefined && port !== "465";
  const scheme = usesStartTls ? "smtp+tls" : known.scheme;
  return {
    url: known.backup ? host : `${scheme}://${label}${server}`,
    host: /^[A-Za-z0-9.-]+$/.test(host) ? host.toLowerCase() : "host",
    tls: known.tls,
    backup: known.backup ?? false,
    chosen: known.secure && (usesStartTls ? "STARTTLS" : "TLS from the first byte"),
  };
}
