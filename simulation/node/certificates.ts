/** Certificates and kubeconfigs of the node's programs, signed by the cluster's authority. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { type KeyPair, type LeafRequest, makeLeaf, needsRenewal } from "../pki/certificates.ts";
import { readPair, writePrivate } from "../pki/cluster-pki.ts";
import { SimulationError } from "../problem.ts";
import { realNodeName } from "./addresses.ts";

/** Users of the API server. Rights come from Kubernetes' own roles; those of `coredns` from `objects.ts`. */
function leavesOf(address: string): Readonly<Record<"kubelet" | "kube-proxy" | "coredns", LeafRequest>> {
  return {
    kubelet: {
      commonName: `system:node:${realNodeName}`,
      organisation: "system:nodes",
      use: ["client", "server"],
      hosts: [address, realNodeName],
    },
    "kube-proxy": { commonName: "system:kube-proxy", use: ["client"] },
    coredns: { commonName: "quint-coredns", use: ["client"] },
  };
}

/**
 * Makes what is missing, near its end, foreign, or for another address.
 * @param clusterPki folder of the cluster's authority.
 * @param folder the node's own folder of certificates.
 * @param address the node's address.
 * @param server the API server's address as the node sees it.
 */
export async function ensureNodeCertificates(
  clusterPki: string,
  folder: string,
  address: string,
  server: string,
): Promise<void> {
  const authority = readPair(clusterPki, "cluster-ca");
  if (!authority) throw new SimulationError(`${clusterPki} holds no authority: start the cluster first.`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writePrivate(join(folder, "cluster-ca.crt"), authority.certificate);
  const addressFile = join(folder, "address");
  const moved = !existsSync(addressFile) || readFileSync(addressFile, "utf8") !== address;
  for (const [name, leaf] of Object.entries(leavesOf(address))) {
    const certificateFile = join(folder, `${name}.crt`);
    const keyFile = join(folder, `${name}.key`);
    const keep =
      !moved &&
      existsSync(keyFile) &&
      existsSync(certificateFile) &&
      !(await needsRenewal(readFileSync(certificateFile, "utf8"), authority.certificate));
    if (!keep) {
      const pair = await makeLeaf(leaf, authority);
      writePrivate(certificateFile, pair.certificate);
      writePrivate(keyFile, pair.key);
    }
    const pair = { certificate: readFileSync(certificateFile, "utf8"), key: readFileSync(keyFile, "utf8") };
    writePrivate(join(folder, `${name}.kubeconfig`), kubeconfig(server, authority.certificate, pair));
  }
  writeFileSync(addressFile, address);
}

function kubeconfig(server: string, authority: string, pair: KeyPair): string {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const cluster = {
    server,
    "certificate-authority-data": base64(authority),
    // The API server's certificate does not name the link's address, and need not: it is known by this name.
    "tls-server-name": "kubernetes.default.svc",
  };
  const user = { "client-certificate-data": base64(pair.certificate), "client-key-data": base64(pair.key) };
  const name = "quint";
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster }],
    users: [{ name, user }],
  });
}
