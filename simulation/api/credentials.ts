/** The ways in to a cluster of this clone, with the certificates in its folder. */
import type { Ports } from "../control-plane/launch.ts";
import type { ClusterFolder } from "../folder.ts";
import { readPair } from "../pki/files.ts";
import type { AuthorityName, LeafName } from "../pki/table.ts";
import { SimulationError } from "../problem.ts";
import { livingSupervisor } from "../supervision/living.ts";
import { ApiClient } from "./client.ts";

/**
 * The administrator's client of the cluster's API server. Close it after use.
 * @param hasHope whether a broken connection is worth another try: by default while the supervisor lives, which brings
 *   the server back.
 * @throws SimulationError when the folder holds no certificates.
 */
export function administratorClient(
  paths: ClusterFolder,
  server: string,
  hasHope = (): boolean => livingSupervisor(paths) !== undefined,
): ApiClient {
  return clientAs(paths, server, "cluster-ca", "admin", hasHope);
}

/** A client of etcd's JSON gateway, with the API server's own certificate. Close it after use. */
export function storageClient(paths: ClusterFolder, ports: Ports): ApiClient {
  return clientAs(paths, `https://127.0.0.1:${ports.etcdClient}`, "etcd-ca", "etcd-client");
}

/** A client of a server that `authority` vouches for, in the name of `user`. */
export function clientAs(
  paths: ClusterFolder,
  server: string,
  authority: AuthorityName,
  user: LeafName,
  hasHope?: () => boolean,
): ApiClient {
  const trusted = readPair(paths.pkiFolder, authority);
  const pair = readPair(paths.pkiFolder, user);
  if (!trusted || !pair) throw new SimulationError(`${paths.pkiFolder} holds no certificate for ${user}.`);
  return new ApiClient({ server, authority: trusted.certificate, ...pair }, hasHope);
}
