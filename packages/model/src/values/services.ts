/** The TCP services of mail, by the names and aliases of /etc/services. */
const mailPorts: Readonly<Record<string, number>> = {
  smtp: 25,
  mail: 25,
  smtps: 465,
  submissions: 465,
  ssmtp: 465,
  urd: 465,
  submission: 587,
};

/** The ports on which mail comes, those from other servers first: what they are called, and who uses them. */
export const mailPortHelp: ReadonlyMap<number, string> = new Map([
  [25, "smtp: from other servers"],
  [587, "submission: from users, with STARTTLS"],
  [465, "submissions: from users, TLS from the first byte"],
]);

/** The other TCP services of /etc/services on Debian and OpenBSD; smtpd listens on any of them. */
const otherServices = new Set(
  `
  acr-nema afpovertcp amanda amandaidx amidxtape amqp amqps asp auth authentication bacula-dir bacula-fd
  bacula-sd bbs bgp bgpd binkp bpdbm bprd canna cfengine chargen cisco-sccp clc-build-daemon cmd cmip-agent
  cmip-man codaauth2 codasrv codasrv-se csync2 cvspserver daap datametrics daytime db-lsp dcap dicom dict
  dircproxy discard distcc domain domain-s echo epmap epmd erpc exec f5-globalsite f5-iquery fax fido finger
  font-service freeciv ftp ftp-data ftps ftps-data gdomap gds-db gds_db git gnunet gnutella-rtr gnutella-svc
  gopher gpsd gris groupwise gsidcap gsiftp gsigatekeeper hkp hostname hostnames hprop http http-alt https
  hylafax iapp icb ident imap imap2 imaps ingreslock ipp iprop ircd ircs-u iscsi-target isisd isns iso-tsap
  jabber-client jabber-server kamanda kdc kerberos kerberos-adm kerberos-iv kerberos-master kerberos-sec
  kerberos4 kerberos5 kermit kip klogin kpasswd krb-prop krb5 krb5_prop krb_prop krcmd kshell ldap ldaps ldp
  loc-srv login lotusnote lotusnotes lrrd mailq microsoft-ds moira-db moira-update moira_db moira_update mon
  ms-sql-s ms-wbt-server msa-msp mtn munin mysql mysql-proxy nbd netbios-ssn netstat nfs nicname nntp nntps nqs
  nrpe nsca ntske null nut old-radacct old-radius omniorb openvpn ospf6d ospfapi ospfd pawserv pop-2 pop-3 pop2
  pop3 pop3s poppassd portmapper postgres postgresql printer proofd puppet qmqp qmtp qotd quote radacct radius
  radius-acct radmin-port readnews redis remctl ripd ripngd rmiregistry rmtcfg rootd rpc2portmap rptp rsync
  rsyncs rtcm-sc104 rtsp sa-msg-port saft sane sane-port saned sftp sge-execd sge-qmaster sge_execd sge_qmaster
  sgi-cad shell sieve silc sink sip sip-tls skkserv smux snmp snmp-trap snmptrap snntp snpp socks source spamd
  spamd-cfg spamd-sync spooler ssh subversion sunrpc supfiledbg supfilesrv suucp svn svrloc syslog syslog-tls
  sysrqd systat tacacs tap tcpmux telnet telnets tfido time timserver tinc tproxy tsap ttytst untp users uucp
  uucp-path uucpd venus venus-se vnetd vopied wais webcache webmin whois wnn6 www x11 x11-0 x11-1 x11-2 x11-3
  x11-4 x11-5 x11-6 x11-7 xfs xinetd xmms2 xmpp-client xmpp-server xtel xtelw z3950 zabbix-agent zabbix-trapper
  zebra zebrasrv zope zope-ftp zserv
  `
    .trim()
    .split(/\s+/),
);

/** The port of a mail service by its name; undefined for any other. */
export function mailPort(service: string): number | undefined {
  return Object.hasOwn(mailPorts, service) ? mailPorts[service] : undefined;
}

/** True if a usual /etc/services has a TCP service of this name. */
export function isKnownService(service: string): boolean {
  return mailPort(service) !== undefined || otherServices.has(service);
}

/** For suggestions. */
export const mailServices: readonly string[] = Object.keys(mailPorts);
