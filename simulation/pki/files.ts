/** The files that the certificates live in. Apart from what makes them, which the supervisor need not load. */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair } from "./certificates.ts";
import type { AuthorityName, LeafName } from "./table.ts";

/** Path of a certificate (`.crt`), a private key (`.key`) or a public key (`.pub`) in a PKI folder. */
export function pkiFile(
  folder: string,
  name: AuthorityName | LeafName | "service-accounts",
  kind: "crt" | "key" | "pub",
): string {
  return join(folder, `${name}.${kind}`);
}

/** Certificate and key of that name, or `undefined` when either is missing. */
export function readPair(folder: string, name: AuthorityName | LeafName): KeyPair | undefined {
  try {
    return {
      certificate: readFileSync(pkiFile(folder, name, "crt"), "utf8"),
      key: readFileSync(pkiFile(folder, name, "key"), "utf8"),
    };
  } catch {
    return undefined;
  }
}

/** Writes a certificate and its key. @returns the name. */
export function writePair(folder: string, name: AuthorityName | LeafName, pair: KeyPair): string {
  writePrivate(pkiFile(folder, name, "crt"), pair.certificate);
  writePrivate(pkiFile(folder, name, "key"), pair.key);
  return name;
}

/** Writes a file that only its owner reads, whatever mode an older file of that name had. */
export function writePrivate(path: string, content: string): void {
  writeFileSync(path, content, { mode: 0o600 });
  chmodSync(path, 0o600);
}
