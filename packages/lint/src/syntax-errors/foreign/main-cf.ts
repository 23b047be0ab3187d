import type { Counterpart, ForeignFormat } from "./program.ts";

/** The settings that most files have and that have a counterpart. */
const counterparts: readonly Counterpart[] = [
  {
    settings: ["myhostname", "mydomain", "myorigin"],
    also: "put the host name into the file mailname",
    write: ["listen on INTERFACE hostname NAME"],
  },
  {
    settings: ["mydestination", "virtual_mailbox_domains", "virtual_alias_domains"],
    write: ["match from any for domain DOMAIN action NAME", "match for local action NAME"],
  },
  { settings: ["relay_domains", "transport_maps"], write: ["match from any for domain DOMAIN action RELAY"] },
  {
    settings: ["relayhost", "default_transport", "relay_transport"],
    write: ["action NAME relay host HOST", "match for any action NAME"],
  },
  { settings: ["mynetworks", "mynetworks_style"], write: ["match from src NETWORK for any action NAME"] },
  { settings: ["inet_interfaces"], write: ["listen on INTERFACE"] },
  { settings: ["inet_protocols"], write: ["listen on INTERFACE inet4"] },
  {
    settings: ["smtpd_tls_cert_file", "smtpd_tls_key_file", "smtpd_tls_chain_files"],
    write: ['pki NAME cert "FILE"', 'pki NAME key "FILE"', "listen on INTERFACE tls pki NAME"],
  },
  { settings: ["smtpd_tls_security_level", "smtpd_use_tls"], write: ["listen on INTERFACE tls pki NAME"] },
  {
    settings: ["smtpd_tls_auth_only", "smtpd_enforce_tls", "smtpd_sasl_auth_enable"],
    write: ["listen on INTERFACE port submission tls-require pki NAME auth"],
  },
  {
    settings: ["smtpd_sasl_path", "smtpd_sasl_type", "smtpd_sasl_local_domain"],
    write: ["listen on INTERFACE port submission tls-require pki NAME auth <TABLE>"],
  },
  {
    settings: ["smtpd_sender_login_maps"],
    write: ["listen on INTERFACE port submission tls-require pki NAME auth senders <TABLE>"],
  },
  {
    settings: ["smtp_tls_security_level", "smtp_use_tls", "smtp_enforce_tls"],
    write: ["action NAME relay tls"],
  },
  {
    settings: ["smtp_sasl_password_maps", "smtp_sasl_auth_enable"],
    write: ["action NAME relay host smtp+tls://LABEL@HOST auth <TABLE>"],
  },
  { settings: ["smtp_helo_name"], write: ["action NAME relay helo HOST"] },
  { settings: ["smtp_bind_address", "smtp_bind_address6"], write: ["action NAME relay src ADDRESS"] },
  { settings: ["alias_maps", "alias_database"], write: ["action NAME maildir alias <TABLE>"] },
  {
    settings: ["virtual_alias_maps", "virtual_maps", "luser_relay"],
    write: ["action NAME maildir virtual <TABLE>"],
  },
  {
    settings: ["virtual_mailbox_maps", "virtual_mailbox_base", "virtual_uid_maps", "virtual_gid_maps"],
    write: ["action NAME maildir virtual <TABLE> userbase <USERS>"],
  },
  { settings: ["home_mailbox"], write: ['action NAME maildir "PATH"'] },
  { settings: ["mail_spool_directory"], write: ["action NAME mbox"] },
  { settings: ["mailbox_command"], write: ['action NAME mda "COMMAND"'] },
  {
    settings: ["mailbox_transport", "virtual_transport", "local_transport"],
    write: ['action NAME lmtp "SOCKET"'],
  },
  {
    settings: ["smtpd_milters", "non_smtpd_milters", "content_filter", "header_checks", "body_checks"],
    write: ['filter NAME proc-exec "COMMAND"', "listen on INTERFACE filter NAME"],
  },
  {
    settings: ["smtpd_recipient_restrictions", "smtpd_relay_restrictions"],
    write: ["match from any for domain DOMAIN action NAME", "match auth from any for any action RELAY"],
  },
  {
    settings: ["smtpd_client_restrictions", "smtpd_helo_restrictions", "smtpd_sender_restrictions"],
    write: ["filter NAME phase helo match !fcrdns reject REPLY", "listen on INTERFACE filter NAME"],
  },
  { settings: ["message_size_limit"], write: ["smtp max-message-size SIZE"] },
  { settings: ["recipient_delimiter"], write: ['smtp sub-addr-delim "+"'] },
  { settings: ["maximal_queue_lifetime", "bounce_queue_lifetime"], write: ["queue ttl DELAY"] },
  { settings: ["delay_warning_time"], write: ["bounce warn-interval DELAY"] },
];

