/** Makes and renews the certificates of a simulated cluster. */
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { type KeyPair, makeAuthority, makeLeaf, makeSigningKey, needsRenewal } from "./certificates.ts";
import { pkiFile, readPair, writePair, writePrivate } from "./files.ts";
import { authorities, type AuthorityName, type Leaf, type LeafName, leaves } from "./table.ts";

export { readPair, writePrivate };

/**
 * Makes what is missing, foreign or near its end (30 days), and leaves the rest. A new authority renews all that
 * it signs. Files have mode 0600, the folder 0700.
 * @returns names of the certificates that were made.
 */
export async function ensurePki(folder: string, now = new Date()): Promise<string[]> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const made: string[] = [];

  const signers = new Map<AuthorityName, KeyPair>();
  for (const name of Object.keys(authorities) as AuthorityName[]) {
    const kept = readPair(folder, name);
    const pair =
      kept && !(await needsRenewal(kept.certificate, kept.certificate, now))
        ? kept
        : await makeAuthority(authorities[name]);
    if (pair !== kept) made.push(writePair(folder, name, pair));
    signers.set(name, pair);
  }

  for (const [name, leaf] of Object.entries(leaves) as [LeafName, Leaf][]) {
    const authority = signers.get(leaf.authority);
    if (authority === undefined) continue; // Every authority of the table was made above.
    const kept = readPair(folder, name);
    if (kept && !(await needsRenewal(kept.certificate, authority.certificate, now))) continue;
    made.push(writePair(folder, name, await makeLeaf(leaf, authority)));
  }

  if (!existsSync(pkiFile(folder, "service-accounts", "key"))) {
    const { certificate, key } = await makeSigningKey();
    writePrivate(pkiFile(folder, "service-accounts", "pub"), certificate);
    writePrivate(pkiFile(folder, "service-accounts", "key"), key);
    made.push("service-accounts");
  }
  return made;
}
