/** Kubeconfigs with a client certificate inside: no tokens, no files beside them, no skipped verification. */
import { stringify } from "yaml";
import { SimulationError } from "../problem.ts";
import { readPair, writePrivate } from "./files.ts";
import type { LeafName } from "./table.ts";

/** Name of the context, cluster and user in the kubeconfig of a stack. */
export function contextName(stack: string): string {
  return `quint-${stack}`;
}

/** Writes the kubeconfig of one of the cluster's users to `path` (mode 0600). */
export function writeKubeconfig(
  path: string,
  pkiFolder: string,
  user: LeafName,
  stack: string,
  server: string,
): void {
  const authority = readPair(pkiFolder, "cluster-ca");
  const pair = readPair(pkiFolder, user);
  if (!authority || !pair) throw new SimulationError(`${pkiFolder} holds no certificate for ${user}.`);
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const name = contextName(stack);
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server, "certificate-authority-data": base64(authority.certificate) } }],
    users: [
      {
        name,
        user: { "client-certificate-data": base64(pair.certificate), "client-key-data": base64(pair.key) },
      },
    ],
  };
  writePrivate(path, stringify(kubeconfig));
}
