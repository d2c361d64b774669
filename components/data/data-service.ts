/** What all data services have in common: their Secrets, what protects their pods, and what stands for them. */
import * as pulumi from "@pulumi/pulumi";
import type { DataServiceSpec } from "../../platforms/model/index.ts";
import { Footprint } from "../footprint/footprint.ts";
import { ownerLabels, type Labels } from "../labels.ts";
import { Release } from "../release/release.ts";
import { storeBackup } from "../backup/store-backup.ts";
import { storeRestore } from "../backup/store-restore.ts";
import type { PlatformSecret } from "../secrets/platform-secret.ts";
import { installOf, podLabelsOf, pullSecretsOf, type DataChart } from "./chart.ts";
import { outsideMeshLabels, podsOutsideMesh } from "./mesh.ts";
import { componentTypes, type DataServiceArgs } from "./definition.ts";
import type { DataPods } from "./pods.ts";
import { keep } from "./kept.ts";
import { readOperatorSecrets } from "./secret-copies.ts";
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
  /** Rights that its pods need at their start. */
  protected readonly grants: readonly pulumi.Resource[];
  protected readonly childName: string;
  protected readonly args: DataServiceArgs<Spec>;

  /** @param pods all that an operator, a chart or a placeholder makes for it. */
  protected constructor(
    name: string,
    args: DataServiceArgs<Spec>,
    pods: readonly DataPods[],
    { others, ...opts }: DataServiceOptions = {},
  ) {
    super(componentTypes[args.spec.kind], name, {}, opts);
    this.childName = name;
    this.args = args;
    const { owner, namespace, spec, facts } = args;
    const { secrets, grants } = keep(name, args, others, { parent: this });
    this.secrets = secrets;
    this.grants = grants;
    readOperatorSecrets(name, args, { parent: this });
    storeBackup(`${name}-backup`, { service: args, grants }, { parent: this });
    storeRestore(`${name}-restore`, { service: args, grants }, { parent: this });
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
    return {
      parent: this,
      dependsOn: [this.args.namespace, ...this.secrets.values(), ...this.grants, ...more],
    };
  }

  /** Installs a chart under the service's name. Where controllers do not run, placeholders stand for its pods already. */
  protected chart(chart: DataChart, ...after: readonly pulumi.Resource[]): Release | undefined {
    const { facts, mirrors, namespace, spec } = this.args;
    if (!facts.controllersRun) return undefined;
    return new Release(
      this.childName,
      { ...installOf(chart, spec.name, mirrors), namespace: namespace.namespaceName },
      { parent: this, dependsOn: [...this.secrets.values(), ...after] },
    );
  }

  /** Names of the Secrets with which the namespace's pods pull from a private registry. */
  protected pullSecrets(): string[] {
    return pullSecretsOf(this.args);
  }

  /** Labels that an operator or a chart puts on the pods beside its own. */
  protected podLabels(): Labels {
    return podLabelsOf(this.args);
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
