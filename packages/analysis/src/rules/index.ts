import type { Rule } from "../rule.ts";
import { rule as actionNameTooLong } from "./action-name-too-long.ts";
import { rule as authPhaseAtConnect } from "./auth-phase-at-connect.ts";
import { rule as authRequiredOnMx } from "./auth-required-on-mx.ts";
import { rule as authTableNotMapping } from "./auth-table-not-mapping.ts";
import { rule as authWithoutHost } from "./auth-without-host.ts";
import { rule as bypassOfOnePhase } from "./bypass-of-one-phase.ts";
import { rule as byteOrderMark } from "./byte-order-mark.ts";
import { rule as carriageReturn } from "./carriage-return.ts";
import { rule as commentInTableEntry } from "./comment-in-table-entry.ts";
import { rule as conflictingOptions } from "./conflicting-options.ts";
import { rule as continuedComment } from "./continued-comment.ts";
import { rule as deliveryAsRoot } from "./delivery-as-root.ts";
import { rule as dkimFilterOnMx } from "./dkim-filter-on-mx.ts";
import { rule as domainAsUser } from "./domain-as-user.ts";
import { rule as duplicateAction } from "./duplicate-action.ts";
import { rule as duplicateFilter } from "./duplicate-filter.ts";
import { rule as duplicateKey } from "./duplicate-key.ts";
import { rule as duplicateListener } from "./duplicate-listener.ts";
import { rule as duplicateProc } from "./duplicate-proc.ts";
import { rule as duplicateTable } from "./duplicate-table.ts";
import { rule as duplicateWrapper } from "./duplicate-wrapper.ts";
import { rule as emptySenderOption } from "./empty-sender-option.ts";
import { rule as failingCondition } from "./failing-condition.ts";
import { rule as filterAfterSigning } from "./filter-after-signing.ts";
import { rule as filterNeverAsked } from "./filter-never-asked.ts";
import { rule as ignoredDelay } from "./ignored-delay.ts";
import { rule as ignoredPartOfRelay } from "./ignored-part-of-relay.ts";
import { rule as ignoredRest } from "./ignored-rest.ts";
import { rule as includeLoop } from "./include-loop.ts";
import { rule as incompletePki } from "./incomplete-pki.ts";
import { rule as invalidAdmd } from "./invalid-admd.ts";
import { rule as invalidBlockPhase } from "./invalid-block-phase.ts";
import { rule as invalidCertificateName } from "./invalid-certificate-name.ts";
import { rule as invalidDelay } from "./invalid-delay.ts";
import { rule as invalidDelimiter } from "./invalid-delimiter.ts";
import { rule as invalidDhe } from "./invalid-dhe.ts";
import { rule as invalidDirective } from "./invalid-directive.ts";
import { rule as invalidFilterReply } from "./invalid-filter-reply.ts";
import { rule as invalidLimit } from "./invalid-limit.ts";
import { rule as invalidPort } from "./invalid-port.ts";
import { rule as invalidProtocols } from "./invalid-protocols.ts";
import { rule as invalidQueueKey } from "./invalid-queue-key.ts";
import { rule as invalidRegex } from "./invalid-regex.ts";
import { rule as invalidRelayUrl } from "./invalid-relay-url.ts";
import { rule as invalidSize } from "./invalid-size.ts";
import { rule as invalidTableLine } from "./invalid-table-line.ts";
import { rule as invalidTableSource } from "./invalid-table-source.ts";
import { rule as invalidTag } from "./invalid-tag.ts";
import { rule as listTooLong } from "./list-too-long.ts";
import { rule as listenerAuthWithoutTls } from "./listener-auth-without-tls.ts";
import { rule as listenerOfOtherFamily } from "./listener-of-other-family.ts";
import { rule as listenerPkiWithoutTls } from "./listener-pki-without-tls.ts";
import { rule as listenerTlsWithoutPki } from "./listener-tls-without-pki.ts";
import { rule as lmtpToSystemUser } from "./lmtp-to-system-user.ts";
import { rule as localOnlyDelivery } from "./local-only-delivery.ts";
import { rule as loginNameInHeader } from "./login-name-in-header.ts";
import { rule as macroNameWithBlank } from "./macro-name-with-blank.ts";
import { rule as maskedSourceOnMx } from "./masked-source-on-mx.ts";
import { rule as misplacedTtl } from "./misplaced-ttl.ts";
import { rule as misplacedWord } from "./misplaced-word.ts";
import { rule as misreadRegex } from "./misread-regex.ts";
import { rule as missingTableBackend } from "./missing-table-backend.ts";
import { rule as missingValue } from "./missing-value.ts";
import { rule as misspeltWord } from "./misspelt-word.ts";
import { rule as mixedTable } from "./mixed-table.ts";
import { rule as nestedChain } from "./nested-chain.ts";
import { rule as neverMatches } from "./never-matches.ts";
import { rule as noRuleForUsers } from "./no-rule-for-users.ts";
import { rule as noRules } from "./no-rules.ts";
import { rule as notAnAddress } from "./not-an-address.ts";
import { rule as nulByte } from "./nul-byte.ts";
import { rule as numberAsText } from "./number-as-text.ts";
import { rule as numberOutOfRange } from "./number-out-of-range.ts";
import { rule as oldFormatSpecifier } from "./old-format-specifier.ts";
import { rule as oldSyntax } from "./old-syntax.ts";
import { rule as openRelay } from "./open-relay.ts";
import { rule as overriddenCondition } from "./overridden-condition.ts";
import { rule as overwrittenSetting } from "./overwritten-setting.ts";
import { rule as pathAsValue } from "./path-as-value.ts";
import { rule as plainPassword } from "./plain-password.ts";
import { rule as proxyForEverybody } from "./proxy-for-everybody.ts";
import { rule as quoteInMdaCommand } from "./quote-in-mda-command.ts";
import { rule as readableSecret } from "./readable-secret.ts";
import { rule as redefinedMacro } from "./redefined-macro.ts";
import { rule as regexWithoutKeyword } from "./regex-without-keyword.ts";
import { rule as relayAuthWithoutLabel } from "./relay-auth-without-label.ts";
import { rule as relayForLocalNames } from "./relay-for-local-names.ts";
import { rule as relayLabelWithoutAuth } from "./relay-label-without-auth.ts";
import { rule as relayLoginWithoutTls } from "./relay-login-without-tls.ts";
import { rule as relaySourceOfOneFamily } from "./relay-source-of-one-family.ts";
import { rule as relayTlsConflict } from "./relay-tls-conflict.ts";
import { rule as repeatedFilter } from "./repeated-filter.ts";
import { rule as repeatedOption } from "./repeated-option.ts";
import { rule as reputationFilterOnSubmission } from "./reputation-filter-on-submission.ts";
import { rule as reservedWord } from "./reserved-word.ts";
import { rule as rewriteWithoutEffect } from "./rewrite-without-effect.ts";
import { rule as secondSocketListener } from "./second-socket-listener.ts";
import { rule as sendersWithoutAuth } from "./senders-without-auth.ts";
import { rule as sharedMaildirWithoutUser } from "./shared-maildir-without-user.ts";
import { rule as splitAddress } from "./split-address.ts";
import { rule as srsForNobody } from "./srs-for-nobody.ts";
import { rule as srsKeyWithoutSrs } from "./srs-key-without-srs.ts";
import { rule as srsWithoutKey } from "./srs-without-key.ts";
import { rule as submissionWithoutAuth } from "./submission-without-auth.ts";
import { rule as syntaxError } from "./syntax-error.ts";
import { rule as templatePlaceholder } from "./template-placeholder.ts";
import { rule as textAsNumber } from "./text-as-number.ts";
import { rule as textTooLong } from "./text-too-long.ts";
import { rule as tlsRequiredOnMx } from "./tls-required-on-mx.ts";
import { rule as tooManyPki } from "./too-many-pki.ts";
import { rule as tooMuchMacroText } from "./too-much-macro-text.ts";
import { rule as tooNew } from "./too-new.ts";
import { rule as unanchoredRegex } from "./unanchored-regex.ts";
import { rule as unclosedBrace } from "./unclosed-brace.ts";
import { rule as unclosedQuote } from "./unclosed-quote.ts";
import { rule as undefinedAction } from "./undefined-action.ts";
import { rule as undefinedCa } from "./undefined-ca.ts";
import { rule as undefinedFilter } from "./undefined-filter.ts";
import { rule as undefinedMacro } from "./undefined-macro.ts";
import { rule as undefinedPki } from "./undefined-pki.ts";
import { rule as undefinedProc } from "./undefined-proc.ts";
import { rule as undefinedRelayCa } from "./undefined-relay-ca.ts";
import { rule as undefinedRelayPki } from "./undefined-relay-pki.ts";
import { rule as undefinedTable } from "./undefined-table.ts";
import { rule as undefinedWrapper } from "./undefined-wrapper.ts";
import { rule as unexpandedMacro } from "./unexpanded-macro.ts";
import { rule as unknownFormatSpecifier } from "./unknown-format-specifier.ts";
import { rule as unknownInterface } from "./unknown-interface.ts";
import { rule as unknownRelayLabel } from "./unknown-relay-label.ts";
import { rule as unknownRelayScheme } from "./unknown-relay-scheme.ts";
import { rule as unknownStatement } from "./unknown-statement.ts";
import { rule as unknownSuppression } from "./unknown-suppression.ts";
import { rule as unknownTableBackend } from "./unknown-table-backend.ts";
import { rule as unknownUser } from "./unknown-user.ts";
import { rule as unquotedText } from "./unquoted-text.ts";
import { rule as unreachableMatch } from "./unreachable-match.ts";
import { rule as unreadInclude } from "./unread-include.ts";
import { rule as unreadTable } from "./unread-table.ts";
import { rule as unreadableInclude } from "./unreadable-include.ts";
import { rule as unreadableRelaySource } from "./unreadable-relay-source.ts";
import { rule as unreadableTable } from "./unreadable-table.ts";
import { rule as unsignedLocalMail } from "./unsigned-local-mail.ts";
import { rule as unusableCertificate } from "./unusable-certificate.ts";
import { rule as unusedAction } from "./unused-action.ts";
import { rule as unusedCa } from "./unused-ca.ts";
import { rule as unusedFilter } from "./unused-filter.ts";
import { rule as unusedMacro } from "./unused-macro.ts";
import { rule as unusedPki } from "./unused-pki.ts";
import { rule as unusedProc } from "./unused-proc.ts";
import { rule as unusedSuppression } from "./unused-suppression.ts";
import { rule as unusedTable } from "./unused-table.ts";
import { rule as unusedWrapper } from "./unused-wrapper.ts";
import { rule as weakSrsKey } from "./weak-srs-key.ts";
import { rule as wildcardInRdns } from "./wildcard-in-rdns.ts";
import { rule as wildcardOfOneLabel } from "./wildcard-of-one-label.ts";
import { rule as wrongTableKind } from "./wrong-table-kind.ts";
import { rule as wrongTlsMode } from "./wrong-tls-mode.ts";
// Generated by `npm run generate` from the files in this folder.

