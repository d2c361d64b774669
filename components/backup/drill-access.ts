/** What a restore drill may reach: the bucket with the backups, and Velero's objects of its own restores. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { foundationCharts } from "../../config/catalog/charts.ts";
import { drillRestores } from "../../policy/admission/index.ts";
import { admissionPolicy } from "../admission-policy.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { ownerLabels } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { derivedKeysAnnotation } from "../secrets/generated-secret.ts";

export interface DrillAccessArgs {
  readonly platform: string;
  readonly namespace: Namespace;
  readonly facts: ClusterFacts;
  /** Name of the Secret that the jobs read the bucket from. */
  readonly bucketSecret: string;
  /** ServiceAccounts of the jobs: one restores, the other records what backups hold. */
  readonly jobs: { readonly drill: string; readonly record: string };
  /** Keys of the records in the bucket: `*` stands for anything. */
  readonly records: readonly string[];
  /** Namespaces whose claims are restored. */
  readonly restored: readonly string[];
  /** What restores volumes; nothing where there is none. */
  readonly velero: pulumi.Resource | undefined;
}

const { namespace: veleroNamespace } = foundationCharts.velero;

/** Made by the deployment, also where Argo CD syncs the platform: a file may carry neither a key nor rights in Velero. */
export class DrillAccess extends pulumi.ComponentResource {
  constructor(name: string, args: DrillAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:backup:DrillAccess", name, {}, opts);
    const { facts, namespace, platform } = args;
    const labels = { ...ownerLabels({ platform }) };
    const store = facts.objectStore;
    const key =
      store?.credentials.how === "access-key" ? (store.credentials.adding ?? store.credentials) : undefined;
    const encoded = (value: pulumi.Input<string> | undefined): pulumi.Output<string> =>
      pulumi.output(value ?? "").apply((text) => Buffer.from(text, "utf8").toString("base64"));
    new k8s.core.v1.Secret(
      `${name}-bucket`,
      {
        metadata: {
          name: args.bucketSecret,
          namespace: namespace.namespaceName,
          labels,
          annotations: {
            "quint.dev/purpose": "The bucket with the backups, for the restore drill",
            [derivedKeysAnnotation]: "access-key endpoint name region secret-key",
          },
        },
        type: "Opaque",
        data: {
          name: encoded(store?.bucket),
          region: encoded(store?.region),
          endpoint: encoded(store?.endpoint),
          "access-key": encoded(key?.accessKeyId),
          "secret-key": encoded(key?.secretAccessKey),
        },
      },
      { parent: this },
    );
    if (store?.credentials.how === "workload-identity") {
      const { drill, record } = args.jobs;
      for (const [account, writes] of [[drill, []] as const, [record, args.records] as const]) {
        const of = { namespace: namespace.spec.name, name: account };
        facts.workloadIdentity.grantObjectStore?.(`${name}-${account}`, of, { writes }, { parent: this });
      }
    }
    // A drill of stores alone has nothing to ask of Velero.
    if (args.velero !== undefined && args.restored.length > 0) this.rights(name, labels, args, args.velero);
    this.registerOutputs();
  }

  private rights(
    name: string,
    labels: Record<string, string>,
    { platform, namespace, jobs, restored }: DrillAccessArgs,
    velero: pulumi.Resource,
  ) {
    const account = { namespace: namespace.spec.name, name: jobs.drill };
    const narrowed = admissionPolicy(
      `${name}-restores`,
      // Never only a warning: it says what one account may do, and stands in nobody else's way.
      { policy: drillRestores({ platform, account, from: restored }), platform, enforcement: "deny" },
      { parent: this },
    );
    const metadata = { name: `${platform}-restore-drill`, namespace: veleroNamespace, labels };
    const role = new k8s.rbac.v1.Role(
      `${name}-velero`,
      {
        metadata,
        rules: [
          {
            apiGroups: ["velero.io"],
            resources: ["backups", "datauploads", "datadownloads"],
            verbs: ["get", "list"],
          },
          { apiGroups: ["velero.io"], resources: ["restores"], verbs: ["get", "create", "delete"] },
        ],
      },
      // These alone wait for it: a bucket's key that is kept with the data must not keep Velero.
      { parent: this, dependsOn: [velero] },
    );
    new k8s.rbac.v1.RoleBinding(
      `${name}-velero`,
      {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", ...account }],
      },
      { parent: this, dependsOn: [velero, narrowed] },
    );
  }
}
