import { readFileSync } from "node:fs";
import {
  isDomainPart,
  isHostName,
  matchesHostName,
  matchesMailAddress,
  matchesNetwork,
  parseDelay,
  parseMailAddress,
  parseNetwork,
  parseRelayUrl,
  parseSize,
  Regex,
} from "@smtpdlint/model";
import { expect, test } from "vitest";

/**
 * What smtpd's own functions answered: a line of `vectors/match-cases.txt` is
 * the function, two arguments in quotes, and the answer. Every function that
 * we have too must answer the same.
 */
const cases = [
  ...readFileSync(new URL("vectors/match-cases.txt", import.meta.url), "utf8").matchAll(
    /^(\w+) +'(.*?)' +'(.*?)' +-> (.*)$/gm,
  ),
].map(([, name, first, second, answer]) => ({ name, first, second, answer }) as Record<string, string>);

const bit = (answer: boolean) => (answer ? "1" : "0");

function matchesRegex(text: string, pattern: string): boolean {
  const regex = Regex.parse(pattern);
  return regex instanceof Regex && regex.test(text);
}

function networkText(text: string): string {
  const block = parseNetwork(text);
  if (!block) return "0  -1";
  const { bytes, length } = block;
  return `1 ${bytes.length === 4 ? bytes.join(".") : "[::1]"} ${length}`;
}

function relayText(text: string): string {
  const url = parseRelayUrl(text);
  if ("reason" in url) return "0";
  const tls = { smtp: 0, "smtp+tls": 1, smtps: 2, "smtp+notls": 3, lmtp: 3 }[url.scheme];
  const flags = (url.scheme === "lmtp" ? 0x80 : 0) | (url.label ? 0x8 : 0);
  const shown = flags ? `0x${flags.toString(16)}` : "0";
  return `1 host=${url.host} port=${url.port} tls=${tls} flags=${shown} label=${url.label}`;
}

const functions: Readonly<Record<string, (first: string, second: string, answer: string) => string>> = {
  hostname: (name, pattern) => bit(matchesHostName(name, pattern)),
  mailaddr(address, entry) {
    const [one, other] = [parseMailAddress(address), parseMailAddress(entry)];
    return bit(one !== undefined && other !== undefined && matchesMailAddress(one, other, "+"));
  },
  netaddr: (address, entry) => bit(matchesNetwork(address, entry)),
  text_to_netaddr: networkText,
  regex: (text, pattern) => bit(matchesRegex(text, pattern)),
  text_to_mailaddr(text) {
    const { user, domain } = parseMailAddress(text) ?? {};
    return `1 user=${user} domain=${domain}`;
  },
  // What smtpd leaves in its buffer is of no interest.
  delay: (text, _, answer) => String(parseDelay(text) ?? -1) + answer.slice(answer.indexOf(" ")),
  size(text) {
    const size = parseSize(text);
    return size === undefined ? "-1 -1" : `0 ${size}`;
  },
  hnok: (text) => bit(isHostName(text)),
  domainpart: (text) => bit(isDomainPart(text)),
  // Of a relay that it refuses, smtpd has read as much as it has.
  relayhost: (text, _, answer) => (answer.startsWith("0") && relayText(text) === "0" ? answer : relayText(text)),
};

test.each(Object.keys(functions))("%s", (name) => {
  const ours = cases.filter((item) => item.name === name);
  expect(ours.length).toBeGreaterThan(5);
  const answers = ours.map(({ first = "", second = "", answer = "" }) => [
    first,
    second,
    (functions[name] as (typeof functions)[string])(first, second, answer),
  ]);
  expect(answers).toEqual(ours.map(({ first, second, answer }) => [first, second, answer]));
});