/** All rules, in alphabetical order of their ids. */
export const rules: readonly Rule[] = [
  actionNameTooLong,
  authPhaseAtConnect,
  authRequiredOnMx,
  authTableNotMapping,
  authWithoutHost,
  bypassOfOnePhase,
  byteOrderMark,
  carriageReturn,
  commentInTableEntry,
  conflictingOptions,
  continuedComment,
  deliveryAsRoot,
  dkimFilterOnMx,
  domainAsUser,
  duplicateAction,
  duplicateFilter,
  duplicateKey,
  duplicateListener,
  duplicateProc,
  duplicateTable,
  duplicateWrapper,
  emptySenderOption,
  failingCondition,
  filterAfterSigning,
  filterNeverAsked,
  ignoredDelay,
  ignoredPartOfRelay,
  ignoredRest,
  includeLoop,
  incompletePki,
  invalidAdmd,
  invalidBlockPhase,
  invalidCertificateName,
  invalidDelay,
  invalidDelimiter,
  invalidDhe,
  invalidDirective,
  invalidFilterReply,
  invalidLimit,
  invalidPort,
  invalidProtocols,
  invalidQueueKey,
  invalidRegex,
  invalidRelayUrl,
  invalidSize,
  invalidTableLine,
  invalidTableSource,
  invalidTag,
  listTooLong,
  listenerAuthWithoutTls,
  listenerOfOtherFamily,
  listenerPkiWithoutTls,
  listenerTlsWithoutPki,
  lmtpToSystemUser,
  localOnlyDelivery,
  loginNameInHeader,
  macroNameWithBlank,
  maskedSourceOnMx,
  misplacedTtl,
  misplacedWord,
  misreadRegex,
  missingTableBackend,
  missingValue,
  misspeltWord,
  mixedTable,
  nestedChain,
  neverMatches,
  noRuleForUsers,
  noRules,
  notAnAddress,
  nulByte,
  numberAsText,
  numberOutOfRange,
  oldFormatSpecifier,
  oldSyntax,
  openRelay,
  overriddenCondition,
  overwrittenSetting,
  pathAsValue,
  plainPassword,
  proxyForEverybody,
  quoteInMdaCommand,
  readableSecret,
  redefinedMacro,
  regexWithoutKeyword,
  relayAuthWithoutLabel,
  relayForLocalNames,
  relayLabelWithoutAuth,
  relayLoginWithoutTls,
  relaySourceOfOneFamily,
  relayTlsConflict,
  repeatedFilter,
  repeatedOption,
  reputationFilterOnSubmission,
  reservedWord,
  rewriteWithoutEffect,
  secondSocketListener,
  sendersWithoutAuth,
  sharedMaildirWithoutUser,
  splitAddress,
  srsForNobody,
  srsKeyWithoutSrs,
  srsWithoutKey,
  submissionWithoutAuth,
  syntaxError,
  templatePlaceholder,
  textAsNumber,
  textTooLong,
  tlsRequiredOnMx,
  tooManyPki,
  tooMuchMacroText,
  tooNew,
  unanchoredRegex,
  unclosedBrace,
  unclosedQuote,
  undefinedAction,
  undefinedCa,
  undefinedFilter,
  undefinedMacro,
  undefinedPki,
  undefinedProc,
  undefinedRelayCa,
  undefinedRelayPki,
  undefinedTable,
  undefinedWrapper,
  unexpandedMacro,
  unknownFormatSpecifier,
  unknownInterface,
  unknownRelayLabel,
  unknownRelayScheme,
  unknownStatement,
  unknownSuppression,
  unknownTableBackend,
  unknownUser,
  unquotedText,
  unreachableMatch,
  unreadInclude,
  unreadTable,
  unreadableInclude,
  unreadableRelaySource,
  unreadableTable,
  unsignedLocalMail,
  unusableCertificate,
  unusedAction,
  unusedCa,
  unusedFilter,
  unusedMacro,
  unusedPki,
  unusedProc,
  unusedSuppression,
  unusedTable,
  unusedWrapper,
  weakSrsKey,
  wildcardInRdns,
  wildcardOfOneLabel,
  wrongTableKind,
  wrongTlsMode,
];
