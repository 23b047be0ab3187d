/** Edits to the addresses of From, To and Cc (smtp_session.c). */
export interface AddressEdits {
  /** Added to an address that has no domain. */
  readonly domain: string;
  /** Takes the place of the address in From: `masquerade`. */
  readonly replacement: string | undefined;
  /** True before 7.5, for which a backslash in quotes escapes nothing. */
  readonly quotesAreLiteral: boolean;
}

/** The value of a header, its folded lines separated by line breaks, with each address edited (header_domain_append_callback). */
export function editAddresses(value: string, { domain, replacement, quotesAreLiteral }: AddressEdits): string {
  const edit = (text: string) => {
    const qualified = appendDomain(text, domain);
    return replacement === undefined ? qualified : replaceAddress(qualified, replacement);
  };
  const reader = new Reader(!quotesAreLiteral);
  let address = "";
  let edited = "";
  for (const char of value) {
    if (char !== "\n") reader.read(char);
    if (char === "," && reader.isPlain) {
      edited += `${edit(address)},`;
      address = "";
    } else address += char;
  }
  return edited + edit(`${address}\n`).slice(0, -1);
}

/** Knows whether the last character read stands in quotes or a comment, or behind a backslash. */
class Reader {
  private isEscaped = false;
  private isQuoted = false;
  private comments = 0;

  constructor(private readonly escapesInQuotes: boolean) {}

  get isPlain(): boolean {
    return !this.isEscaped && !this.isQuoted && this.comments === 0;
  }

  get isInComment(): boolean {
    return this.comments > 0;
  }

  read(char: string): void {
    const { isEscaped } = this;
    if (char === "(" && !isEscaped && !this.isQuoted) this.comments++;
    if (char === '"' && !isEscaped && !this.isInComment) this.isQuoted = !this.isQuoted;
    if (char === ")" && !isEscaped && !this.isQuoted && this.isInComment) this.comments--;
    this.isEscaped = char === "\\" && !isEscaped && !this.isInComment && (this.escapesInQuotes || !this.isQuoted);
  }
}

/** What smtpd sees in one address: where its brackets are, and its last word. */
interface Shape {
  readonly hasDomain: boolean;
  readonly isGroup: boolean;
  /** Behind `<`, and of `>`; undefined without brackets. */
  readonly brackets: readonly [start: number, end: number] | undefined;
  /** The last character that is no blank, no `)` and in no comment. */
  readonly lastCharacter: number;
}

/** Undefined if something is left open. */
function shapeOf(text: string): Shape | undefined {
  const reader = new Reader(false);
  let isOpen = false;
  let [start, end, lastCharacter] = [-1, 0, 0];
  let [hasDomain, isGroup] = [false, false];
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    reader.read(char);
    if (reader.isPlain && char === "<" && !isOpen) {
      isOpen = true;
      start = at + 1;
    }
    if (reader.isPlain && char === ">" && isOpen) {
      isOpen = false;
      end = at;
    }
    if (reader.isPlain && char === "@") hasDomain = true;
    if (reader.isPlain && char === ":") isGroup = true;
    if (!reader.isInComment && char !== ")" && !isBlank(char)) lastCharacter = at;
  }
  if (!reader.isPlain || isOpen) return undefined;
  return { hasDomain, isGroup, brackets: start === -1 ? undefined : [start, end], lastCharacter };
}

/** header_append_domain_buffer */
function appendDomain(text: string, domain: string): string {
  const shape = shapeOf(text);
  if (!shape || shape.hasDomain || shape.isGroup) return text;
  let last = shape.lastCharacter;
  if (shape.brackets) {
    last = shape.brackets[1] - 1;
    while (last >= 0 && isBlank(text[last] as string)) last--;
    if (text[last] === "<") return text;
  } else if (text[last] === undefined || isBlank(text[last] as string)) return text;
  return `${text.slice(0, last + 1)}@${domain}${text.slice(last + 1)}`;
}

/** header_address_rewrite_buffer */
function replaceAddress(text: string, address: string): string {
  const shape = shapeOf(text);
  if (!shape || shape.isGroup) return text;
  const { brackets, lastCharacter } = shape;
  if (brackets) return text.slice(0, brackets[0]) + address + text.slice(brackets[1]);
  if (lastCharacter === 0) return address + text;
  let start = lastCharacter;
  while (start >= 0 && text[start] !== ")" && !isBlank(text[start] as string)) start--;
  return text.slice(0, start + 1) + address + text.slice(lastCharacter + 1);
}

/** isspace(3) */
const isBlank = (char: string) => /[ \t\n\v\f\r]/.test(char);
