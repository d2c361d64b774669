/** Velero's copies of a platform's namespaces: Schedules, what quiets pods meanwhile, and how each volume is copied. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { foundationCharts } from "../../config/catalog/charts.ts";
import {
  servicesIn,
  type BackupsSpec,
  type NamespaceBackupSpec,
  type Platform,
} from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { podsOfData } from "../data/index.ts";
import type { Copying, DataPods } from "../data/pods.ts";
import { ownerLabels, selectorLabels, type Labels } from "../labels.ts";

export interface NamespaceBackupsArgs {
  readonly platform: Platform;
  readonly backups: BackupsSpec;
  readonly facts: ClusterFacts;
}

const { namespace: velero } = foundationCharts.velero;

/** A command of a store with gigabytes to write out takes a minute; one that hangs must not hold up all backups. */
const patience = "5m";

/**
 * Made by the deployment, also where Argo CD syncs the platform: who may change a platform's files must not be able to
 * end its backups.
 */
export class NamespaceBackups extends pulumi.ComponentResource {
  constructor(name: string, args: NamespaceBackupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:backup:NamespaceBackups", name, {}, opts);
    const { platform, backups } = args;
    const labels = { ...ownerLabels({ platform: platform.name }) };
    const volumes = new k8s.core.v1.ConfigMap(
      `${name}-volumes`,
      {
        metadata: { name: `${platform.name}-volumes`, namespace: velero, labels },
        data: { "policy.yaml": stringify(volumePolicies(args)) },
      },
      { parent: this },
    );
    for (const schedule of backups.schedules) {
      // No model of this kind is published: the API server of the tests checks it.
      new k8s.apiextensions.CustomResource(
        `${name}-${schedule.name}`,
        {
          apiVersion: "velero.io/v1",
          kind: "Schedule",
          metadata: { name: `${platform.name}-${schedule.name}`, namespace: velero, labels },
          spec: {
            schedule: schedule.schedule,
            // Backups outlive the schedule that made them.
            useOwnerReferencesInBackup: false,
            template: {
              includedNamespaces: [...schedule.namespaces],
              ttl: `${schedule.retentionDays * 24}h0m0s`,
              // A snapshot that stays in the cluster's cloud zone dies with it: its data goes into the bucket.
              snapshotMoveData: true,
              resourcePolicy: { kind: "configmap", name: `${platform.name}-volumes` },
              hooks: { resources: hooksOf(args, schedule) },
              metadata: {
                labels: { "quint.dev/platform": platform.name, "quint.dev/backup": schedule.name },
              },
            },
          },
        },
        { parent: this, dependsOn: [volumes] },
      );
    }
    this.registerOutputs();
  }
}

/** What the first condition that matches says happens to a volume. */
function volumePolicies({ platform, facts, backups }: NamespaceBackupsArgs) {
  const { readWriteOnce, readWriteMany, snapshots } = facts.storageClasses;
  const copied = { type: "fs-backup" };
  const leftOut = podsIn(platform, backups, facts).flatMap(({ pods: { copying } }) =>
    copying?.how === "not" ? [copying.claims] : [],
  );
  return {
    version: "v1",
    volumePolicies: [
      // Pools of a cluster have claims with the same labels.
      ...distinct(leftOut).map((pvcLabels) => ({ conditions: { pvcLabels }, action: { type: "skip" } })),
      {
        conditions: { volumeTypes: ["emptyDir", "configMap", "secret", "projected"] },
        action: { type: "skip" },
      },
      ...(readWriteMany === undefined
        ? []
        : [{ conditions: { storageClass: [readWriteMany] }, action: copied }]),
      {
        conditions: { storageClass: [readWriteOnce] },
        action: snapshots === undefined ? copied : { type: "snapshot" },
      },
    ],
  };
}

function hooksOf({ platform, backups, facts }: NamespaceBackupsArgs, { namespaces }: NamespaceBackupSpec) {
  const ofStores = podsIn(platform, backups, facts).flatMap(
    ({ namespace, pods: { name, labels, copying } }) =>
      copying?.how === "quiet" ? [{ name, namespace, labels, copying }] : [],
  );
  const ofWorkloads = (backups.quiesce ?? []).map(({ workload, namespace, before, after }) => ({
    name: workload,
    namespace,
    labels: selectorLabels(platform.name, workload),
    copying: {
      how: "quiet" as const,
      container: workload,
      before,
      ...(after === undefined ? {} : { after }),
    },
  }));
  return [...ofStores, ...ofWorkloads]
    .filter(({ namespace }) => namespaces.includes(namespace))
    .map(({ name, namespace, labels, copying }) => hook(`${namespace}-${name}`, namespace, labels, copying));
}

function hook(
  name: string,
  namespace: string,
  matchLabels: Labels,
  { container, before, after }: Extract<Copying, { how: "quiet" }>,
) {
  const exec = (command: readonly string[]) => [
    // A copy of what was not brought to rest must not pass for a backup.
    { exec: { container, command: [...command], onError: "Fail", timeout: patience } },
  ];
  return {
    name,
    includedNamespaces: [namespace],
    includedResources: ["pods"],
    labelSelector: { matchLabels: { ...matchLabels } },
    pre: exec(before),
    ...(after === undefined ? {} : { post: exec(after) }),
  };
}

function distinct(all: readonly Labels[]): Labels[] {
  return [...new Map(all.map((labels) => [JSON.stringify(labels), labels])).values()];
}

/** Pods of data services with volumes, in the namespaces that are copied. */
function podsIn(
  platform: Platform,
  { schedules }: BackupsSpec,
  facts: ClusterFacts,
): readonly { readonly namespace: string; readonly pods: DataPods }[] {
  const copied = new Set(schedules.flatMap(({ namespaces }) => namespaces));
  return platform.applications
    .filter(({ namespace }) => copied.has(namespace))
    .flatMap(({ namespace, data = [] }) =>
      data.flatMap((spec) =>
        podsOfData(spec, { platform: platform.name, services: servicesIn(platform, namespace), facts })
          .filter(({ storage }) => storage !== undefined)
          .map((pods) => ({ namespace, pods })),
      ),
    );
}
