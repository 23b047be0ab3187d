import { expect, test } from "vitest";
import { run } from "../cli/run.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const { file, folder } = temporaryFolder("claims");

const listener = "listen on 192.0.2.1\n";
const out = 'action "out" relay\n';
const here = 'action "here" maildir\n';

/** A configuration, a claim, and what is said of it instead of `1 passed`. */
const cases: readonly (readonly [title: string, conf: string, claim: string, got?: string])[] = [
  [
    "nobody relays",
    `${listener}${out}match from local for any action "out"\n`,
    "from outside to any-other-domain => never relay",
  ],
  [
    "anybody does",
    `${listener}${out}match from any for any action "out"\n`,
    "from outside to any-other-domain => never relay",
    "from 203.0.113.25 to someone@elsewhere.example => relay action out rule 1",
  ],
  [
    "who says that he is ours does, by the second listener",
    `${listener}listen on 192.0.2.2 tag open\n${out}match from any tag open mail-from "@elsewhere.example" for any action "out"\n`,
    "from outside to any-other-domain => never relay",
    "from 203.0.113.25 listener 2 mail-from someone@elsewhere.example to someone@elsewhere2.example => relay action out rule 1",
  ],
  [
    "the name that stands for others is one of ours",
    `${listener}${out}match from any for domain "elsewhere.example" action "out"\n`,
    "from outside to any-other-domain => never relay",
  ],
  [
    "the user that stands for others is blocked",
    `${listener}${out}match from any mail-from "someone@sender.example" reject\nmatch from any mail-from "someone" reject\nmatch from any helo "elsewhere.example" reject\nmatch from any rcpt-to { "someone", "@elsewhere.example" } reject\nmatch from any for any action "out"\n`,
    "from any to any-other-domain => never relay",
    "from 203.0.113.25 rdns elsewhere2.example mail-from someone2@elsewhere2.example to someone2@elsewhere2.example => relay action out rule 5",
  ],
  [
    "an address of a private network",
    `listen on 192.168.1.1\n${out}match from any for any action "out"\n`,
    "from outside to any-other-domain => never relay",
    "not proved: rule 1 accepts what comes to 192.168.1.1, which a router may open to the outside",
  ],
  [
    "clients of a private network",
    `listen on 192.168.1.1\n${out}match from any for any action "out"\n`,
    "from 192.168.0.0/16 to any-other-domain => never relay",
    "from 192.168.0.0 rdns elsewhere.example mail-from someone@elsewhere.example to someone@elsewhere.example => relay action out rule 1",
  ],
  [
    "clients of this machine",
    `listen on lo\n${out}match from local for any action "out"\n`,
    "from 127.0.0.0/8 to any => never relay",
    "from 127.0.0.1 rdns elsewhere.example mail-from someone@elsewhere.example to someone@elsewhere.example => relay action out rule 1",
  ],
  [
    "an address of the machine itself",
    `${listener}${out}match from local for any action "out"\n`,
    "from 192.0.2.0/24 to any => never relay",
    "from 192.0.2.1 rdns elsewhere.example mail-from someone@elsewhere.example to someone@elsewhere.example => relay action out rule 1",
  ],
  [
    "a listener that wants a login",
    `pki x cert "/x"\npki x key "/x"\nlisten on 192.0.2.1 tls-require pki x auth\n${out}match for any action "out"\n`,
    "from any to any => never relay",
  ],
  [
    "a part that was not read",
    `${listener}include "other.conf"\n`,
    "from outside to any-other-domain => never relay",
    "not proved: a part of the configuration was not read, and may have rules",
  ],
  [
    "a regular expression",
    `${listener}${out}match from any mail-from regex "x{3}y" for any action "out"\n`,
    "from outside to any-other-domain => never relay",
    "not proved: rule 1 may match such messages, though none that was tried is surely relayed",
  ],
  [
    "aliases",
    `${listener}${here}match from any for domain "here.example" action "here"\n`,
    "from outside to any => never relay",
    "not proved: rule 1 delivers here, and aliases or .forward files may lead elsewhere",
  ],
  [
    "a program that filters",
    `filter "f" proc-exec "f"\nlisten on 192.0.2.1 filter "f"\nmatch reject\n`,
    "from outside to any => never relay",
    "not proved: the filter f may change the message",
  ],
  [
    "nobody is accepted",
    `${listener}${here}match from any for domain "here.example" action "here"\n`,
    "from outside to any-other-domain => always reject",
  ],
  [
    "somebody is accepted",
    `${listener}${here}match from any for domain "*.here.example" action "here"\n`,
    "from outside to any => never accept",
    "from 203.0.113.25 rdns elsewhere.example mail-from someone@elsewhere.example to someone@host.here.example => local someone action here rule 1",
  ],
];

test.each(cases.map(([title, conf, claim, got], index) => ({ title, conf, claim, got, index })))(
  "$title",
  async (one) => {
    const { title, conf, claim, got, index } = one;
    const name = `case-${index}`;
    file(`${name}/smtpd.conf`, conf);
    file(`${name}/smtpd.test`, `users someone\nhostname mx.here.example\n${claim}\n`);
    const { stdout, code } = await run(["test", `${folder}/${name}`]);
    const said = /^ {2}got +(.*)$/m.exec(stdout)?.[1];
    expect([title, said, code], stdout).toEqual([title, got, got === undefined ? 0 : 1]);
    // A message that refutes the claim is a test that holds.
    if (!said?.includes("=>")) return;
    file(`${name}/smtpd.test`, `users someone\nhostname mx.here.example\n${said}\n`);
    expect((await run(["test", `${folder}/${name}`])).stdout).toBe("1 passed\n");
  },
);
