/** A unit of delivery: configs, secrets, claims, workloads and routes that are deployed as one. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ApplicationSpec, ClaimSpec, GatewaySpec } from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { ownerLabels, type Owner } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { GeneratedSecret } from "../secrets/generated-secret.ts";
import { Route } from "../traffic/route.ts";
import type { MeshAccounts } from "../workload/authorization.ts";
import type { Callee } from "../workload/network.ts";
import { Workload } from "../workload/workload.ts";

export interface ApplicationArgs {
  readonly platform: string;
  readonly namespace: Namespace;
  readonly spec: ApplicationSpec;
  readonly facts: ClusterFacts;
  /** `namespace/workload` -> what it calls. */
  readonly callees: ReadonlyMap<string, readonly Callee[]>;
  /** Who the platform's workloads are in the mesh. */
  readonly accounts: MeshAccounts;
  /** The gateway that routes are on. */
  readonly gateway: GatewaySpec;
}

export class Application extends pulumi.ComponentResource {
  constructor(name: string, args: ApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:platform:Application", name, {}, opts);
    const { spec, facts, namespace } = args;
    const owner: Owner = { platform: args.platform, application: spec.name };
    const labels = ownerLabels(owner);

    const configMaps = spec.configs.map(
      (config) =>
        new k8s.core.v1.ConfigMap(
          `${name}-${config.name}`,
          {
            metadata: { name: config.name, namespace: namespace.namespaceName, labels },
            data: { ...config.data },
          },
          { parent: this },
        ),
    );
    const generatedSecrets = spec.secrets
      .filter(({ existing }) => existing !== true)
      .map(
        (secret) =>
          new GeneratedSecret(
            `${name}-${secret.name}`,
            { owner, namespace: namespace.namespaceName, spec: secret },
            { parent: this },
          ),
      );
    for (const claim of spec.claims) {
      new k8s.core.v1.PersistentVolumeClaim(
        `${name}-${claim.name}`,
        {
          metadata: {
            name: claim.name,
            namespace: namespace.namespaceName,
            labels,
            annotations: { "quint.dev/purpose": claim.purpose, ...keptByArgoCd },
          },
          spec: {
            accessModes: [claim.accessMode],
            storageClassName: storageClass(facts, claim),
            resources: { requests: { storage: claim.size } },
          },
        },
        { parent: this },
      );
    }
    const claims = new Map(spec.claims.map((claim) => [claim.name, claim]));
    const configs = new Map(spec.configs.map((config) => [config.name, config]));
    const secrets = new Map(spec.secrets.map((secret) => [secret.name, secret]));
    for (const workload of spec.workloads) {
      new Workload(
        `${name}-${workload.name}`,
        {
          owner,
          namespace,
          spec: workload,
          facts,
          claims,
          configs,
          secrets,
          callees: args.callees.get(`${spec.namespace}/${workload.name}`) ?? [],
          accounts: args.accounts,
        },
        // A rollout for a changed value must not start before the value is there: its pods would read the old one, and
        // nothing would roll them again. Claims are left out: they bind when their first pod is scheduled.
        { parent: this, dependsOn: [...configMaps, ...generatedSecrets] },
      );
    }
    for (const route of spec.routes) {
      new Route(
        `${name}-${route.name}`,
        { owner, namespace: spec.namespace, spec: route, gateway: args.gateway },
        { parent: this, dependsOn: [namespace] },
      );
    }
    this.registerOutputs();
  }
}

/** A claim that leaves the rendered manifests, or whose application goes, stays: its data cannot be made again. */
const keptByArgoCd = { "argocd.argoproj.io/sync-options": "Prune=false,Delete=false" };

function storageClass(facts: ClusterFacts, claim: ClaimSpec): string {
  if (claim.accessMode === "ReadWriteOnce") {
    return facts.storageClasses.readWriteOnce;
  }
  if (facts.storageClasses.readWriteMany === undefined) {
    throw new Error(
      `claim "${claim.name}" is shared by pods on several nodes (ReadWriteMany), and the cluster has no storage ` +
        "class for that; set cluster.storageClasses.readWriteMany",
    );
  }
  return facts.storageClasses.readWriteMany;
}
