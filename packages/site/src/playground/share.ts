/** What somebody has in the playground: all of a link. */
export interface Project {
  /** Texts by the names of their tabs: the path, without `/etc/mail/` before it. */
  readonly files: Readonly<Record<string, string>>;
  /** The release that reads them; undefined for the newest. */
  readonly target?: string;
  /** The pane that is shown. */
  readonly view?: string;
  /** The message of the trace, in the words of a test. */
  readonly message?: string;
  /** The old side of the comparison. */
  readonly old?: string;
  /** A configuration from before 6.4, to be translated. */
  readonly legacy?: string;
}

/** The version of the format: links that are out there must be read for ever. */
const version = "1";

/** More text is not unpacked: a short link can hold much. */
const mostBytes = 5_000_000;

/** A project as the fragment of a link: the version, then base64url of deflated JSON. A fragment is sent to no server. */
export async function encodeProject(project: Project): Promise<string> {
  const packed = await through(new TextEncoder().encode(JSON.stringify(project)), new CompressionStream("deflate-raw"));
  const text = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(""));
  return version + text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The project of a fragment, with or without its `#`; undefined if it is none, or damaged. */
export async function decodeProject(fragment: string): Promise<Project | undefined> {
  const text = fragment.replace(/^#/, "");
  if (!text.startsWith(version)) return undefined;
  try {
    const bytes = atob(text.slice(1).replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(bytes, (character) => character.charCodeAt(0));
    const unpacked = await through(packed, new DecompressionStream("deflate-raw"));
    return projectOf(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(unpacked)));
  } catch {
    return undefined;
  }
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream) {
  const writer = stream.writable.getWriter();
  // What goes wrong is told where the result is read.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > mostBytes) throw new RangeError("too much text");
    parts.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** What a link says, as far as it makes sense. */
function projectOf(value: unknown): Project | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { files, target, view, message, old, legacy } = value as Record<string, unknown>;
  if (typeof files !== "object" || files === null) return undefined;
  const texts = Object.entries(files).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  if (texts.length === 0) return undefined;
  return {
    files: Object.fromEntries(texts),
    ...(typeof target === "string" && { target }),
    ...(typeof view === "string" && { view }),
    ...(typeof message === "string" && { message }),
    ...(typeof old === "string" && { old }),
    ...(typeof legacy === "string" && { legacy }),
  };
}
