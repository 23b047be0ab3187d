/** The words of `protocols` (tls_config_parse_protocols(3)). */
export const tlsProtocols: Readonly<Record<string, string>> = {
  "tlsv1.3": "TLS 1.3",
  "tlsv1.2": "TLS 1.2",
  "tlsv1.1": "TLS 1.1, which is no longer safe",
  "tlsv1.0": "TLS 1.0, which is no longer safe",
  tlsv1: "TLS 1.0 to 1.3",
  default: "the same as secure",
  secure: "TLS 1.2 and 1.3",
  all: "TLS 1.0 to 1.3",
  legacy: "the same as all",
};
