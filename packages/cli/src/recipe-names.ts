import { randomInt } from "node:crypto";
import { UsageError } from "./usage-error.ts";

/** What the recipes write for each name. */
const examples = {
  domain: "example.org",
  hostname: "mail.example.org",
  server: "smarthost.example.net",
  account: "alice",
} as const;

type RecipeName = keyof typeof examples;

/** The names that somebody has given for a recipe. */
export type RecipeNames = Readonly<Record<RecipeName, string | undefined>>;

/** Names with a dot, as a host on the Internet has: nothing that would need quotes in smtpd.conf. */
const domainName = {
  form: /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i,
  what: "a name such as mail.example.org",
};
/** The mail of root, postmaster and abuse goes to it. */
const accountName = {
  form: /^(?!(?:root|postmaster|abuse)$)[a-z_][a-z0-9_-]{0,30}$/,
  what: "the account of a person, such as alice",
};

/** Reads names from the command line; throws a `UsageError` for one that cannot be written into a recipe. */
export function readRecipeNames(text: (option: RecipeName) => string | undefined): RecipeNames {
  const read = (option: RecipeName, { form, what }: typeof domainName) => {
    const name = text(option);
    if (name !== undefined && !form.test(name)) throw new UsageError(`--${option} needs ${what}, not ${name}`);
    return name;
  };
  const domain = read("domain", domainName);
  return {
    domain,
    hostname: read("hostname", domainName) ?? (domain && `mail.${domain}`),
    server: read("server", domainName),
    account: read("account", accountName),
  };
}

/** What a recipe has in place of a key. */
export const secretKey = "change this to a secret";

/** The text of a recipe with other names in it, and a key of its own. */
export function fillIn(text: string, names: RecipeNames): string {
  const labels = names.domain?.split(".").map((label) => `dc=${label}`);
  const replacements = new Map<string, string | undefined>([
    ...(Object.keys(examples) as RecipeName[]).map((option) => [examples[option], names[option]] as const),
    ["dc=example,dc=org", labels?.join(",")] as const,
    [secretKey, Array.from({ length: 32 }, () => randomInt(16).toString(16)).join("")] as const,
  ]);
  // The longest first: a host name ends in a domain.
  const any = [...replacements.keys()].sort((one, other) => other.length - one.length);
  const pattern = new RegExp(`(?<![\\w-])(?:${any.join("|").replaceAll(".", "\\.")})(?![\\w-])`, "g");
  return text.replace(pattern, (name) => replacements.get(name) ?? name);
}

/** The options for the names of the example that texts still have, and these names. */
export const namesLeft = (texts: readonly string[], names: RecipeNames): [option: RecipeName, name: string][] =>
  (Object.entries(examples) as [RecipeName, string][]).filter(
    ([option, name]) => names[option] === undefined && texts.some((text) => text.includes(name)),
  );
