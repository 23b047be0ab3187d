import { type Counterpart, count, type ForeignFormat, hasStatement } from "./program.ts";

/**
 * What has a counterpart: macros, features and mailers of a sendmail.mc, and
 * options of a sendmail.cf, each where they have the same meaning (cf/README; op.me).
 */
const counterparts: readonly Counterpart[] = [
  {
    settings: ["confDOMAIN_NAME"],
    also: "put the host name into the file mailname",
    write: ["listen on INTERFACE hostname NAME"],
  },
  { settings: ["DAEMON_OPTIONS", "DaemonPortOptions"], write: ["listen on INTERFACE port PORT"] },
  { settings: ["CLIENT_OPTIONS", "ClientPortOptions"], write: ["action NAME relay src ADDRESS"] },
  {
    settings: ["SMART_HOST", "MAIL_HUB", "nullclient"],
    write: ["action NAME relay host HOST", "match for any action NAME"],
  },
  { settings: ["LOCAL_RELAY"], write: ["action NAME relay host HOST", "match for local action NAME"] },
  {
    settings: ["authinfo", "confDEF_AUTH_INFO", "DefaultAuthInfo"],
    write: ["action NAME relay host smtp+tls://LABEL@HOST auth <TABLE>"],
  },
  {
    settings: ["MASQUERADE_AS", "MASQUERADE_DOMAIN", "masquerade_envelope"],
    write: ["action NAME relay mail-from ADDRESS"],
  },
  {
    settings: ["use_cw_file", "confCW_FILE", "LOCAL_DOMAIN"],
    write: ["match from any for domain DOMAIN action NAME", "match for local action NAME"],
  },
  {
    settings: ["RELAY_DOMAIN", "RELAY_DOMAIN_FILE", "relay_entire_domain", "mailertable"],
    write: ["match from any for domain DOMAIN action RELAY"],
  },
  {
    settings: ["access_db"],
    write: ["match from src NETWORK for any action NAME", "match from any mail-from <TABLE> for any reject"],
  },
  {
    settings: ["virtusertable", "VIRTUSER_DOMAIN", "VIRTUSER_DOMAIN_FILE", "LUSER_RELAY"],
    write: ["action NAME maildir virtual <TABLE>"],
  },
  { settings: ["ALIAS_FILE", "AliasFile"], write: ["action NAME mbox alias <TABLE>"] },
  { settings: ["local"], write: ["action NAME mbox"] },
  { settings: ["smtp"], write: ["action NAME relay"] },
  {
    settings: ["procmail", "local_procmail", "PROCMAIL_MAILER_PATH", "LOCAL_MAILER_PATH"],
    write: ['action NAME mda "COMMAND"'],
  },
  { settings: ["local_lmtp", "cyrusv2", "confLOCAL_MAILER"], write: ['action NAME lmtp "SOCKET"'] },
  {
    settings: ["dnsbl", "enhdnsbl", "INPUT_MAIL_FILTER", "MAIL_FILTER", "confINPUT_MAIL_FILTERS", "InputMailFilters"],
    write: ['filter NAME proc-exec "COMMAND"', "listen on INTERFACE filter NAME"],
  },
  {
    settings: ["block_bad_helo", "require_rdns"],
    write: ["filter NAME phase helo match !fcrdns reject REPLY", "listen on INTERFACE filter NAME"],
  },
  {
    settings: ["confSERVER_CERT", "confSERVER_KEY", "ServerCertFile", "ServerKeyFile"],
    write: ['pki NAME cert "FILE"', 'pki NAME key "FILE"', "listen on INTERFACE tls pki NAME"],
  },
  {
    settings: ["confCACERT", "CACertFile"],
    write: ['ca NAME cert "FILE"', "listen on INTERFACE tls-require verify pki NAME ca NAME"],
  },
  {
    settings: ["TRUST_AUTH_MECH", "confAUTH_MECHANISMS", "confAUTH_OPTIONS", "AuthMechanisms", "AuthOptions"],
    write: ["listen on INTERFACE port submission tls-require pki NAME auth"],
  },
  { settings: ["confMAX_MESSAGE_SIZE", "MaxMessageSize"], write: ["smtp max-message-size SIZE"] },
  {
    settings: ["confMAX_RCPTS_PER_MESSAGE", "MaxRecipientsPerMessage"],
    write: ["smtp limit max-rcpt NUMBER"],
  },
  { settings: ["confTO_QUEUERETURN", "Timeout.queuereturn"], write: ["queue ttl DELAY"] },
  { settings: ["confTO_QUEUEWARN", "Timeout.queuewarn"], write: ["bounce warn-interval DELAY"] },
];

/** A macro of m4 with its first argument, in the quotes of m4 or without: FEATURE(`access_db'), OSTYPE(linux). */
const macro = /^(define|undefine|[A-Z][A-Z_]{3,})\([ \t]*`?([^'`,)]*)/;
const macros = new RegExp(macro.source, "gm");

/** sendmail's configuration as people write it, for m4. */
export const sendmailMc: ForeignFormat = {
  file: "sendmail, a sendmail.mc",
  setting: "a setting of sendmail",
  counterparts,
  // One alone may be a line that was copied.
  owns: (text) => count(text, macros) >= 2 && !hasStatement(text) && !/^[a-z]\w*[ \t]*=/m.test(text),
  settingIn(line) {
    const [, name = "", argument = ""] = macro.exec(line) ?? [];
    if (name === "") return undefined;
    const isNamed = /^(?:define|undefine|FEATURE|MAILER)$/.test(name) && argument !== "";
    return isNamed ? { name: argument, at: line.indexOf(argument, name.length) } : { name, at: 0 };
  },
};

/** What begins with a letter of sendmail.cf, and is no name of a macro of ours. */
const otherLine = /^(?![PS][\w-]+=-?\d+[ \t]*$|E\w+=|(?!\w+[ \t]*=)[CDEFHKLMOPQRSTVX][^\s=]|[OR][ \t]|[ \t]|#|$)/m;

/** A version, an option, a rewriting rule with its tabs, a mailer, a header, a precedence. */
const cfSign =
  /^(?:V\d+(?:\/\w+)?$|O[ \t]+\w[\w.]*(?:=|$)|R\S.*\t|M[\w-]+,.*\b[A-Z]=|H(?:\?[^?\n]*\?)?[\w-]+:|P[\w-]+=)/gm;

/** So many of them make a file. */
const enough = 3;

/** sendmail's configuration as it reads it: a letter begins each line and says what it is. */
export const sendmailCf: ForeignFormat = {
  file: "sendmail, a sendmail.cf",
  setting: "an option of sendmail",
  counterparts,
  owns: (text) => count(text, cfSign) >= enough && !otherLine.test(text) && !hasStatement(text),
  settingIn(line) {
    const [, before = "", name = ""] = /^(O[ \t]+)([A-Z][A-Za-z.]{3,})=/.exec(line) ?? [];
    return name === "" ? undefined : { name, at: before.length };
  },
};
