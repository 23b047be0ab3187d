import type { MailAddress, SystemUser } from "@smtpdlint/model";
import type { MatchRule } from "../ruleset.ts";
import type { ExpansionNode, ExpansionStep, NodeOrigin } from "./expansion-tree.ts";
import type { Member } from "./members.ts";

/** A node while smtpd works on it. */
export class Node implements ExpansionNode {
  readonly kind: ExpansionNode["kind"];
  text: string;
  domain: string;
  readonly depth: number;
  readonly steps: ExpansionStep[] = [];
  readonly children: Node[] = [];
  /** True for the user that its own alias or `.forward` names. */
  readonly isSameUser: boolean;
  /** True if smtpd has found the user; `account` holds what is known of it. */
  isUser = false;
  account: SystemUser | undefined;
  /** True if smtpd has asked for the `.forward`. */
  isForwarded = false;
  /** What was cut off the name; smtpd leaves it behind the end of the name, and compares it too. */
  tag = "";

  constructor(
    { kind, text, domain }: Pick<ExpansionNode, "kind" | "text" | "domain">,
    readonly origin: NodeOrigin,
    readonly parent: Node | undefined,
    readonly rule: MatchRule | undefined,
    private readonly id: number,
  ) {
    this.kind = kind;
    this.text = text;
    this.domain = domain;
    this.depth = parent ? parent.depth + 1 : 0;
    this.isSameUser = kind === "user" && parent?.kind === "user" && parent.text === text;
  }

  /** The address from which the node comes, itself included. */
  get address(): MailAddress {
    const { text, domain } = this.nearest("address") as Node;
    return { user: text, domain };
  }

  /** Two nodes with the same one are the same for smtpd (expand.c, expand_cmp). */
  get identity(): string {
    const context = this.parent?.nearest("address")?.id ?? "";
    // What files and programs get is another's for another user.
    const isDelivery = this.kind === "file" || this.kind === "program";
    const user = isDelivery ? (this.parent?.nearest("user")?.id ?? "") : "";
    const memory = this.tag ? `${this.text}\0${this.tag}` : this.text;
    return [this.kind, this.isSameUser, this.isUser, context, user, memory, this.domain].join("\n");
  }

  private nearest(kind: ExpansionNode["kind"]): Node | undefined {
    return this.kind === kind ? this : this.parent?.nearest(kind);
  }
}

/** The nodes of one recipient, and those that are still to be expanded (struct expand). */
export class Nodes {
  /** How many there are, duplicates left out. */
  count = 0;
  private readonly identities = new Map<string, number>();
  private readonly queue: Node[] = [];
  private expanded = 0;

  /** Adds a node, unless it is there already (expand.c, expand_insert). */
  insert(member: Member, origin: NodeOrigin, parent: Node | undefined, rule: MatchRule | undefined): Node {
    const node = new Node(member as ExpansionNode, origin, parent, rule, this.count);
    parent?.children.push(node);
    const { identity } = node;
    if (this.identities.get(identity)) {
      node.steps.push({ kind: "duplicate" });
      return node;
    }
    this.register(identity, 1);
    this.queue.push(node);
    this.count++;
    return node;
  }

  /** Changes a node; from then on others are compared with what it has become. */
  change(node: Node, changes: Partial<Pick<Node, "text" | "domain" | "tag" | "isUser" | "account">>): void {
    this.register(node.identity, -1);
    Object.assign(node, changes);
    this.register(node.identity, 1);
  }

  /** The next node to expand, in the order in which they came. */
  next(): Node | undefined {
    return this.queue[this.expanded++];
  }

  private register(identity: string, change: 1 | -1): void {
    this.identities.set(identity, (this.identities.get(identity) ?? 0) + change);
  }
}
