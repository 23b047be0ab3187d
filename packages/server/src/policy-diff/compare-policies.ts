import { type DescribedDiff, describeDiff, withTestSettings } from "@smtpdlint/lint";
import { diffPolicies, type Policy, Smtpd, unknownEnvironment } from "@smtpdlint/policy";

/** What differs between two policies on one machine, which has the addresses that either listens on. */
export function comparePolicies(old: Policy, current: Policy): DescribedDiff {
  const policies = [old, current];
  const [before, after] = policies.map(
    (policy) => new Smtpd(policy, withTestSettings(unknownEnvironment, policies, policy.model.target)),
  ) as [Smtpd, Smtpd];
  return describeDiff(diffPolicies(before, after));
}
