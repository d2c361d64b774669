/** Which kinds are awaited. The others are complete once the API server has them. */
import { annotationOf, isAnnotated } from "../annotations.ts";
import { apiVersionOf, kindOfObject } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import type { Awaiter } from "./decision.ts";
import { deploymentAwaiter } from "./deployment.ts";
import { ingressAwaiter, serviceAwaiter } from "./network.ts";
import { podAwaiter } from "./pod.ts";
import {
  daemonSetAwaiter,
  jobAwaiter,
  replicationControllerAwaiter,
  statefulSetAwaiter,
} from "./replicated.ts";
import { claimAwaiter, definitionAwaiter, quotaAwaiter, secretAwaiter, volumeAwaiter } from "./storage.ts";
import { waitForAwaiter } from "./wait-for.ts";

const byKind: Readonly<Record<string, Awaiter>> = {
  "apiextensions.k8s.io/v1/CustomResourceDefinition": definitionAwaiter,
  "apps/v1/DaemonSet": daemonSetAwaiter,
  "apps/v1/Deployment": deploymentAwaiter,
  "apps/v1/StatefulSet": statefulSetAwaiter,
  "batch/v1/Job": jobAwaiter,
  "networking.k8s.io/v1/Ingress": ingressAwaiter,
  "v1/PersistentVolume": volumeAwaiter,
  "v1/PersistentVolumeClaim": claimAwaiter,
  "v1/Pod": podAwaiter,
  "v1/ReplicationController": replicationControllerAwaiter,
  "v1/ResourceQuota": quotaAwaiter,
  "v1/Secret": secretAwaiter,
  "v1/Service": serviceAwaiter,
};

/** The kind's own awaiter. */
export function kindAwaiter(object: KubeObject): Awaiter | undefined {
  const type = kindOfObject(object);
  return byKind[`${apiVersionOf(type)}/${type.kind}`];
}

/**
 * How to wait for an object that was created or updated; undefined for not at all. The annotations `skipAwait` (of
 * the inputs) and `waitFor` (of the object) come before the kind.
 */
export function awaiterOf(inputs: KubeObject, object: KubeObject): Awaiter | undefined {
  if (isAnnotated(inputs, "skipAwait")) return undefined;
  const waitFor = annotationOf(object, "waitFor");
  return waitFor === "" ? kindAwaiter(object) : waitForAwaiter(waitFor);
}
