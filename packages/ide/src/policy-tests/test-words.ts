import type { TestWord } from "@smtpdlint/lint";

/** What a word of a file of policy tests stands for: how it is written, and what it says. */
interface WordHelp {
  readonly syntax: string;
  readonly help: string;
}

/** By word; that of a filter's answer behind `assume filter` is the same as that of an outcome. */
const help: Readonly<Record<TestWord, WordHelp>> = {
  config: { syntax: "config FILE", help: "the configuration; by default NAME.conf beside NAME.test, else smtpd.conf" },
  target: { syntax: "target { 6.8, 7.8 }", help: "each test runs for each of these releases" },
  root: { syntax: "root DIR", help: "the folder that stands for /: tables, aliases, homes" },
  users: { syntax: "users { alice, bob }", help: "all accounts, besides root" },
  hostname: { syntax: "hostname NAME", help: "the name of the machine" },
  addresses: { syntax: "addresses { 192.0.2.25 }", help: "the addresses of the machine" },
  assume: { syntax: "assume filter NAME proceed", help: "what a program that filters answers" },
  filter: { syntax: "assume filter NAME proceed", help: "what a program that filters answers" },
  define: { syntax: "define NAME VALUE", help: "a macro, as smtpd -D sets it" },
  to: { syntax: "to ADDRESS", help: "the recipient; without a domain, that of the machine" },
  from: { syntax: "from ADDRESS", help: "the client: its address, outside, or local for sendmail on this machine" },
  rdns: { syntax: "rdns NAME", help: "the name of the client's address; none if it has none" },
  fcrdns: { syntax: "fcrdns pass", help: "whether the client's name leads back to its address: pass, fail or error" },
  helo: { syntax: "helo NAME", help: "what the client calls itself" },
  auth: { syntax: "auth USER", help: "the client logs in, with the right password" },
  "mail-from": { syntax: "mail-from ADDRESS", help: "the sender; <> for nobody" },
  port: { syntax: "port PORT", help: "the port of the listener" },
  tag: { syntax: "tag TAG", help: "the tag of the listener" },
  listener: { syntax: "listener N", help: "the listener by its number, from 1" },
  tls: { syntax: "tls", help: "at a listener with TLS" },
  "no-tls": { syntax: "no-tls", help: "without TLS, also where it is offered" },
  bounce: { syntax: "bounce", help: "a notice of smtpd's own" },
  local: { syntax: "local USER", help: "delivered for a user" },
  relay: { syntax: "relay HOST", help: "sent to another server: that of relay host, or any" },
  maildir: { syntax: "maildir PATH", help: "delivered into a maildir" },
  file: { syntax: "file PATH", help: "appended to a file" },
  command: { syntax: "command LINE", help: "handed over to a program" },
  lmtp: { syntax: "lmtp SERVER", help: "handed over to an LMTP server" },
  reject: { syntax: 'reject CODE "TEXT"', help: "refused for good; the text is in the reply" },
  tempfail: { syntax: 'tempfail CODE "TEXT"', help: "refused for now; the text is in the reply" },
  disconnect: { syntax: 'disconnect "421 TEXT"', help: "the filter closes the connection with this reply" },
  proceed: { syntax: "proceed", help: "the filter lets the message pass" },
  accept: { syntax: "accept", help: "accepted, however it is delivered" },
  junk: { syntax: "junk", help: "marked as junk" },
  bounced: { syntax: "bounced", help: "accepted, but then it cannot be delivered" },
  queued: { syntax: "queued", help: "accepted, but it cannot be delivered yet" },
  at: { syntax: "at PHASE", help: "when it is refused" },
  by: { syntax: "by FILTER", help: "the filter that refuses it, or marks it as junk" },
  rule: { syntax: "rule N", help: "the match rule that decides, by its number, from 1" },
  action: { syntax: "action NAME", help: "the action that delivers it" },
  sender: { syntax: "sender ADDRESS", help: "the sender when it is delivered; <> for nobody, srs if SRS rewrites it" },
  recipient: { syntax: "recipient ADDRESS", help: "the recipient when it is delivered" },
  maybe: { syntax: "maybe OUTCOME", help: "enough if this outcome is possible" },
  never: { syntax: "never relay", help: "proved for all messages that the conditions allow" },
  always: { syntax: "always reject", help: "proved for all messages that the conditions allow" },
  exactly: { syntax: "exactly A and B", help: "and nothing else becomes of it" },
  not: { syntax: "not OUTCOME", help: "nothing of this kind becomes of it" },
  and: { syntax: "A and B", help: "both become of it" },
};

/** What each word says, for those who ask for it. */
export const testWords: Readonly<Record<string, WordHelp>> = help;
