import { analyse } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { type Assumptions, type Environment, entryPointsAt, explore, type Session, Smtpd } from "@smtpdlint/policy";
import { expect, test } from "vitest";
import { spell } from "../../packages/cli/src/trace/batch.ts";
import { batchEnvironment, type SessionMachine } from "../../packages/cli/src/trace/batch-machine.ts";
import { type SessionVector, sessionVectors } from "../helpers/sessions.ts";

/** What is taken away from what is known of a machine, and how many sessions are still followed to their end at least, in percent. */
interface Loss {
  readonly name: string;
  readonly change: (environment: Environment) => Partial<Environment>;
  readonly withoutTables?: boolean;
  readonly exact: number;
}

const nothing = () => undefined;

const losses: readonly Loss[] = [
  { name: "users", change: () => ({ user: nothing }), exact: 40 },
  { name: "homes and lists", change: () => ({ entry: nothing }), exact: 40 },
  { name: "tables", change: () => ({}), withoutTables: true, exact: 50 },
  { name: "addresses and names", change: () => ({ localAddresses: undefined, localNames: undefined }), exact: 90 },
  { name: "passwords", change: () => ({ fitsPassword: nothing }), exact: 99 },
  {
    name: "all",
    change: () => ({
      user: nothing,
      entry: nothing,
      localAddresses: undefined,
      localNames: undefined,
      fitsPassword: nothing,
    }),
    withoutTables: true,
    exact: 30,
  },
];

interface Question {
  readonly conf: string;
  readonly files: Readonly<Record<string, string>>;
  readonly env: SessionMachine;
}

interface SessionQuestion {
  readonly listener: "socket" | { readonly address: string; readonly port: number };
  readonly src: string;
  readonly say: readonly string[];
  readonly messages?: readonly (string | readonly (string | readonly [string, number])[])[];
  readonly answers: readonly (readonly [command: string, reply: string | readonly string[]])[];
}

// All of the large file takes half a minute.
const vectors = process.env.SMTPDLINT_EFFORT ? sessionVectors : sessionVectors.slice(0, 2);

for (const [name, read] of vectors) {
  test.each(losses)(`${name}: without $name, what smtpd says is among what it may say`, (loss) => {
    const missing: string[] = [];
    let [count, exact, incomplete] = [0, 0, 0];
    for (const vector of read()) {
      // Where smtpd ends in the middle, later sessions do not say what it would have said.
      if (vector.died) continue;
      const smtpd = smtpdWithout(vector, loss);
      for (const [index, session] of (vector.sessions as unknown as SessionQuestion[]).entries()) {
        count++;
        const expected = session.answers.map(([, reply]) => JSON.stringify(reply));
        const { alternatives, complete } = explore(
          (assumptions) => talk(smtpd, session, assumptions),
          ({ replies, isOpen }) => JSON.stringify([replies, isOpen]),
        );
        if (!complete) incomplete++;
        if (alternatives.every(({ result }) => !result.isOpen)) exact++;
        const isThere = alternatives.some(({ result: { replies, isOpen } }) =>
          isOpen
            ? replies.every((reply, at) => reply === expected[at])
            : JSON.stringify(replies) === JSON.stringify(expected),
        );
        if (!isThere && complete) missing.push(`${vector.id} [${index}]`);
      }
    }
    expect(missing.slice(0, 10)).toEqual([]);
    expect((100 * incomplete) / count).toBeLessThan(10);
    expect((100 * exact) / count).toBeGreaterThan(loss.exact);
  });
}

function smtpdWithout(vector: SessionVector, { change, withoutTables }: Loss): Smtpd {
  const { conf, files, env } = vector as unknown as Question;
  const host = memoryHost(withoutTables ? {} : { ...files });
  const { policy } = analyse("/etc/mail/smtpd.conf", conf, host, { rules: [], target: "7.8" });
  const environment = batchEnvironment(env, files, undefined, "7.8");
  return new Smtpd(policy, { ...environment, ...change(environment) });
}

/** What smtpd says in one way; up to where nobody knows. */
function talk(smtpd: Smtpd, { listener, src, say, messages = [] }: SessionQuestion, assumptions: Assumptions) {
  const session = smtpd.connect(connectionOf(smtpd, listener, src), assumptions);
  const left = messages.map(spell);
  for (const line of say) {
    if (session.isOpen || isClosed(session)) break;
    if (line !== "(message)") session.say(line);
    else {
      const message = left.shift() ?? "Subject: none\n\nnone\n";
      if (session.wantsMessage) session.send(message);
    }
  }
  const replies = session.exchanges.map(({ reply }) =>
    JSON.stringify(reply === "closed" ? "(closed)" : reply.length === 1 ? reply[0] : reply),
  );
  return { replies, isOpen: session.isOpen };
}

const isClosed = ({ exchanges }: Session) => exchanges.at(-1)?.reply === "closed";

function connectionOf(smtpd: Smtpd, listener: SessionQuestion["listener"], src: string) {
  if (listener === "socket") return smtpd.socket();
  const { address, port } = listener;
  const [point] = entryPointsAt(smtpd.policy, address, port);
  const client = smtpd.environment.client(src);
  if (!point || !client) throw new Error(`nobody listens on ${address}, or ${src} is not known`);
  return { listener: smtpd.listener(point, address, port), src, client };
}
