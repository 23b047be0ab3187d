import { type Entry, type MailAddress, outcomeOf, parseMailAddress } from "@smtpdlint/model";
import type { Assumptions } from "../assumptions.ts";
import { formatCommand } from "../delivery/format-command.ts";
import type { Message } from "../message.ts";
import type { MatchRule } from "../ruleset.ts";
import type { Delivery } from "./delivery.ts";
import { addressText, type Envelope, type LocalEnvelope } from "./envelope.ts";
import type { Expansion, FailureReason, NodeOrigin, Visit } from "./expansion-tree.ts";
import { readForward } from "./forward-file.ts";
import { includedLines } from "./include-file.ts";
import { aliasKeys, virtualKeys } from "./lookup-keys.ts";
import { deliveryEnvelope, mailboxEnvelope, relayEnvelope } from "./make-envelope.ts";
import type { Mapping } from "./mapping.ts";
import { type Members, membersOf, sortedMembers } from "./members.ts";
import { type Node, Nodes } from "./nodes.ts";
import { rulingOf } from "./ruling.ts";
import { dayOf, decodeSrs, isFreshStamp, isSrs } from "./srs.ts";
import { findUser } from "./user-info.ts";
import type { World } from "./world.ts";

/** Expands one recipient in one way, with assumptions about what is not known (lka_session.c). */
export function expand(world: World, message: Message, assumptions: Assumptions): Expansion {
  return new Run(world, message, assumptions).finish();
}

/** lka_session.c, EXPAND_DEPTH, and forward.c, MAX_EXPAND_NODES */
const mostDepth = 10;
const mostNodes = 100;

const replies = {
  invalid: "550 Invalid recipient",
  temporary: "451 Temporary failure",
  expansion: "524 5.2.4 Mailing list expansion problem",
  laterExpansion: "424 4.2.4 Mailing list expansion problem",
} as const;

/** What ends an expansion: a reply that refuses, or `open` where the contents of something decide that nobody knows. */
type End = { readonly reply: string } | "open";

/** A node below an address, with the rule that took the address and what its action does. */
interface Task {
  readonly node: Node;
  readonly rule: MatchRule;
  readonly delivery: Delivery;
}

class Run {
  private readonly nodes = new Nodes();
  private readonly envelopes: Envelope[] = [];
  private readonly visits: Visit[] = [];
  /** The recipient of the session; before 7.0 a decoded address takes its place. */
  private recipient: MailAddress;

  constructor(
    private readonly world: World,
    private readonly message: Message,
    private readonly assumptions: Assumptions,
  ) {
    this.recipient = parseMailAddress(message.rcptTo) ?? { user: message.rcptTo, domain: "" };
  }

  finish(): Expansion {
    const { user, domain } = this.recipient;
    const root = this.nodes.insert(
      { kind: "address", text: user, domain },
      { kind: "recipient" },
      undefined,
      undefined,
    );
    const end = this.expandAll() ?? (this.envelopes.length === 0 && refuse(root, replies.expansion, "nothing left"));
    const { visits } = this;
    if (end === "open") return { answer: undefined, root, visits };
    const answer = end ? { reply: end.reply, envelopes: [] } : { reply: "250", envelopes: this.envelopes };
    return { answer, root, visits };
  }

  private expandAll(): End | undefined {
    if (!this.world.isComplete) {
      const question = { topic: "unread configuration", about: "match rules", answers: ["none", "other"] } as const;
      if (this.assumptions.endsAt(question, "other")) return "open";
    }
    for (let node = this.nodes.next(); node; node = this.nodes.next()) {
      const end = this.expandNode(node);
      if (end) return end;
    }
    return undefined;
  }

