/** Velero: objects and volumes into the object store. Schedules come with the platforms' backups. */
import type { Value } from "../../config/catalog/mirror.ts";
import { mirroredImage } from "../../config/catalog/mirror.ts";
import { deliveryCharts } from "../../config/catalog/charts/delivery.ts";
import { requiredPod, resourcesOf, type AddOnDefinition } from "./definition.ts";

/** The location that backups go to unless they say otherwise. */
export const defaultLocation = "default";

export const velero: AddOnDefinition = {
  values: (context) => {
    const server = requiredPod(context, "velero/server");
    const nodeAgent = requiredPod(context, "velero/nodeAgent");
    const { backups, mirrors } = context.options;
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
          backups?.secret === undefined
            ? { useSecret: false }
            : { useSecret: true, existingSecret: backups.secret },
        configuration: {
          uploaderType: "kopia",
          features: "EnableCSI",
          // Snapshots move into the object store: one that stays in the cluster dies with it.
          defaultSnapshotMoveData: true,
          defaultBackupStorageLocation: defaultLocation,
          ...(backups === undefined
            ? { backupStorageLocation: [], volumeSnapshotLocation: [] }
            : {
                backupStorageLocation: [location(backups)],
                volumeSnapshotLocation: [
                  { name: defaultLocation, provider: "aws", config: { region: backups.region } },
                ],
              }),
        },
      },
    };
  },
};

/** The store's settings, from the stack or from the cluster's maker. */
export interface BackupStore {
  readonly bucket: string;
  readonly prefix?: string | undefined;
  readonly region: string;
  readonly endpoint?: string | undefined;
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
