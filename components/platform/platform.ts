/** A platform: its namespaces, and its applications in them. */
import * as pulumi from "@pulumi/pulumi";
import type { Mirrors } from "../../config/catalog/mirror.ts";
import {
  operatorSecretsOf,
  recordsOf,
  restoredNamespacesOf,
  secretsOfData,
  servicesIn,
  type GatewaySpec,
  type Platform,
  type SecretSpec,
} from "../../platforms/model/index.ts";
import { DrillAccess } from "../backup/drill-access.ts";
import { NamespaceBackups } from "../backup/namespace-backups.ts";
import type { Cluster } from "../cluster/contract.ts";
import { Namespace } from "../namespace/namespace.ts";
import { GeneratedValues } from "../secrets/generated-values.ts";
import { platformSecret } from "../secrets/platform-secret.ts";
import { meshAccountsOf } from "./accounts.ts";
import { PlatformDelivery, type SyncSource } from "../delivery/platform-delivery.ts";
import { Application, type MadeDataService } from "./application.ts";
import { weightedIn } from "../workload/incoming.ts";
import type { Rotated } from "../workload/rolling.ts";
import { edgesOf } from "./edges.ts";

export interface PlatformArgs {
  readonly cluster: Cluster;
  readonly platform: Platform;
  readonly gateway: GatewaySpec;
  /** Where the charts and images of its data services come from; left out: their publishers. */
  readonly mirrors?: Mirrors;
  /** Where Argo CD syncs the applications from; left out: they are created here. */
  readonly sync?: SyncSource | undefined;
  /** The add-on that copies namespaces; left out: the stack has none. */
  readonly velero?: pulumi.Resource | undefined;
}

/** Creates everything that a platform describes. */
export class PlatformDeployment extends pulumi.ComponentResource {
  /** Names of the platform's namespaces. */
  readonly namespaces: readonly pulumi.Output<string>[];

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:platform:Platform", name, {}, { ...opts, providers: [args.cluster.provider] });
    const { platform, cluster } = args;
    const namespaces = new Map(
      platform.namespaces.map((spec) => [
        spec.name,
        new Namespace(
          `${name}-${spec.name}`,
          { platform: platform.name, spec, pullSecret: cluster.facts.pullSecret },
          { parent: this },
        ),
      ]),
    );
    for (const [of, namespace] of namespaces) {
      const { pullSecret } = namespace.spec;
      if (pullSecret === undefined || namespace.spec.secretsFromCluster !== undefined) continue;
      platformSecret(
        `${name}-${of}-${pullSecret.name}-secret`,
        { owner: { platform: platform.name }, namespace, spec: pullSecret },
        { parent: this },
      );
    }
    for (const [of, namespace] of namespaces) {
      if (namespace.spec.secretsFromCluster === undefined) continue;
      new GeneratedValues(
        `${name}-${of}-values`,
        { platform: platform.name, namespace: of, secrets: secretsIn(platform, of) },
        { parent: this, dependsOn: [namespace] },
      );
    }
    const edges = edgesOf(platform, cluster.facts);
    const accounts = meshAccountsOf(platform, cluster.facts);
    const dataBefore = new Map<string, MadeDataService>();
    const applications: Application[] = [];
    for (const spec of platform.applications) {
      const namespace = namespaces.get(spec.namespace);
      if (namespace === undefined) {
        throw new Error(
          `application "${spec.name}" of platform "${platform.name}" is in the namespace "${spec.namespace}", ` +
            `which the platform does not declare (${[...namespaces.keys()].join(", ")})`,
        );
      }
      const services = servicesIn(platform, spec.namespace);
      const application = new Application(
        `${name}-${spec.name}`,
        {
          platform: platform.name,
          namespace,
          namespaces,
          spec,
          facts: cluster.facts,
          mirrors: args.mirrors ?? {},
          edges,
          accounts,
          gateway: args.gateway,
          synced: args.sync !== undefined,
          weighted: weightedIn(platform.applications),
          services,
          dataSecrets: dataSecretsIn(platform, spec.namespace),
          dataBefore: new Map(dataBefore),
        },
        { parent: this },
      );
      applications.push(application);
      for (const [name, service] of application.dataServices) {
        dataBefore.set(`${spec.namespace}/${name}`, service);
      }
    }
    if (args.velero !== undefined && platform.backups !== undefined) {
      new NamespaceBackups(
        `${name}-backups`,
        { platform, backups: platform.backups, facts: cluster.facts },
        { parent: this, dependsOn: [args.velero] },
      );
    }
    const drill = platform.backups?.drill;
    const scratch = drill && namespaces.get(drill.namespace);
    if (drill !== undefined && scratch !== undefined) {
      new DrillAccess(
        `${name}-drill`,
        {
          ...drill,
          platform: platform.name,
          namespace: scratch,
          facts: cluster.facts,
          velero: args.velero,
          records: recordsOf(platform),
          restored: restoredNamespacesOf(platform),
        },
        { parent: this },
      );
    }
    if (args.sync !== undefined) {
      const { sync, mirrors = {} } = args;
      new PlatformDelivery(
        `${name}-delivery`,
        { platform, sync, mirrors, facts: cluster.facts },
        { parent: this, dependsOn: applications },
      );
    }
    this.namespaces = [...namespaces.values()].map((namespace) => namespace.namespaceName);
    this.registerOutputs({ namespaces: this.namespaces });
  }
}

/** All Secrets of a platform in a namespace. */
function secretsIn(platform: Platform, namespace: string): readonly SecretSpec[] {
  return platform.applications
    .filter((application) => application.namespace === namespace)
    .flatMap(({ data = [], secrets }) => [
      ...secrets,
      ...data.flatMap((service) => secretsOfData(service, namespace, servicesIn(platform, namespace))),
    ]);
}

/** The Secrets of a platform's data services in a namespace: what workloads of any of its applications may name. */
function dataSecretsIn(platform: Platform, namespace: string): ReadonlyMap<string, Rotated> {
  return new Map(
    platform.applications.flatMap(({ data = [], namespace: own }) =>
      data.flatMap((spec) => {
        const names =
          own === namespace
            ? [...secretsOfData(spec, namespace, servicesIn(platform, own)), ...operatorSecretsOf(spec)].map(
                ({ name }) => name,
              )
            : (spec.copiesOfSecrets?.[namespace] ?? []);
        return names.map((name) => [name, { rotation: spec.rotation }] as const);
      }),
    ),
  );
}