  private expandNode(node: Node): End | undefined {
    if (node.depth >= mostDepth) return refuse(node, replies.expansion, "too deep");
    if (node.kind === "address") {
      this.visits.push({ node, text: addressText(node.address) });
      return this.expandAddress(node);
    }
    const { rule } = node;
    const delivery = rule && this.world.deliveryFor(rule.match);
    if (!delivery) throw new Error("a node below an address has its rule and action");
    if (node.kind === "user") {
      this.visits.push({ node, text: node.text });
      return this.expandUser({ node, rule, delivery });
    }
    if (node.kind !== "error" && node.parent?.account?.uid === 0 && this.world.isAtLeast("7.5")) {
      return refuse(node, replies.temporary, "root's forward");
    }
    if (node.kind === "maildir") return this.submitToFolder(node, delivery);
    if (delivery.method === "forward-only") return refuse(node, replies.temporary, "forward only");
    this.visits.push({ node, text: node.text });
    if (node.kind === "error") return refuse(node, node.text, "error alias");
    return this.submitLocal(node, deliveryEnvelope(node, delivery), delivery);
  }

  private expandAddress(node: Node): End | undefined {
    const written = node.address;
    const isDecoded = this.decode(node);
    const message: Message = {
      ...this.message,
      // Before 7.0 the rules see the address as it was.
      rcptTo: addressText(this.world.isAtLeast("7.0") ? node.address : written),
      internal: node.parent !== undefined || isDecoded,
    };
    const ruling = rulingOf(this.world.rules, message, this.world.tables, this.assumptions);
    node.steps.push({ kind: "rule", message, ruling });
    if (ruling.outcome === "nomatch") return refuse(node, replies.invalid, "no rule");
    if (ruling.outcome === "tempfail") return refuse(node, replies.temporary, "rule failed");
    const { rule } = ruling;
    if (outcomeOf(rule.match) === "reject") return refuse(node, replies.invalid, "rejected");

    const delivery = this.world.deliveryFor(rule.match);
    if (!delivery) {
      this.assumptions.endAt({ topic: "action", about: rule.match.action?.value ?? "" });
      return "open";
    }
    if (delivery.method === "relay") {
      return this.submit(node, relayEnvelope(node, delivery, this.message, this.recipient, this.world));
    }
    if (delivery.virtual) {
      const count = this.expandAlias({ node, rule, delivery }, "virtual", delivery.virtual);
      if (count === 0) return refuse(node, replies.expansion, "no alias");
      return typeof count === "number" ? undefined : count;
    }
    const user = { kind: "user", text: node.text.toLowerCase(), domain: "" } as const;
    this.nodes.insert(user, { kind: "user part" }, node, rule);
    return undefined;
  }

  /** Decodes an address of SRS for the null sender; true if that worked. */
  private decode(node: Node): boolean {
    const { srs, environment } = this.world;
    const address = this.world.isAtLeast("7.0") ? node.address : this.recipient;
    if (!srs || this.message.mailFrom !== "@" || !isSrs(address.user)) return false;
    const decoded = decodeSrs(address, srs, (stamp) => {
      if (environment.now !== undefined) return isFreshStamp(stamp, dayOf(environment.now), srs.days);
      const question = { topic: "time", about: addressText(address), answers: ["fresh", "stale"] } as const;
      return this.assumptions.assume(question) === "fresh";
    });
    node.steps.push({ kind: "srs", decoded });
    if (!decoded) return false;
    this.nodes.change(node, { text: decoded.user, domain: decoded.domain });
    if (!this.world.isAtLeast("7.0")) this.recipient = decoded;
    return true;
  }

  private expandUser(task: Task): End | undefined {
    const { node, delivery } = task;
    // Then an alias of a user to itself delivers at once.
    if (node.isSameUser && !this.world.isAtLeast("6.4")) {
      return this.submitLocal(node, mailboxEnvelope(node, delivery, this.world), delivery);
    }
    const table = delivery.alias ?? delivery.virtual;
    if (table && !node.isSameUser) {
      // Before 6.4 a user is looked for as an alias, in a table of virtual users too.
      const isAlias = delivery.alias !== undefined || !this.world.isAtLeast("6.4");
      const count = this.expandAlias(task, isAlias ? "alias" : "virtual", table);
      if (typeof count !== "number") return count;
      if (count > 0) return undefined;
    }
    this.cutTag(node);
    const end = this.findUser(node, delivery);
    if (end) return end;
    if (node.isSameUser && node.parent?.isForwarded)
      return this.submit(node, mailboxEnvelope(node, delivery, this.world));
    const isOthers = delivery.user !== undefined && delivery.user !== node.text;
    if (isOthers && this.world.isAtLeast("7.5")) {
      node.steps.push({ kind: "forward", file: "not read" });
      return this.submit(node, mailboxEnvelope(node, delivery, this.world));
    }
    return this.expandForward(task);
  }

