/** Database servers that are restored: where they begin, one beside the platform's own, and the removal of one in its place. */
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import { images } from "../../config/catalog/images.ts";
import { mirroredImage } from "../../config/catalog/mirror.ts";
import { recoveryOf } from "../../components/data/barman.ts";
import {
  archiveServer,
  operatorLabel,
  type Platform,
  type PostgresqlSpec,
  type RecoverySpec,
} from "../../platforms/model/index.ts";
import { apiMessage, labels, statusOf, type Client } from "../cluster/access.ts";
import type { Report } from "../console/steps.ts";
import { failure } from "../exit.ts";
import { momentWords, type Moment } from "./moment.ts";
import { archivedServers, postgresqlApi, type ArchivedServer, type Request } from "./requests.ts";
import type { RestoreArgs } from "./step.ts";

/** Volumes that are not gone after so long, in seconds, are held by something. */
const patience = 600;
const lookAgain = 1_000;

interface Named {
  readonly name: string;
  readonly namespace: string;
}

/** The server's Cluster; nothing where there is none. */
export async function serverIn(
  { objects }: Client,
  { name, namespace }: Named,
): Promise<KubernetesObject | undefined> {
  try {
    return await objects.read({ apiVersion: postgresqlApi, kind: "Cluster", metadata: { name, namespace } });
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/**
 * What is there now and may be newer than the point in time: an in-place restore would remove it. A server without a ready
 * pod counts: its volumes are there, and go with it.
 * @returns names of servers that are there; a lost one has nothing to lose.
 */
export async function newerData(client: Client, platform: Platform): Promise<readonly string[]> {
  const found = await Promise.all(
    archivedServers(platform).map(async ({ namespace, spec: { name } }) =>
      (await serverIn(client, { name, namespace })) === undefined ? [] : [name],
    ),
  );
  return found.flat();
}

/** Where a server is to begin. One that was recovered before has its archive under another name: `from`. */
export function pointOf(spec: PostgresqlSpec, { at, latest }: Moment): RecoverySpec {
  const from = archiveServer(spec);
  return { at: at.toISOString(), ...(latest ? { latest } : {}), ...(from === spec.name ? {} : { from }) };
}

/** A server beside the platform's own, which archives nowhere: it is for looking, and for copying back. */
export function serverBeside(
  {
    platform,
    settings,
    really,
    ...moment
  }: Pick<RestoreArgs, keyof Moment | "platform" | "settings" | "really">,
  { namespace, spec }: ArchivedServer,
  to: string,
): Request {
  const recovered = recoveryOf({ ...spec, recoverFrom: pointOf(spec, moment) });
  const { cluster, images: from } = settings;
  const ours = { [labels.managedBy]: "quint", [labels.platform]: platform.name };
  return {
    title: `PostgreSQL ${spec.name} at ${momentWords(moment)}`,
    object: {
      apiVersion: postgresqlApi,
      kind: "Cluster",
      // The API server looks at no object of a namespace that is not there yet: at one beside the original, then.
      metadata: really
        ? { name: spec.name, namespace: to, labels: ours }
        : { name: `${spec.name}-restored`, namespace, labels: ours },
      spec: {
        instances: 1,
        imageName: mirroredImage(images.postgresql.reference, { images: from.mirror }),
        ...(from.pullSecret === undefined ? {} : { imagePullSecrets: [{ name: from.pullSecret }] }),
        bootstrap: { recovery: recovered?.recovery },
        externalClusters: recovered?.externalClusters,
        // The cluster's default class may be none, or one that encrypts nothing.
        storage: { size: spec.size.storage, storageClass: cluster.storageClasses.readWriteOnce },
        enablePDB: false,
      },
    },
  };
}

/** Removes a server, and waits until its volumes are gone: a new one of its name would begin with them. */
export async function removeServer(
  client: Client,
  { name, namespace }: Named,
  really: boolean,
  report: Report,
): Promise<string> {
  const [group = "", version = ""] = postgresqlApi.split("/");
  const of = { group, version, plural: "clusters", name, namespace };
  let was = true;
  try {
    await client.custom.deleteNamespacedCustomObject({ ...of, ...(really ? {} : { dryRun: "All" }) });
  } catch (error) {
    if (statusOf(error) !== 404)
      throw failure(`${namespace}/${name} cannot be removed: ${apiMessage(error)}`);
    was = false;
  }
  if (!really) return was ? "would be removed" : "was not there";
  await gone(client, { name, namespace }, report);
  return was ? "removed with its volumes; its archive stays" : "was not there";
}

async function gone(client: Client, { name, namespace }: Named, report: Report): Promise<void> {
  // What stands for an operator's volumes on a cluster without one is not the server's.
  const labelSelector = `${operatorLabel.postgresql}=${name},!${labels.footprint}`;
  const deadline = Date.now() + patience * 1000;
  for (;;) {
    const { items } = await client.core.listNamespacedPersistentVolumeClaim({ namespace, labelSelector });
    const claims = items.map(({ metadata }) => `claim ${metadata?.name ?? ""}`);
    const left = [
      ...((await serverIn(client, { name, namespace })) === undefined ? [] : [`Cluster ${name}`]),
      ...claims,
    ];
    if (left.length === 0) return;
    if (Date.now() > deadline)
      throw failure(
        `${namespace}/${name} was removed, and is not gone after ${patience} s: ${left.join(", ")}.`,
        `kubectl describe cluster,pvc -n ${namespace} tells what holds them; a claim that nothing owns is yours to delete.`,
      );
    report(`not gone yet: ${left.join(", ")}`);
    await sleep(lookAgain);
  }
}
