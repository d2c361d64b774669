/** A unit of delivery: configs, secrets, claims, data services, workloads, jobs and routes that are deployed as one. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type {
  ApplicationSpec,
  ClaimSpec,
  DataServiceSpec,
  GatewaySpec,
} from "../../platforms/model/index.ts";
import type { Mirrors } from "../../config/catalog/mirror.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { createDataService, KeptDataService, type DataService } from "../data/index.ts";
import { inOrder, neededBy } from "../data/order.ts";
import { ownerLabels, type Owner } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { ApplicationMonitoring } from "../observability/application-monitoring.ts";
import { platformSecret } from "../secrets/platform-secret.ts";
import { Route } from "../traffic/route.ts";
import type { WeightedServices } from "../traffic/weights.ts";
import type { MeshAccounts } from "../workload/authorization.ts";
import { Job } from "../workload/job.ts";
import type { Edges } from "../workload/network.ts";
import type { Rotated } from "../workload/rolling.ts";
import { Workload } from "../workload/workload.ts";

export interface ApplicationArgs {
  readonly platform: string;
  readonly namespace: Namespace;
  /** All of the platform's, by name. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly spec: ApplicationSpec;
  readonly facts: ClusterFacts;
  readonly mirrors: Mirrors;
  /** The calls of the platform. */
  readonly edges: Edges;
  /** Who the platform's pods are in the mesh. */
  readonly accounts: MeshAccounts;
  /** The gateway that routes are on. */
  readonly gateway: GatewaySpec;
  /** Whether Argo CD syncs what the application's files hold: then only what no file may hold is made. */
  readonly synced: boolean;
  /** Services of the platform that share their calls with a canary. */
  readonly weighted: WeightedServices;
  /** All data services of the namespace, whichever application they are of, and their Secrets. */
  readonly services: readonly DataServiceSpec[];
  readonly dataSecrets: ReadonlyMap<string, Rotated>;
  /** Data services of the applications before this one, by `namespace/name`: its workloads start when they are there. */
  readonly dataBefore: ReadonlyMap<string, MadeDataService>;
}

/** A data service, or what is kept of one that Argo CD syncs. */
export type MadeDataService = DataService | KeptDataService;

export class Application extends pulumi.ComponentResource {
  /** Its data services, by name. */
  readonly dataServices: ReadonlyMap<string, MadeDataService>;

  constructor(name: string, args: ApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:platform:Application", name, {}, opts);
    const { spec, facts, namespace } = args;
    const owner: Owner = {
      platform: args.platform,
      application: spec.name,
      ...(spec.labels === undefined ? {} : { labels: spec.labels }),
    };
    const labels = ownerLabels(owner);

    const secrets = spec.secrets.flatMap(
      (secret) =>
        platformSecret(`${name}-${secret.name}`, { owner, namespace, spec: secret }, { parent: this }) ?? [],
    );
    if (args.synced) {
      this.dataServices = this.data(name, args, owner);
      this.registerOutputs();
      return;
    }

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
    this.dataServices = this.data(name, args, owner);
    const readable = {
      claims: new Map(spec.claims.map((claim) => [claim.name, claim])),
      configs: new Map(spec.configs.map((config) => [config.name, config])),
      secrets: new Map<string, Rotated>([
        ...args.dataSecrets,
        ...spec.secrets.map((secret) => [secret.name, secret] as const),
      ]),
    };
    const shared = { owner, namespace, facts, edges: args.edges, accounts: args.accounts, ...readable };
    // A rollout for a changed value must not start before the value is there: its pods would read the old one, and
    // nothing would roll them again. Claims are left out: they bind when their first pod is scheduled.
    const after = {
      parent: this,
      dependsOn: [...configMaps, ...secrets, ...args.dataBefore.values(), ...this.dataServices.values()],
    };
    for (const workload of spec.workloads) {
      new Workload(`${name}-${workload.name}`, { ...shared, spec: workload }, after);
    }
    for (const job of spec.jobs ?? []) {
      new Job(`${name}-${job.name}`, { ...shared, spec: job }, after);
    }
    for (const route of spec.routes) {
      new Route(
        `${name}-${route.name}`,
        { owner, namespace: spec.namespace, spec: route, gateway: args.gateway, weighted: args.weighted },
        { parent: this, dependsOn: [namespace] },
      );
    }
    const { dashboards = [], alerts = [], recordings = [] } = spec;
    const own = alerts.length + recordings.length > 0 ? [{ name: spec.name, recordings, alerts }] : [];
    const ruleGroups = [...own, ...(spec.ruleGroups ?? [])];
    if (dashboards.length + ruleGroups.length > 0) {
      new ApplicationMonitoring(name, { owner, namespace, dashboards, ruleGroups }, { parent: this });
    }
    this.registerOutputs();
  }

  /** The data services, each after those that it needs, which may be of an application before. */
  private data(name: string, args: ApplicationArgs, owner: Owner): ReadonlyMap<string, MadeDataService> {
    const { spec, namespace, namespaces, facts, mirrors, edges, accounts, services } = args;
    const made = new Map<string, MadeDataService>();
    for (const service of inOrder(spec.data ?? [], services)) {
      const needed = neededBy(service, services).map((other) => {
        const found = made.get(other) ?? args.dataBefore.get(`${spec.namespace}/${other}`);
        if (found === undefined) {
          throw new Error(
            `"${service.name}" of the application "${spec.name}" needs the data service "${other}" of an application ` +
              "that comes after it; change their order",
          );
        }
        return found;
      });
      const of = { owner, namespace, namespaces, spec: service, services, facts, mirrors, edges, accounts };
      const others = new Map(needed.flatMap(({ secrets }) => [...secrets]));
      const opts = { parent: this, dependsOn: needed, others };
      const child = `${name}-${service.name}`;
      made.set(
        service.name,
        args.synced ? new KeptDataService(child, of, opts) : createDataService(child, of, opts),
      );
    }
    return made;
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