  /** Inserts what an alias table has for a node; how many members that is, as smtpd counts them. */
  private expandAlias({ node, rule }: Task, kind: "alias" | "virtual", table: Mapping): number | End {
    const { delimiter, target } = this.world;
    const address = node.kind === "address" ? node.address : { user: node.text, domain: "" };
    const keys = kind === "alias" ? aliasKeys(node.text, delimiter) : virtualKeys(address, delimiter, target);
    const asked: string[] = [];
    const found = this.findEntry(table, keys, asked);
    node.steps.push({ kind, table: table.name, keys: asked, entry: found });
    if (found === "missing") return 0;
    if (found === "unknown") return "open";
    const { members, complete } = membersOf(found.value ?? "", target);
    if (!complete) return refuse(node, replies.laterExpansion, "alias malformed");
    let count = 0;
    for (const member of sortedMembers(members)) {
      if (member.kind === "include") {
        const included = this.include(member.text, node, rule);
        if (included === "open") return included;
        if (included) count++;
      } else {
        this.nodes.insert(member, { kind: "table", table: table.name, entry: found }, node, rule);
        count++;
      }
    }
    return count;
  }

  private findEntry(table: Mapping, keys: readonly string[], asked: string[]): Entry | "missing" | "unknown" {
    for (const key of keys) {
      asked.push(key);
      const entry = table.find(key);
      if (typeof entry === "object") return entry;
      if (entry === "missing") continue;
      const question = {
        topic: "table entry",
        about: key,
        table: table.name,
        source: table.source,
        answers: ["missing", "other"],
      } as const;
      if (this.assumptions.endsAt(question, "other")) return "unknown";
    }
    return "missing";
  }

  /** Inserts what a file holds that an alias includes; false if smtpd cannot open it. */
  private include(path: string, node: Node, rule: MatchRule): boolean | "open" {
    const lines = includedLines(this.world.environment, path, this.assumptions);
    node.steps.push({ kind: "include", path, found: lines !== "missing" });
    if (lines === "unknown") return "open";
    if (lines === "missing") return false;
    // What smtpd does not understand ends the line, and nothing else.
    for (const { text, number } of lines) {
      this.insertMembers(membersOf(text, this.world.target), { kind: "include", path, line: number }, node, rule);
    }
    return true;
  }

  private insertMembers({ members }: Members, origin: NodeOrigin, node: Node, rule: MatchRule): void {
    for (const member of members) if (member.kind !== "include") this.nodes.insert(member, origin, node, rule);
  }

  private cutTag(node: Node): void {
    const at = node.text.indexOf(this.world.delimiter);
    if (at === -1) return;
    const [user, tag] = [node.text.slice(0, at), node.text.slice(at + 1)];
    node.steps.push({ kind: "sub-address", user, tag });
    this.nodes.change(node, { text: user, tag });
  }

  private findUser(node: Node, { userbase }: Delivery): End | undefined {
    const found = findUser(userbase, node.text, this.world.environment);
    const user = found === "present" ? "unknown" : (found ?? this.assumeUser(node, userbase));
    node.steps.push({ kind: "user", name: node.text, user });
    if (user === "failure") return refuse(node, replies.temporary, "user lookup failed");
    if (user === "missing") return refuse(node, replies.invalid, "no user");
    this.nodes.change(node, { isUser: true, account: user === "unknown" ? undefined : user });
    return undefined;
  }