/** Others by which a main.cf is known: those of the files that come with Postfix and of most guides. */
const others = (
  "append_dot_mydomain biff broken_sasl_auth_clients canonical_maps command_directory compatibility_level " +
  "daemon_directory data_directory debug_peer_level debug_peer_list debugger_command disable_vrfy_command " +
  "fallback_transport html_directory local_recipient_maps mail_name mail_owner " +
  "mailbox_size_limit mailq_path manpage_directory masquerade_domains meta_directory milter_default_action " +
  "milter_protocol newaliases_path postscreen_access_list postscreen_dnsbl_sites proxy_interfaces queue_directory " +
  "readme_directory recipient_canonical_maps relay_recipient_maps sample_directory sender_canonical_maps " +
  "sender_dependent_relayhost_maps sendmail_path setgid_group shlib_directory smtp_generic_maps " +
  "smtp_sasl_mechanism_filter smtp_sasl_security_options smtp_sasl_tls_security_options smtp_tls_CAfile " +
  "smtp_tls_CApath smtp_tls_ciphers smtp_tls_loglevel smtp_tls_mandatory_ciphers smtp_tls_mandatory_protocols " +
  "smtp_tls_note_starttls_offer smtp_tls_policy_maps smtp_tls_protocols smtp_tls_session_cache_database " +
  "smtp_tls_wrappermode smtpd_banner smtpd_data_restrictions smtpd_delay_reject smtpd_discard_ehlo_keywords " +
  "smtpd_hard_error_limit smtpd_helo_required smtpd_sasl_authenticated_header smtpd_sasl_security_options " +
  "smtpd_sasl_tls_security_options smtpd_tls_CAfile smtpd_tls_CApath smtpd_tls_ciphers smtpd_tls_dh1024_param_file " +
  "smtpd_tls_exclude_ciphers smtpd_tls_loglevel smtpd_tls_mandatory_ciphers smtpd_tls_mandatory_exclude_ciphers " +
  "smtpd_tls_mandatory_protocols smtpd_tls_protocols smtpd_tls_received_header smtpd_tls_session_cache_database " +
  "smtpd_tls_session_cache_timeout smtpd_tls_wrappermode smtputf8_enable soft_bounce strict_rfc821_envelopes " +
  "tls_preempt_cipherlist tls_random_source unknown_local_recipient_reject_code virtual_mailbox_limit " +
  "virtual_minimum_uid"
).split(" ");

const known = new Set([...counterparts.flatMap(({ settings }) => settings), ...others]);

/** So many settings of Postfix make a file, if they are most of it. */
const enough = 3;

/** Postfix's settings: lines `NAME = VALUE`, which go on in indented lines. */
export const mainCf: ForeignFormat = {
  file: "Postfix, a main.cf",
  setting: "a setting of Postfix",
  counterparts,
  owns(text) {
    if (/^(?!\w+[ \t]*=|[ \t]|#|$)/m.test(text)) return false;
    const names = [...text.matchAll(/^\w+(?=[ \t]*=)/gm)].map(([name]) => name);
    const own = names.filter((name) => known.has(name)).length;
    return own >= enough && own * 2 > names.length;
  },
  settingIn(line) {
    const [name = ""] = /^\w+(?=[ \t]*=)/.exec(line) ?? [];
    return known.has(name) ? { name, at: 0 } : undefined;
  },
};
