/** A block of addresses: the first `length` bits of `bytes`, 4 of them for IPv4 and 16 for IPv6. */
export interface Block {
  readonly bytes: readonly number[];
  readonly length: number;
}

interface Node<T> {
  /** Set if the whole block that leads here is in the set. */
  owner?: T;
  zero?: Node<T>;
  one?: Node<T>;
}

/** A set of address blocks of one family, each with an owner, as a binary tree of their bits. */
export class NetworkTrie<T> {
  private readonly root: Node<T> = {};

  /** Adds a block; where blocks overlap, the first owner of the larger one stays. */
  add({ bytes, length }: Block, owner: T): void {
    let node = this.root;
    for (let bit = 0; bit < length; bit++) {
      if (node.owner !== undefined) return;
      const side = bitOf(bytes, bit);
      node[side] ??= {};
      node = node[side];
    }
    node.owner ??= owner;
  }

  /** The node of a block, or that of a larger one which is in the set; undefined if nothing of it is. */
  private find({ bytes, length }: Block): Node<T> | undefined {
    let node: Node<T> | undefined = this.root;
    for (let bit = 0; node && node.owner === undefined && bit < length; bit++) node = node[bitOf(bytes, bit)];
    return node;
  }

  /** The owners that together cover a block, or undefined if a part of it is in none of the tries. */
  static cover<T>(tries: readonly NetworkTrie<T>[], block: Block): Set<T> | undefined {
    const owners = new Set<T>();
    const visit = (nodes: readonly (Node<T> | undefined)[]): boolean => {
      const present = nodes.filter((node) => node !== undefined);
      const owner = present.find((node) => node.owner !== undefined)?.owner;
      if (owner !== undefined) owners.add(owner);
      else if (present.length === 0) return false;
      return owner !== undefined || (visit(present.map(({ zero }) => zero)) && visit(present.map(({ one }) => one)));
    };
    return visit(tries.map((trie) => trie.find(block))) ? owners : undefined;
  }

  /** The blocks of a family with `bits` bits that are not in the set, as few and as large as can be. */
  complement(bits: 32 | 128): Block[] {
    const blocks: Block[] = [];
    const visit = (node: Node<T> | undefined, bytes: number[], length: number) => {
      if (!node) blocks.push({ bytes, length });
      else if (node.owner === undefined && (node.zero || node.one)) {
        const one = [...bytes];
        one[length >> 3] = (one[length >> 3] as number) | (0x80 >> (length & 7));
        visit(node.zero, bytes, length + 1);
        visit(node.one, one, length + 1);
      } else if (node.owner === undefined) blocks.push({ bytes, length });
    };
    visit(this.root, Array(bits / 8).fill(0), 0);
    return blocks;
  }
}

const bitOf = (bytes: readonly number[], bit: number) =>
  ((bytes[bit >> 3] as number) >> (7 - (bit & 7))) & 1 ? "one" : "zero";
