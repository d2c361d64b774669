/** What all data services have in common: their Secrets, what protects their pods, and what stands for them. */
import * as pulumi from "@pulumi/pulumi";
import { secretsOfData, type DataServiceSpec } from "../../platforms/model/index.ts";
import { chartOf } from "../../config/catalog/charts.ts";
import type { serviceCharts } from "../../config/catalog/charts/services.ts";
import { chartSource, imageValues, mergeValues, type Values } from "../../config/catalog/mirror.ts";
import { Footprint } from "../footprint/footprint.ts";
import { ownerLabels, type Labels } from "../labels.ts";
import { Release } from "../release/release.ts";
import { platformSecret, type PlatformSecret } from "../secrets/platform-secret.ts";
import { pullSecretsOf } from "../secrets/pull-secret.ts";
import type { BackupHook } from "./backup-hook.ts";
import { meshLabels, outsideMeshLabels, podsOutsideMesh } from "./mesh.ts";
import type { DataServiceArgs } from "./definition.ts";
import type { DataPods } from "./pods.ts";
import { copySecrets } from "./secret-copies.ts";
import { foreignPods, protect } from "./protection.ts";

/** Options of a service: what it must wait for, which is what it needs. */
export type DataServiceOptions = pulumi.ComponentResourceOptions & {
  /** Secrets of services that it needs, whose values its own may hold. */
  readonly others?: ReadonlyMap<string, PlatformSecret>;
};

export abstract class DataService<Spec extends DataServiceSpec = DataServiceSpec>
  extends pulumi.ComponentResource
{
  /** Its generated Secrets, by name. */
  readonly secrets: ReadonlyMap<string, PlatformSecret>;
  /** How it wants to be backed up. */
  abstract readonly backup: BackupHook;
  protected readonly childName: string;
  protected readonly args: DataServiceArgs<Spec>;

  /** @param pods all that an operator, a chart or a placeholder makes for it. */
  protected constructor(
    type: string,
    name: string,
    args: DataServiceArgs<Spec>,
    pods: readonly DataPods[],
    { others, ...opts }: DataServiceOptions = {},
  ) {
    super(`quint:data:${type}`, name, {}, opts);
    this.childName = name;
    this.args = args;
    const { owner, namespace, spec, facts, services } = args;
    const secrets = new Map<string, PlatformSecret>(others);
    const own = secretsOfData(spec, namespace.spec.name, services).flatMap((secret) => {
      const made = platformSecret(
        `${name}-${secret.name}-secret`,
        { owner, namespace, spec: secret, others: secrets },
        { parent: this },
      );
      if (made === undefined) return [];
      secrets.set(secret.name, made);
      return [[secret.name, made] as const];
    });
    this.secrets = new Map(own);
    copySecrets(name, args, this.secrets, { parent: this });
    for (const group of pods) {
      const outside = podsOutsideMesh(spec.kind, group);
      const child = `${name}-${group.name}-pods`;
      protect(
        child,
        { ...args, pods: group, all: pods, injected: namespace.spec.injected && !outside },
        { parent: this },
      );
      if (facts.controllersRun) continue;
      new Footprint(
        child,
        {
          spec: placeholder(group, spec, outside),
          owner,
          namespace: namespace.namespaceName,
          facts,
        },
        { parent: this },
      );
    }
  }

  /** Metadata of an object of the service, with names that are known before anything is made. */
  protected metadata(objectName: string = this.args.spec.name): {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
  } {
    const { owner, namespace } = this.args;
    return { name: objectName, namespace: namespace.spec.name, labels: { ...ownerLabels(owner) } };
  }

  /** Metadata of an object that is about pods which a chart or an operator makes. */
  protected metadataOfForeignPods(objectName?: string): ReturnType<typeof this.metadata> {
    const metadata = this.metadata(objectName);
    return { ...metadata, labels: { ...metadata.labels, ...foreignPods(this.args) } };
  }

  /** Annotations that make a deployment wait until a custom resource is ready. Where no operator runs it never would be. */
  protected awaiting(condition: string): Record<string, string> {
    return this.args.facts.controllersRun ? { "pulumi.com/waitFor": `condition=${condition}` } : {};
  }

  /** Options of an object that its operator reads: the namespace and the Secrets are there before it. */
  protected after(...more: readonly pulumi.Resource[]): pulumi.CustomResourceOptions {
    return { parent: this, dependsOn: [this.args.namespace, ...this.secrets.values(), ...more] };
  }

  /** Installs a chart under the service's name. Where controllers do not run, placeholders stand for its pods already. */
  protected chart(
    chart: keyof typeof serviceCharts,
    values: Values,
    ...after: readonly pulumi.Resource[]
  ): Release | undefined {
    const { facts, mirrors, namespace, spec } = this.args;
    if (!facts.controllersRun) return undefined;
    const pin = chartOf(chart);
    return new Release(
      this.childName,
      {
        release: spec.name,
        namespace: namespace.namespaceName,
        source: chartSource(pin, mirrors),
        values: mergeValues(imageValues(pin, mirrors), values),
      },
      { parent: this, dependsOn: [...this.secrets.values(), ...after] },
    );
  }

  /** Names of the Secrets with which the namespace's pods pull from a private registry. */
  protected pullSecrets(): string[] {
    return pullSecretsOf(this.args.facts, this.args.namespace.spec);
  }

  /** An annotation of pods that rolls them when their passwords were made anew: a chart does not look into Secrets. */
  protected rotation(): Record<string, string> {
    return { "quint.dev/rotation": String(this.args.spec.rotation) };
  }

  /** Labels that an operator or a chart puts on the pods beside its own. */
  protected podLabels(): Labels {
    return meshLabels(this.args.spec.kind);
  }
}

function placeholder(pods: DataPods, spec: DataServiceSpec, outside: boolean) {
  return {
    chart: spec.kind,
    kind: pods.kind,
    name: pods.name,
    labels: pods.labels,
    ...(outside ? { podLabels: outsideMeshLabels(spec.kind) } : {}),
    containers: pods.containers,
    ...(pods.autoscaling === undefined ? { replicas: pods.replicas } : {}),
    ...(pods.storage === undefined ? {} : { storage: pods.storage }),
    priority: spec.priorityClass,
    services: pods.services,
    spread: spec.spread ?? "required",
    architectures: ["amd64", "arm64"],
  } as const;
}
