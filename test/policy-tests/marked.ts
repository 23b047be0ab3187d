import { parseRelease } from "@smtpdlint/grammar";
import type { TestView } from "@smtpdlint/ide";
import { analyse, readPolicyTests, runTests, withTestSettings } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { Smtpd, unknownEnvironment } from "@smtpdlint/policy";

export const conf = `table users { alice = alice, bob = bob }
table aliases { root = alice, info = bob }
filter "no-name" phase connect match !rdns reject "550 no reverse name"
filter rspamd proc-exec "filter-rspamd"
listen on 192.0.2.25 tag IN filter { "no-name", rspamd }
listen on 192.0.2.25 port 587 auth <users>
action "in" mbox alias <aliases>
action out relay host smtp://mx.isp.example
match from any for domain example.org action "in"
match from auth for any action out
`;

const settings = "users { alice, bob }\nhostname mx.example.org\nassume filter rspamd proceed\n";

/** A file of tests with `$0` where the cursor is, behind settings that make answers certain, for a configuration. */
export function markedTests(text: string, configuration = conf, head = settings) {
  const whole = head + text;
  const offset = Math.max(whole.indexOf("$0"), 0);
  const plain = whole.replace("$0", "");
  const reading = readPolicyTests(plain);
  const targets = reading.settings.targets.length > 0 ? reading.settings.targets : [parseRelease("7.8")];
  const machines = targets.map((target) => {
    const { policy } = analyse("/etc/mail/smtpd.conf", configuration, memoryHost({}), { ...(target && { target }) });
    return new Smtpd(policy, withTestSettings(unknownEnvironment, [policy], policy.model.target, reading.settings));
  });
  const view: TestView = { text: plain, ...reading, machines };
  const results = machines.flatMap((smtpd) => runTests(reading.tests, smtpd));
  return { view, offset, results, head: head.length };
}
