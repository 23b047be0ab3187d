// biome-ignore-all lint/suspicious/noTemplateCurlyInString: LSP marks places in snippets so.
import type { Snippet } from "./completion-item.ts";

const snippet = (label: string, help: string, body: string, words = ""): Snippet => ({ label, help, body, words });

export const snippets: readonly Snippet[] = [
  snippet(
    "action maildir",
    "delivers to local users, with aliases",
    'action "${1:local}" maildir alias <${2:aliases}>',
    "deliver mailbox users",
  ),
  snippet(
    "action mbox",
    "delivers to mailbox files, with aliases",
    'action "${1:local}" mbox alias <${2:aliases}>',
    "deliver mailbox users",
  ),
  snippet(
    "action virtual",
    "delivers to virtual users",
    'action "${1:virtual}" maildir virtual <${2:virtuals}>',
    "deliver mailbox users",
  ),
  snippet(
    "action lmtp",
    "hands mail to Dovecot or Cyrus",
    'action "${1:local}" lmtp "${2:/var/run/dovecot/lmtp}"',
    "deliver imap dovecot cyrus",
  ),
  snippet("action relay", "sends mail to the recipient's exchangers", 'action "${1:outbound}" relay', "send forward"),
  snippet(
    "action relay host",
    "sends mail through a smarthost, with a password",
    'action "${1:smarthost}" relay host smtp+tls://${2:label}@${3:smtp.example.org}:587 auth <${4:secrets}>',
    "smarthost send forward password",
  ),
  snippet(
    "filter dkimsign",
    "signs mail with DKIM, by the package filter-dkimsign",
    'filter "${1:dkim}" proc-exec "filter-dkimsign -d ${2:example.org} -s ${3:mail} -k ${4:/etc/mail/dkim/$2.key}" user _dkimsign group _dkimsign',
    "dkim sign",
  ),
  snippet(
    "filter proc-exec",
    "a filter that is a program",
    'filter "${1:rspamd}" proc-exec "${2:filter-rspamd}"',
    "spam dkim milter",
  ),
  snippet(
    "filter rdns",
    "refuses clients without a reverse DNS name",
    'filter "${1:no-rdns}" phase connect match !rdns disconnect "550 no reverse DNS name"',
    "spam block dns",
  ),
  snippet(
    "filter fcrdns",
    "refuses clients whose reverse DNS name does not lead back to them",
    'filter "${1:no-fcrdns}" phase connect match !fcrdns disconnect "550 forward and reverse DNS differ"',
    "spam block dns",
  ),
  snippet("filter chain", "several filters as one", 'filter "${1:incoming}" chain { "${2:first}", "${3:second}" }'),
  snippet("include file", "reads another file", 'include "${1:/etc/mail/local.conf}"'),
  snippet(
    "listen mx",
    "port 25: mail from other servers",
    "listen on ${1:0.0.0.0} tls pki ${2:mail.example.org}",
    "starttls 25",
  ),
  snippet(
    "listen submission",
    "port 587: users who log in",
    "listen on ${1:0.0.0.0} port submission tls-require pki ${2:mail.example.org} auth",
    "starttls users login 587",
  ),
  snippet(
    "listen submissions",
    "port 465: users who log in, TLS at once",
    "listen on ${1:0.0.0.0} smtps pki ${2:mail.example.org} auth",
    "tls ssl users login 465",
  ),
  snippet(
    "match domain",
    "mail from outside for our domains",
    'match from any for domain <${1:domains}> action "${2:local}"',
  ),
  snippet(
    "match senders reject",
    "refuses mail from senders in a table, before the rules that accept it",
    "match from any mail-from <${1:bad-senders}> for any reject",
    "block deny ban spam",
  ),
  snippet("match local", "mail between local users", 'match from local for local action "${1:local}"'),
  snippet("match outgoing", "mail from here for anybody", 'match from local for any action "${1:outbound}"'),
  snippet("match auth", "mail of users who have logged in", 'match auth from any for any action "${1:outbound}"'),
  snippet(
    "pki cert key",
    "a certificate and its key",
    'pki ${1:mail.example.org} cert "${2:/etc/ssl/$1.crt}"\npki $1 key "${3:/etc/ssl/private/$1.key}"',
    "certificate tls ssl",
  ),
  snippet(
    "setup mail server",
    "mail for your domains, and from users who log in; rspamd filters and signs",
    `pki \${1:mail.example.org} cert "\${2:/etc/ssl/$1.crt}"
pki $1 key "\${3:/etc/ssl/private/$1.key}"

table aliases file:/etc/mail/aliases
table domains { \${4:example.org} }

filter no-rdns phase connect match !rdns disconnect "550 no reverse DNS name"
filter rspamd proc-exec "filter-rspamd"

listen on socket filter rspamd
# from other servers
listen on \${5:0.0.0.0} tls pki $1 filter { no-rdns, rspamd }
# from users, who log in
listen on $5 port submissions smtps pki $1 auth filter rspamd
listen on $5 port submission tls-require pki $1 auth filter rspamd

action "local" maildir alias <aliases>
action "outbound" relay helo $1

match from local for local action "local"
match from any for domain <domains> action "local"
match from auth for any action "outbound"
match from local for any action "outbound"
`,
    "mx submission users login dkim spam",
  ),
  snippet(
    "setup mail exchanger",
    "accepts mail for your domains, filtered by rspamd, and sends the mail of this host",
    `pki \${1:mail.example.org} cert "\${2:/etc/ssl/mail.example.org.crt}"
pki $1 key "\${3:/etc/ssl/private/mail.example.org.key}"

table aliases file:/etc/mail/aliases
table domains { \${4:example.org} }

filter no-rdns phase connect match !rdns disconnect "550 no reverse DNS name"
filter rspamd proc-exec "filter-rspamd"

listen on socket
listen on \${5:0.0.0.0} tls pki $1 filter { no-rdns, rspamd }

action "local" maildir alias <aliases>
action "outbound" relay helo $1

match from local for local action "local"
match from any for domain <domains> action "local"
match from local for any action "outbound"
`,
    "mx domains spam",
  ),
  snippet(
    "setup submission",
    "accepts mail from users who log in, signs it with rspamd's DKIM key and sends it on",
    `pki \${1:mail.example.org} cert "\${2:/etc/ssl/mail.example.org.crt}"
pki $1 key "\${3:/etc/ssl/private/mail.example.org.key}"

filter rspamd proc-exec "filter-rspamd"

listen on \${4:0.0.0.0} port submissions smtps pki $1 auth filter rspamd
listen on $4 port submission tls-require pki $1 auth filter rspamd

action "outbound" relay helo $1

match from auth for any action "outbound"
`,
    "users login dkim",
  ),
  snippet(
    "setup smarthost srs",
    "delivers locally, forwards what aliases send elsewhere, and sends all mail through a smarthost",
    `table aliases file:/etc/mail/aliases
table domains { \${1:example.org} }
# one line: \${2:label} user:password; chmod 640, group _smtpd
table secrets file:/etc/mail/secrets

srs key "\${3:the output of openssl rand -hex 16}"

listen on \${4:0.0.0.0}

action "local" maildir alias <aliases>
action "smarthost" relay host smtp+tls://$2@\${5:smtp.example.net}:587 auth <secrets> srs

match from local for local action "local"
match from any for domain <domains> action "local"
match from local for any action "smarthost"
`,
    "relay forward",
  ),
  snippet(
    "setup null client",
    "takes nothing from the network, and sends the mail of this host to one server",
    `table aliases file:/etc/mail/aliases

listen on socket

action "local" forward-only alias <aliases>
action "outbound" relay host smtp+tls://\${1:smtp.example.org}

match from local for local action "local"
match from local for any action "outbound"
`,
    "satellite smarthost relay cron",
  ),
  snippet("srs key", "signs the senders of forwarded mail", 'srs key "${1:secret}"'),
  snippet("table file", "a table in a file", "table ${1:aliases} file:${2:/etc/mail/aliases}", "aliases users domains"),
  snippet(
    "table secrets",
    "logins for relays, in a file with lines LABEL USER:PASSWORD",
    "table ${1:secrets} file:${2:/etc/mail/secrets}",
    "credentials password login auth",
  ),
  snippet("table list", "a list", "table ${1:domains} { ${2:example.org}, ${3:example.com} }"),
  snippet("table mapping", "keys with values", "table ${1:virtuals} { ${2:info} = ${3:joe} }"),
];
