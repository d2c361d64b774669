/** The copy of all backups in a second bucket: every hour, and only ever more of it. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { images } from "../../config/catalog/images.ts";
import { mirroredImage } from "../../config/catalog/mirror.ts";
import type { FoundationOptions } from "../../platforms/model/foundation.ts";
import { offsiteCopies, type EnvironmentValue, type JobSpec } from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { egressToBucket } from "../data/archive.ts";
import { bucketKey, bucketOf } from "../foundation/velero.ts";
import { ownerLabels } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { derivedKeysAnnotation } from "../secrets/generated-secret.ts";
import { Job } from "../workload/job.ts";
import type { OffsiteStore } from "./offsite-store.ts";
import { backupResources, rcloneEnvironment, remoteEnvironment } from "./remote.ts";
import { copyOffsite } from "./scripts.ts";

export interface OffsiteCopiesArgs {
  /** Velero's: what opens the first bucket is there. */
  readonly namespace: Namespace;
  readonly options: FoundationOptions;
  readonly facts: ClusterFacts;
  readonly store: OffsiteStore;
}

const jobName = offsiteCopies.name;
const keySecret = "offsite-object-store";
const credentialsPath = "/etc/backup";

export class OffsiteCopies extends pulumi.ComponentResource {
  constructor(name: string, args: OffsiteCopiesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:backup:OffsiteCopies", name, {}, opts);
    const { namespace, options, facts, store } = args;
    const first = bucketOf(args);
    if (first === undefined)
      throw new Error("there is no bucket for backups to copy: set `foundation.backups`");
    const owner = { platform: "foundation", application: "velero" };
    const before: pulumi.Resource[] = [];
    const secret = store.secret ?? keySecret;
    if (store.keys !== undefined) {
      const { accessKeyId, secretAccessKey } = store.keys;
      before.push(
        new k8s.core.v1.Secret(
          `${name}-key`,
          {
            metadata: {
              name: keySecret,
              namespace: namespace.namespaceName,
              labels: { ...ownerLabels(owner) },
              annotations: {
                "quint.dev/purpose": "key that adds to the off-site bucket",
                [derivedKeysAnnotation]: "access-key secret-key",
              },
            },
            type: "Opaque",
            data: { "access-key": accessKeyId.apply(base64), "secret-key": secretAccessKey.apply(base64) },
          },
          { parent: this },
        ),
      );
    }
    const key = bucketKey(args);
    if (key === undefined) {
      const account = { namespace: namespace.spec.name, name: jobName };
      const grant = facts.workloadIdentity.grantObjectStore?.(
        `${name}-bucket`,
        account,
        { writes: [] },
        { parent: this },
      );
      if (grant !== undefined) before.push(grant);
    }
    const keys = {
      accessKey: { secret, key: "access-key" },
      secretKey: { secret, key: "secret-key" },
    };
    const fromFile: Record<string, EnvironmentValue> =
      key === undefined ? {} : { RCLONE_CONFIG_BACKUP_SHARED_CREDENTIALS_FILE: `${credentialsPath}/cloud` };
    const described: JobSpec = {
      name: jobName,
      component: "backup",
      container: {
        image: mirroredImage(images.rclone.reference, options.mirrors),
        command: ["/bin/sh", "-c", copyOffsite],
        env: {
          ...rcloneEnvironment,
          ...remoteEnvironment("backup", first),
          ...fromFile,
          ...remoteEnvironment("offsite", { region: store.region, endpoint: store.endpoint, keys }),
          SOURCE: `backup:${[first.bucket, ...(first.prefix === undefined ? [] : [first.prefix])].join("/")}`,
          TARGET: `offsite:${store.bucket}`,
        },
        mounts: [
          { kind: "scratch", name: "tmp", path: "/tmp", size: "128Mi" },
          ...(key === undefined ? [] : [{ kind: "secret", secret: key, path: credentialsPath } as const]),
        ],
      },
      resources: backupResources,
      schedule: { cron: offsiteCopies.schedule, timeZone: "Etc/UTC", concurrency: "Forbid" },
      retries: 2,
      deadlineSeconds: offsiteCopies.deadlineHours * 3600,
      identity: { name: jobName },
      egress: egressToBucket(facts, key === undefined),
      priorityClass: "medium-priority",
      runAs: images.rclone.runAs,
      architectures: images.rclone.architectures,
    };
    new Job(
      name,
      {
        owner,
        namespace,
        facts,
        spec: described,
        edges: { pods: new Map(), callees: new Map() },
        claims: new Map(),
        configs: new Map(),
        secrets: new Map([secret, ...(key === undefined ? [] : [key])].map((one) => [one, { rotation: 1 }])),
      },
      { parent: this, dependsOn: before },
    );
    this.registerOutputs();
  }
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
