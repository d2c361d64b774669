/** Velero: objects and volumes into the object store. Schedules come with the platforms' backups. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Value } from "../../config/catalog/mirror.ts";
import { mirroredImage } from "../../config/catalog/mirror.ts";
import { deliveryCharts } from "../../config/catalog/charts/delivery.ts";
import {
  foundationLabels,
  requiredPod,
  resourcesOf,
  type AddOnContext,
  type AddOnDefinition,
  type AddOnScope,
} from "./definition.ts";

/** The location that backups go to unless they say otherwise. */
const defaultLocation = "default";

/** Made here where the cluster's bucket has a key of its own. */
const keySecret = "velero-object-store";
/** The chart's own name for the server's ServiceAccount. */
const serviceAccount = { namespace: "velero", name: "velero-server" };

export const velero: AddOnDefinition = {
  before: (scope) => rightsOn(scope),
  values: (context) => {
    const server = requiredPod(context, "velero/server");
    const nodeAgent = requiredPod(context, "velero/nodeAgent");
    const { mirrors } = context.options;
    const store = bucketOf(context);
    const credentials = bucketKey(context);
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
          credentials === undefined ? { useSecret: false } : { useSecret: true, existingSecret: credentials },
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

/** The bucket that the settings name, else the one that comes with the cluster. */
export function bucketOf({
  options,
  facts,
}: Pick<AddOnContext, "options" | "facts">): BackupStore | undefined {
  return options.backups ?? facts.objectStore;
}

/** Name of the Secret whose key `cloud` opens the bucket; none where pods have an identity that may use it. */
export function bucketKey({ options, facts }: Pick<AddOnContext, "options" | "facts">): string | undefined {
  if (options.backups !== undefined) return options.backups.secret;
  return facts.objectStore?.credentials.how === "access-key" ? keySecret : undefined;
}

/** What lets Velero use the cluster's own bucket. For a bucket of the settings its owner has seen to that. */
function rightsOn({ name, opts, facts, options, namespace }: AddOnScope): pulumi.Resource[] {
  if (!facts.controllersRun || options.backups !== undefined || facts.objectStore === undefined) return [];
  const { credentials } = facts.objectStore;
  if (credentials.how === "workload-identity") {
    // Its owner is the cluster, whose provider speaks to the cloud.
    const grant = facts.workloadIdentity.grantObjectStore?.(`${name}-bucket`, serviceAccount, "all");
    return grant === undefined ? [] : [grant];
  }
  const file = pulumi.secret(
    pulumi.interpolate`[default]
aws_access_key_id=${credentials.accessKeyId}
aws_secret_access_key=${credentials.secretAccessKey}
`,
  );
  return [
    new k8s.core.v1.Secret(
      `${name}-${keySecret}`,
      {
        metadata: {
          name: keySecret,
          namespace: namespace(serviceAccount.namespace),
          labels: foundationLabels("velero"),
          annotations: { "quint.dev/purpose": "Velero's key to the bucket for backups" },
        },
        type: "Opaque",
        data: { cloud: file.apply((text) => Buffer.from(text, "utf8").toString("base64")) },
      },
      opts,
    ),
  ];
}

/** The store's settings, from the stack or from the cluster's maker. */
export interface BackupStore {
  readonly bucket: string;
  readonly prefix?: string | undefined;
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly kmsKey?: string | undefined;
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
