import { type Counterpart, count, type ForeignFormat, hasStatement } from "./program.ts";

/** Settings of Exim, its lists, and its sections, that have a counterpart (spec.txt, chapter 14). */
const counterparts: readonly Counterpart[] = [
  {
    settings: ["primary_hostname", "qualify_domain", "qualify_recipient"],
    also: "put the host name into the file mailname",
    write: ["listen on INTERFACE hostname NAME"],
  },
  { settings: ["local_interfaces"], write: ["listen on INTERFACE"] },
  { settings: ["daemon_smtp_ports", "daemon_smtp_port"], write: ["listen on INTERFACE port PORT"] },
  { settings: ["tls_on_connect_ports"], write: ["listen on INTERFACE smtps pki NAME auth"] },
  { settings: ["disable_ipv6"], write: ["listen on INTERFACE inet4"] },
  {
    settings: ["tls_certificate", "tls_privatekey"],
    write: ['pki NAME cert "FILE"', 'pki NAME key "FILE"', "listen on INTERFACE tls pki NAME"],
  },
  { settings: ["tls_advertise_hosts"], write: ["listen on INTERFACE tls pki NAME"] },
  {
    settings: ["auth_advertise_hosts", "begin authenticators"],
    write: ["listen on INTERFACE port submission tls-require pki NAME auth <TABLE>"],
  },
  {
    settings: ["local_domains", "domainlist"],
    write: ["match from any for domain DOMAIN action NAME", "match for local action NAME"],
  },
  { settings: ["relay_to_domains"], write: ["match from any for domain DOMAIN action RELAY"] },
  { settings: ["relay_from_hosts", "hostlist"], write: ["match from src NETWORK for any action NAME"] },
  { settings: ["addresslist", "localpartlist"], write: ["table NAME { ADDRESS, ADDRESS }"] },
  {
    settings: ["acl_smtp_rcpt", "begin acl"],
    write: ["match from any for domain DOMAIN action NAME", "match auth from any for any action RELAY"],
  },
  {
    settings: ["acl_smtp_connect", "acl_smtp_helo", "acl_smtp_mail"],
    write: ["filter NAME phase helo match !fcrdns reject REPLY", "listen on INTERFACE filter NAME"],
  },
  {
    settings: ["acl_smtp_data", "acl_smtp_mime", "acl_smtp_dkim", "av_scanner", "spamd_address"],
    write: ['filter NAME proc-exec "COMMAND"', "listen on INTERFACE filter NAME"],
  },
  {
    settings: ["begin routers"],
    write: ["match from any for domain DOMAIN action NAME", "match for any action RELAY"],
  },
  { settings: ["begin transports"], write: ["action NAME maildir alias <TABLE>", "action RELAY relay"] },
  {
    settings: ["begin rewrite"],
    write: ["action NAME maildir virtual <TABLE>", "action RELAY relay mail-from ADDRESS"],
  },
  {
    settings: ["timeout_frozen_after", "ignore_bounce_errors_after", "begin retry"],
    write: ["queue ttl DELAY"],
  },
  { settings: ["delay_warning"], write: ["bounce warn-interval DELAY"] },
  { settings: ["message_size_limit"], write: ["smtp max-message-size SIZE"] },
  { settings: ["recipients_max"], write: ["smtp limit max-rcpt NUMBER"] },
  { settings: [".include", ".include_if_exists"], write: ['include "FILE"'] },
];

