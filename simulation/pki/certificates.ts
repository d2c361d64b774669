/** Makes certificate authorities and the certificates they sign. ECDSA P-256: quick to make, taken by every program here. */
import "./metadata.ts";
import { createPrivateKey, randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 60 * 60 * 1000;

/** Lifetimes in days. An authority outlives the clone; the rest is renewed at a start when it comes near its end. */
const lifetimes = { authority: 3650, leaf: 365 };
/** A certificate with fewer days left than this is renewed at the next start. */
const renewalDays = 30;

/** A certificate and its private key (PKCS#8), both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate is for. A server needs `hosts`; a peer of etcd is both. */
export interface LeafRequest {
  /** Common name: to Kubernetes, the user's name. */
  readonly commonName: string;
  /** Organisation: to Kubernetes, the user's group. */
  readonly organisation?: string;
  readonly use: readonly ("client" | "server")[];
  /** Names and IP addresses that a server answers to. */
  readonly hosts?: readonly string[];
}

/** Makes a certificate authority that may sign leaves only. */
export async function makeAuthority(commonName: string): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(lifetimes.authority),
    name: [{ CN: [commonName] }],
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await privateKeyPem(keys.privateKey) };
}

/** Makes a certificate signed by `authority`. */
export async function makeLeaf(request: LeafRequest, authority: KeyPair): Promise<KeyPair> {
  const keys = await generateKeys();
  const issuer = new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(lifetimes.leaf),
    subject: [{ CN: [request.commonName] }, ...(request.organisation ? [{ O: [request.organisation] }] : [])],
    issuer: issuer.subjectName,
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(
        request.use.map((use) =>
          use === "server" ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
        ),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...(request.hosts ? [new x509.SubjectAlternativeNameExtension(request.hosts.map(generalName))] : []),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await privateKeyPem(keys.privateKey) };
}

/** Makes a bare key pair: what service account tokens are signed and verified with. `certificate` is the public key. */
export async function makeSigningKey(): Promise<KeyPair> {
  const keys = await generateKeys();
  const publicKey = await webcrypto.subtle.exportKey("spki", keys.publicKey);
  return {
    certificate: x509.PemConverter.encode(publicKey, "PUBLIC KEY"),
    key: await privateKeyPem(keys.privateKey),
  };
}

/** Whether a certificate has to be made anew: unreadable, not signed by `authority`, or near its end at `now`. */
export async function needsRenewal(pem: string, authority: string, now = new Date()): Promise<boolean> {
  try {
    const certificate = new x509.X509Certificate(pem);
    if (certificate.notAfter.getTime() - now.getTime() < renewalDays * day) return true;
    const { publicKey } = new x509.X509Certificate(authority);
    return !(await certificate.verify({ publicKey, date: now }));
  } catch {
    return true;
  }
}

function validity(days: number): { serialNumber: string; notBefore: Date; notAfter: Date } {
  const now = Date.now();
  // A minute back: etcd and the API server refuse a certificate from the future, and clocks are stepped.
  return {
    serialNumber: `00${randomBytes(15).toString("hex")}`,
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + days * day),
  };
}

function generalName(host: string): x509.JsonGeneralName {
  return { type: /^\d+(\.\d+){3}$/.test(host) ? "ip" : "dns", value: host };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey("pkcs8", key);
  return createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" })
    .export({ format: "pem", type: "pkcs8" })
    .toString();
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"]);
}
