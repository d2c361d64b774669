/** Velero: objects and volumes into the object store. Schedules come with the platforms' backups. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Value } from "../../config/catalog/mirror.ts";
import { mirroredImage } from "../../config/catalog/mirror.ts";
import { deliveryCharts } from "../../config/catalog/charts/delivery.ts";
import type { ObjectStoreCredentials } from "../cluster/cloud/facts.ts";
import {
  foundationLabels,
  requiredPod,
  resourcesOf,
  type AddOnContext,
  type AddOnDefinition,
  type AddOnScope,
} from "./definition.ts";

/** The location that backups go to unless they say otherwise. */
export const defaultLocation = "default";

/** Credentials of the object store that came with the cluster, in Velero's namespace. */
const storeSecret = "object-store";

export const velero: AddOnDefinition = {
  before: (scope) => {
    const store = storeOf(scope);
    return store?.accessKey === undefined ? [] : [credentialsFile(scope, store.accessKey)];
  },
  values: (context) => {
    const server = requiredPod(context, "velero/server");
    const nodeAgent = requiredPod(context, "velero/nodeAgent");
    const { mirrors } = context.options;
    const store = storeOf(context);
    return {
      velero: {
        resources: resourcesOf(server),
        priorityClassName: server.priority,
        upgradeCRDs: true,
        upgradeJobResources: resourcesOf(server),
        initContainers: [
          {
            name: "velero-plugin-for-aws",
            image: mirroredImage(deliveryCharts.velero.images.awsPlugin.reference, mirrors),
            imagePullPolicy: "IfNotPresent",
            resources: resourcesOf(nodeAgent),
            volumeMounts: [{ mountPath: "/target", name: "plugins" }],
          },
        ],
        // One set of monitors for everything: ours.
        metrics: { enabled: true, serviceMonitor: { enabled: false } },
        deployNodeAgent: true,
        nodeAgent: {
          resources: resourcesOf(nodeAgent),
          priorityClassName: nodeAgent.priority,
          tolerations: [{ operator: "Exists" }],
        },
        credentials:
          store?.secret === undefined
            ? { useSecret: false }
            : { useSecret: true, existingSecret: store.secret },
        configuration: {
          uploaderType: "kopia",
          features: "EnableCSI",
          // Snapshots move into the object store: one that stays in the cluster dies with it.
          defaultSnapshotMoveData: true,
          defaultBackupStorageLocation: defaultLocation,
          ...(store === undefined
            ? { backupStorageLocation: [], volumeSnapshotLocation: [] }
            : {
                backupStorageLocation: [location(store)],
                volumeSnapshotLocation: [
                  { name: defaultLocation, provider: "aws", config: { region: store.region } },
                ],
              }),
        },
      },
    };
  },
};

type AccessKey = Extract<ObjectStoreCredentials, { readonly how: "access-key" }>;

/** Where backups go, and what opens it. */
interface BackupStore {
  readonly bucket: string;
  readonly prefix?: string | undefined;
  readonly region: string;
  readonly endpoint?: string | undefined;
  /** Name of the Secret with a credentials file; without one, pods have rights of their own. */
  readonly secret?: string | undefined;
  /** The key that goes into that Secret, where it is ours to write. */
  readonly accessKey?: AccessKey;
}

/** The store that the settings name, else the one that came with the cluster. */
function storeOf({ options: { backups }, facts: { objectStore } }: AddOnContext): BackupStore | undefined {
  if (backups !== undefined || objectStore === undefined) return backups;
  const { bucket, region, endpoint, credentials } = objectStore;
  return {
    bucket,
    region,
    endpoint,
    ...(credentials.how === "access-key" ? { secret: storeSecret, accessKey: credentials } : {}),
  };
}

/** The key as a file of the AWS SDK, which Velero's plugin reads. */
function credentialsFile(
  { name, opts, namespace, spec }: AddOnScope,
  { accessKeyId, secretAccessKey }: AccessKey,
): k8s.core.v1.Secret {
  const file = pulumi
    .all([accessKeyId, secretAccessKey])
    .apply(([id, key]) => `[default]\naws_access_key_id=${id}\naws_secret_access_key=${key}\n`);
  return new k8s.core.v1.Secret(
    `${name}-${storeSecret}`,
    {
      metadata: {
        name: storeSecret,
        namespace: namespace(deliveryCharts.velero.namespace),
        labels: foundationLabels(spec.name),
        annotations: { "quint.dev/purpose": "The object store of backups" },
      },
      type: "Opaque",
      data: { cloud: pulumi.secret(file).apply((text) => Buffer.from(text, "utf8").toString("base64")) },
    },
    opts,
  );
}

function location({ bucket, prefix, region, endpoint }: BackupStore): Value {
  return {
    name: defaultLocation,
    provider: "aws",
    bucket,
    default: true,
    ...(prefix === undefined ? {} : { prefix }),
    config: {
      region,
      // OCI Object Storage and other stores that are not AWS know neither virtual hosts nor the new checksums.
      ...(endpoint === undefined ? {} : { s3Url: endpoint, s3ForcePathStyle: "true", checksumAlgorithm: "" }),
    },
  };
}
