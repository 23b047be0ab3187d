import type { Candidate, Sides } from "@smtpdlint/policy";

/** A message of texts that either side names, or that nobody names. */
export function randomCandidate(sides: Sides, pick: (count: number) => number): Candidate {
  const one = (texts: readonly string[]) => texts[pick(texts.length)] as string;
  const names = (all: readonly { text: string }[]) => all.map(({ text }) => text).filter((text) => text !== "");
  const domain = () => one(["elsewhere.example", ...names(sides.domains.choices.all)]);
  const senderDomain = () => one(["sender.example", ...names(sides.senderDomains.choices.all)]);
  const way = pick(sides.ways.length);
  const point = sides.ways[way]?.new ?? sides.ways[way]?.old;
  const isSocket = point?.reach === "socket";
  const ranges = (point?.families ?? []).flatMap((family) => sides.sources.ofFamily(family));
  const logins = names(sides.logins.choices.all);
  const loopback = ["127.0.0.1", "::1"].filter((text) => point?.families.includes(text.includes(":") ? 6 : 4));
  return {
    way,
    description: {
      to: [`${one(["someone", "zoe+x", ...names(sides.recipients.choices.all)])}@${domain()}`],
      from: pick(6) === 0 ? "" : `${one(["someone", ...names(sides.senders.choices.all)])}@${senderDomain()}`,
      client: isSocket
        ? undefined
        : point?.reach === "loopback"
          ? one(loopback)
          : sides.sources.text(ranges[pick(ranges.length)] ?? 0),
      rdns: one(["none", "mail.sender.example", ...names(sides.reverseNames.all)]),
      helo: one(["client.example", ...names(sides.greetings.choices.all)]),
      auth: isSocket || pick(2) === 0 ? undefined : one(["somebody", ...logins]),
      socket: isSocket,
    },
  };
}
