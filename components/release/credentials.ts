/** Finds credentials among Helm values: a Release keeps its values readable in the cluster and in the state. */
import { isValues, type Value, type Values } from "../../config/catalog/mirror.ts";

/** Keys that hold a credential itself, not the name of a Secret or of a key in one. */
const credentialKey =
  /(password|passwd|token|secretkey|accesskey|privatekey|apikey|clientsecret|credentials|encryptionkey)$/i;

/** Texts that are credentials whatever their key. */
const credentialTexts: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\b(ghp|gho|ghs|github_pat|glpat|xoxb|xoxp)[-_][\w-]{10,}/,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\./,
  /:\/\/[^/\s:@]+:[^/\s@]+@/,
];

/** Begins a reference that something else resolves: `$slack-token` of Argo CD, `${VARIABLE}` of a container. */
const reference = "$";

/** Paths of values that hold credentials. */
export function credentialPaths(values: Values): string[] {
  return Object.entries(values).flatMap(([key, value]) => inValue(value, key, key));
}

function inValue(value: Value, path: string, key: string): string[] {
  if (Array.isArray(value)) {
    return (value as readonly Value[]).flatMap((item, index) => inValue(item, `${path}[${index}]`, key));
  }
  if (isValues(value)) {
    return Object.entries(value).flatMap(([child, inner]) => inValue(inner, `${path}.${child}`, child));
  }
  if (typeof value !== "string" || value === "" || value.startsWith(reference)) return [];
  return credentialKey.test(key) || credentialTexts.some((pattern) => pattern.test(value)) ? [path] : [];
}