  private assumeUser(node: Node, userbase: Delivery["userbase"]): "unknown" | "missing" | "failure" {
    const isSystem = userbase === "system";
    const answer = this.assumptions.assume({
      topic: "user",
      about: node.text.toLowerCase(),
      ...(!isSystem && { table: userbase.name }),
      // A table's entry may be malformed, or its program fail.
      answers: isSystem ? ["yes", "no"] : ["yes", "no", "failure"],
    });
    return answer === "yes" ? "unknown" : answer === "no" ? "missing" : "failure";
  }

  private expandForward({ node, rule, delivery }: Task): End | undefined {
    node.isForwarded = true;
    const file = readForward(node.text, node.account, this.world.environment, this.assumptions);
    node.steps.push({ kind: "forward", file });
    if (file === "unknown") return "open";
    if (file.kind === "refused") return refuse(node, replies.expansion, "forward refused");
    if (file.kind === "deferred") return refuse(node, replies.laterExpansion, "forward refused");
    const before = this.nodes.count;
    for (const { text, number } of file.kind === "text" ? file.lines : []) {
      const members = membersOf(text, this.world.target);
      this.insertMembers(members, { kind: "forward", path: file.path ?? "", line: number }, node, rule);
      if (!members.complete) return refuse(node, replies.laterExpansion, "forward malformed");
      if (this.nodes.count > mostNodes) return refuse(node, replies.laterExpansion, "too many members");
    }
    // One that names nobody new is as good as none.
    if (this.nodes.count > before) return undefined;
    if (delivery.method === "forward-only") return refuse(node, replies.laterExpansion, "forward only");
    if (delivery.method === "expand-only") return refuse(node, replies.expansion, "expand only");
    return this.submitLocal(node, mailboxEnvelope(node, delivery, this.world), delivery);
  }

  /** Before 6.4: a folder that an alias of a user names. */
  private submitToFolder(node: Node, delivery: Delivery): End | undefined {
    this.visits.push({ node, text: node.text });
    const owner = node.parent?.kind === "user" ? node.parent.text : "";
    const end = this.checkOwner(node, owner, delivery);
    return end ?? this.submitLocal(node, deliveryEnvelope(node, delivery), delivery);
  }

  /** Before 6.4 the owner of the mail has to be in the `userbase`, also `_smtpd`, and what the rule says has to be readable. */
  private submitLocal(node: Node, envelope: LocalEnvelope, delivery: Delivery): End | undefined {
    if (this.world.isAtLeast("6.4")) return this.submit(node, envelope);
    const end = this.checkOwner(node, envelope.user, delivery);
    if (end) return end;
    const isByRule = envelope.file === undefined && envelope.exec === undefined && envelope.maildir === undefined;
    if (isByRule && delivery.method !== "local") return refuse(node, replies.temporary, "expand only");
    const text = envelope.file ?? envelope.exec ?? envelope.maildir ?? delivery.action.argument?.value ?? "";
    const sender = parseMailAddress(this.message.mailFrom) ?? { user: "", domain: "" };
    const values = {
      sender,
      rcpt: this.recipient,
      dest: node.address,
      userName: envelope.user,
      home: node.account?.home ?? "~",
      delimiter: this.world.delimiter,
    };
    if (formatCommand(text, values) === undefined) return refuse(node, replies.temporary, "format");
    return this.submit(node, envelope);
  }

  private checkOwner(node: Node, owner: string, { userbase }: Delivery): End | undefined {
    const found = findUser(userbase, owner, this.world.environment);
    if (found === "missing") return refuse(node, replies.invalid, "no user");
    return found === "failure" ? refuse(node, replies.temporary, "user lookup failed") : undefined;
  }

  private submit(node: Node, envelope: Envelope): undefined {
    node.steps.push({ kind: "envelope", envelope });
    this.envelopes.push(envelope);
  }
}

function refuse(node: Node, reply: string, reason: FailureReason): End {
  node.steps.push({ kind: "failure", reply, reason });
  return { reply };
}
