/** Work that ends: a Job that runs again when its description changes, or a CronJob. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { JobSpec } from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { ownerLabels, selectorLabels, type Owner } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { pullSecretsOf } from "../secrets/pull-secret.ts";
import { identity } from "./identity.ts";
import { calleesOf, networkPolicySpec, type Edges } from "./network.ts";
import { podTemplate } from "./pod.ts";
import { checksum, rollAnnotations, type Readable } from "./rolling.ts";

export interface JobArgs extends Readable {
  readonly owner: Owner;
  readonly namespace: Namespace;
  readonly spec: JobSpec;
  readonly facts: ClusterFacts;
  /** The calls of the platform. */
  readonly edges: Edges;
}

/** Runs of a schedule that are kept to be looked at. */
const history = { successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 3 };

/** Job or CronJob, identity and network policy. */
export class Job extends pulumi.ComponentResource {
  constructor(name: string, args: JobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:workload:Job", name, {}, opts);
    const { spec, owner } = args;
    const selector = selectorLabels(owner.platform, spec.name);
    const labels = { ...ownerLabels(owner), ...selector, "app.kubernetes.io/component": spec.component };
    const metadata = (objectName: string) => ({
      name: objectName,
      namespace: args.namespace.namespaceName,
      labels,
    });
    const pullSecrets = pullSecretsOf(args.facts, args.namespace.spec);
    const account = identity(name, spec.identity, metadata, pullSecrets, { parent: this });
    const template = podTemplate({
      spec,
      labels,
      selector,
      serviceAccount: account.metadata.name,
      claims: args.claims,
      configs: args.configs,
      secrets: args.secrets,
      clusterArchitectures: args.facts.architectures,
      restartPolicy: "Never",
    });
    const job = {
      backoffLimit: spec.retries,
      activeDeadlineSeconds: spec.deadlineSeconds,
      template,
    } as const;
    const policy = new k8s.networking.v1.NetworkPolicy(
      name,
      {
        metadata: metadata(spec.name),
        spec: networkPolicySpec({
          namespace: args.namespace.spec.name,
          selector,
          callees: calleesOf(args.edges, args.namespace.spec.name, spec.name),
          callers: [],
          portsOf: () => [],
          egress: spec.egress ?? [],
          edges: args.edges,
          injected: args.namespace.spec.injected,
          facts: args.facts,
        }),
      },
      { parent: this },
    );
    // A pod that starts before its policy is let out nowhere, and its job may fail for it.
    const running = { parent: this, dependsOn: [policy] };
    if (spec.schedule === undefined) {
      const awaited = spec.awaited ?? false;
      new k8s.batch.v1.Job(
        name,
        {
          metadata: {
            ...metadata(runName(args)),
            annotations: awaited ? {} : { "pulumi.com/skipAwait": "true" },
          },
          spec: job,
        },
        awaited ? { ...running, customTimeouts: { create: `${spec.deadlineSeconds}s` } } : running,
      );
    } else {
      const { cron, timeZone, concurrency, suspended } = spec.schedule;
      new k8s.batch.v1.CronJob(
        name,
        {
          metadata: metadata(spec.name),
          spec: {
            schedule: cron,
            timeZone,
            concurrencyPolicy: concurrency,
            suspend: suspended ?? false,
            ...history,
            jobTemplate: { metadata: { labels }, spec: job },
          },
        },
        running,
      );
    }
    this.registerOutputs();
  }
}

/** A Job cannot be changed, only be made anew under another name: what it is, and what it reads, are in its name. */
function runName({ spec, ...readable }: JobArgs): string {
  return `${spec.name}-${checksum({ spec: JSON.stringify(spec), ...rollAnnotations(spec, readable) }).slice(0, 10)}`;
}
