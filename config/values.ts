/** How a value and a key of the settings are shown to people: short, on one line, and never a credential. */

/** Longest value that a message shows, in characters. */
const longest = 80;

/** Shown where there is no value. */
export const notSet = "(not set)";
/** Shown in place of a value that may be a credential. */
export const hidden = "(hidden: it may be a credential)";

/** Names under which credentials are kept. */
const credentialName = /pass(word|phrase|wd)|secret|token|credential|(api|access|private)[-_]?key|^auth$/i;
/** Names that speak of credentials and hold none: where they are kept, or what they are called. */
const credentialReference = /(provider|name|ref)$/i;

/** Forms that credentials have, whatever they are called. */
const credentialForms: readonly RegExp[] = [
  // Private keys.
  /^-----BEGIN$/,
  // AWS access keys; GitHub, GitLab, Slack and Pulumi tokens; signed web tokens; the engine's own ciphertext.
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\b(gh[pousr]_|github_pat_|glpat-|xox[abprs]-|pul-)[A-Za-z0-9_-]{8,}/,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+/,
  /^v1:[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$/,
  // User and password in an address.
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s]*:[^/\s]*@/i,
];

/** Whether a text has the form of a credential, or a word in it has. */
function looksLikeCredential(text: string): boolean {
  return text
    .split(/[\s"'`,]+/)
    .some((word) => credentialForms.some((form) => form.test(word)) || looksRandom(word));
}

/** 32 characters and more with small letters, capitals and a digit: a generated key, such as an AWS secret key. */
function looksRandom(text: string): boolean {
  return (
    /^[A-Za-z0-9+/=_-]{32,}$/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text)
  );
}

/** Whether a value is the engine's form of a secret: `{secure: …}`. */
function isSecure(value: unknown): value is { readonly secure: unknown } {
  return isMapping(value) && Object.keys(value).length === 1 && "secure" in value;
}

/** Paths of the engine's secrets in a value. */
export function secretPaths(value: unknown, path: readonly PropertyKey[] = []): (readonly PropertyKey[])[] {
  if (isSecure(value)) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : isMapping(value) ? Object.entries(value) : [];
  return entries.flatMap(([step, item]) => secretPaths(item, [...path, step]));
}

/** Whether a value is a mapping: neither a list nor a scalar. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/**
 * A value as people wrote it, shortened to one line, with credentials hidden.
 *
 * @param path where the value stands; a name such as `password` hides it whatever it holds.
 */
export function shown(value: unknown, path: readonly PropertyKey[] = []): string {
  if (value === undefined) return notSet;
  const name = path.findLast((step) => typeof step === "string");
  const safe = masked(value, typeof name === "string" ? name : "");
  if (safe === hidden) return hidden;
  const text = JSON.stringify(safe);
  if (typeof value === "object" && value !== null && text.length > longest) return summary(value);
  return text.length > longest ? `${text.slice(0, longest - 2)}…"` : text;
}

/** The value with every credential in it replaced, in types that JSON has. */
function masked(value: unknown, name: string): unknown {
  if (isSecure(value)) return hidden;
  if (Array.isArray(value)) return value.map((item: unknown) => masked(item, name));
  if (isMapping(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        looksLikeCredential(key) ? hidden : key,
        masked(item, key),
      ]),
    );
  }
  if (typeof value === "string") return looksLikeCredential(value) || isCredentialName(name) ? hidden : value;
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "bigint") return value.toString();
  return value ?? null;
}

/** A line of a file as it stands there, unless it may hold a credential. */
export function shownLine(line: string): string {
  const names = line.split(/[^\w-]+/);
  const secret =
    looksLikeCredential(line) || names.some((name) => isCredentialName(name) || name === "secure");
  return secret ? hidden : shown(line.trim() === "" ? undefined : line.trim());
}

function isCredentialName(name: string): boolean {
  return credentialName.test(name) && !credentialReference.test(name);
}

/** What stands for a list or mapping that is too long to show. */
function summary(value: object): string {
  if (Array.isArray(value)) return `(a list of ${value.length})`;
  const keys = Object.keys(value);
  const first = keys.slice(0, 4).map((key) => (key.length > 20 ? `${plain(key).slice(0, 20)}…` : plain(key)));
  return `(a mapping of ${first.join(", ")}${keys.length > first.length ? ", …" : ""})`;
}

/** The key of a path, as messages show it: `quint:cluster.nodePools[0].cpu`. */
export function keyOf(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path;
  if (first === undefined) return "quint:*";
  return rest.reduce<string>((key, step) => key + stepOf(step), `quint:${plain(String(first))}`);
}

function stepOf(step: PropertyKey): string {
  if (typeof step === "number") return `[${step}]`;
  const name = plain(String(step));
  return /^[\w-]+$/.test(name) ? `.${name}` : `["${name}"]`;
}

/** A name or text on one line: control characters escaped, long ones shortened, credentials hidden. */
export function plain(name: string): string {
  if (looksLikeCredential(name)) return hidden;
  const escaped = JSON.stringify(name).slice(1, -1);
  return escaped.length > longest ? `${escaped.slice(0, longest)}…` : escaped;
}