/** Others by which Exim is known: those of the files that come with it, and of most guides. */
const others = (
  "accept_8bitmime acl_not_smtp acl_not_smtp_mime acl_smtp_auth acl_smtp_etrn acl_smtp_expn acl_smtp_predata " +
  "acl_smtp_prdr acl_smtp_quit acl_smtp_starttls acl_smtp_vrfy add_environment allow_domain_literals allow_mx_to_ip " +
  "auto_thaw bounce_return_body bounce_return_size_limit check_rfc2047_length check_spool_inodes check_spool_space " +
  "chunking_advertise_hosts daemon_startup_retries deliver_drop_privilege deliver_queue_load_max disable_fsync " +
  "dns_csa_use_reverse dns_dnssec_ok dns_ipv4_lookup drop_cr dsn_advertise_hosts exim_group exim_path exim_user " +
  "extract_addresses_remove_arguments freeze_tell gecos_name gecos_pattern helo_accept_junk_hosts " +
  "helo_allow_chars helo_lookup_domains helo_try_verify_hosts helo_verify_hosts host_lookup host_lookup_order " +
  "host_reject_connection hosts_connection_nolog keep_environment keep_malformed ldap_default_servers " +
  "local_from_check local_sender_retain log_file_path log_selector log_timezone message_logs mysql_servers " +
  "never_users openssl_options percent_hack_domains pgsql_servers pid_file_path pipelining_advertise_hosts " +
  "prdr_enable preserve_message_logs print_topbitchars queue_domains queue_list_requires_admin queue_only " +
  "queue_only_load queue_run_max queue_smtp_domains received_header_text received_headers_max " +
  "recipient_unqualified_hosts recipients_max_reject remote_max_parallel remote_sort_domains " +
  "rfc1413_hosts rfc1413_query_timeout sender_unqualified_hosts smtp_accept_keepalive smtp_accept_max " +
  "smtp_accept_max_nonmail smtp_accept_max_nonmail_hosts smtp_accept_max_per_connection smtp_accept_max_per_host " +
  "smtp_accept_queue smtp_accept_queue_per_connection smtp_accept_reserve smtp_active_hostname smtp_banner " +
  "smtp_check_spool_space smtp_connect_backlog smtp_enforce_sync smtp_etrn_command smtp_load_reserve " +
  "smtp_max_synprot_errors smtp_max_unknown_commands smtp_ratelimit_hosts smtp_receive_timeout " +
  "smtp_reserve_hosts smtp_return_error_details smtputf8_advertise_hosts split_spool_directory spool_directory " +
  "strip_excess_angle_brackets strip_trailing_dot syslog_timestamp system_filter tls_crl tls_dhparam " +
  "tls_remember_esmtp tls_require_ciphers tls_try_verify_hosts tls_verify_certificates tls_verify_hosts " +
  "trusted_groups trusted_users untrusted_set_sender uucp_from_pattern"
).split(" ");

const known = new Set([...counterparts.flatMap(({ settings }) => settings), ...others]);
const setting = `(?:hide[ \\t]+)?(?:${[...known].filter((name) => /^\w+$/.test(name)).join("|")})[ \\t]*=`;
const list = "(?:domain|host|address|localpart)list(?:_cache)?[ \\t]+\\w+[ \\t]*=";
const directive = "[ \\t]*\\.(?:ifn?def|elifn?def|else|endif|include|include_if_exists)\\b";

/** A section of the file, of which the first has no such line. */
const section = /^begin[ \t]+(?:acl|routers|transports|retry|rewrite|authenticators|local_scan)[ \t]*(?:#.*)?$/m;

/** A router, a transport or an authenticator. */
const driver = /^\w+:[ \t]*\n(?:[ \t].*\n)*?[ \t]+driver[ \t]*=/m;

const sign = new RegExp(`^(?:${setting}|${list}|${directive})`, "gm");

/** So many settings of Exim make a file without sections, if they are most of it. */
const enough = 3;

/** A line that none of Exim's files has at its margin, but as a continuation of the one before. */
const otherLine = /(?<!\\\n)^(?!\w+[ \t]*=|(?:hide|\w+list)[ \t]|\.|\w+:|[a-z]+_\w+[ \t]*$|[ \t]|#|$)/m;

/** Exim's configuration: settings, then sections; or a piece of it, as Debian splits it. */
export const exim: ForeignFormat = {
  file: "Exim",
  setting: "a setting of Exim",
  counterparts,
  owns(text) {
    if (hasStatement(text)) return false;
    if (section.test(text) || driver.test(text)) return true;
    const own = count(text, sign);
    return own >= enough && own * 2 > count(text, /^[a-z]\w*[ \t]*=/gm) && !otherLine.test(text);
  },
  settingIn(line) {
    const [begin, part] = /^begin[ \t]+(\w+)[ \t]*$/.exec(line) ?? [];
    if (begin !== undefined)
      return known.has(`begin ${part}`) ? { name: begin, at: 0, key: `begin ${part}` } : undefined;
    const [, before = "", name = ""] =
      /^((?:hide[ \t]+)?)(\w+)[ \t]*=/.exec(line) ?? /^()(\.include\w*)[ \t]/.exec(line) ?? [];
    if (name !== "") return known.has(name) ? { name, at: before.length } : undefined;
    const [, kind = "", ofList = ""] = /^((\w+list)(?:_cache)?[ \t]+)/.exec(line) ?? [];
    if (!known.has(ofList)) return undefined;
    const [own = ""] = /^\w+(?=[ \t]*=)/.exec(line.slice(kind.length)) ?? [];
    if (own === "") return undefined;
    return { name: own, at: kind.length, key: known.has(own) ? own : ofList };
  },
};
