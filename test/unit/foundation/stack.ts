/** Stacks for tests of the foundation, and what a program registers for one. */
import { record, type Registration } from "../../../automation/render/record.ts";
import * as k8s from "@pulumi/kubernetes";
import { plainInfrastructure } from "../../../components/cluster/cloud/facts.ts";
import type { ClusterFacts } from "../../../components/cluster/contract.ts";
import { Foundation } from "../../../components/foundation/foundation.ts";
import type { Environment, NodePool } from "../../../config/index.ts";
import { foundation } from "../../../config/schema/foundation.ts";
import { charts, imageMirror } from "../../../config/schema/mirrors.ts";
import { foundationSizes } from "../../../config/sizes/foundation.ts";
import { sizesOf } from "../../../config/sizes/index.ts";
import { describeFoundation, type FoundationStack, type Need } from "../../../platforms/foundation/index.ts";
import type { FoundationSpec } from "../../../platforms/model/foundation.ts";
import type { Platform } from "../../../platforms/model/index.ts";

export interface StackChanges {
  readonly clusterType?: string;
  readonly nodePools?: readonly NodePool[];
  readonly foundation?: object;
  readonly chartMirror?: string;
  readonly imageMirror?: string;
}

const pool = (name: string, architecture: NodePool["architecture"], count: number): NodePool => ({
  name,
  architecture,
  count,
  cpu: 4,
  memoryGiB: 16,
  diskGiB: 100,
  instanceType: "test",
  zones: ["a", "b", "c"],
  labels: {},
  taints: [],
  maxPods: 110,
});

/** A stack with nodes of both architectures on a cluster that brings an object store. */
export function stackOf(environment: Environment, changes: StackChanges = {}): FoundationStack {
  return {
    stack: environment,
    environment,
    domain: "example.com",
    delivery: "direct",
    cluster: {
      type: changes.clusterType ?? "oke",
      nodePools: changes.nodePools ?? [pool("arm", "arm64", 3), pool("amd", "amd64", 3)],
    },
    charts: charts.parse({ mirror: changes.chartMirror }),
    images: { mirror: imageMirror.parse(changes.imageMirror) },
    foundation: foundation.parse(changes.foundation ?? {}),
    secrets: { sealed: {} },
    sizes: { foundation: foundationSizes[environment], mesh: sizesOf(environment).mesh },
  };
}

/** Everything there is, with every setting that adds something. */
export const everything = {
  enable: ["sealed-secrets", "keda", "cloudnative-pg", "strimzi", "rabbitmq", "spark"],
  certificates: { issuer: "letsencrypt", email: "platform@example.com", route53: { region: "eu-central-1" } },
  oidc: { issuer: "https://login.example.com", clientId: "argocd", secret: "argocd-oidc" },
  notifications: {
    slack: { channel: "deployments" },
    email: { host: "smtp.example.com", from: "argocd@example.com", to: ["platform@example.com"] },
  },
  secretStores: [
    { kind: "aws", name: "aws", region: "eu-central-1", role: "arn:aws:iam::123456789012:role/quint" },
    { kind: "oci", name: "oci", region: "eu-frankfurt-1", vault: "ocid1.vault.oc1.eu-frankfurt-1.example" },
    { kind: "vault", name: "vault", server: "https://vault.example.com", role: "quint" },
  ],
  backups: {
    bucket: "your-backups",
    prefix: "production",
    region: "eu-frankfurt-1",
    endpoint: "https://example.compat.objectstorage.eu-frankfurt-1.oraclecloud.com",
    secret: "velero-credentials",
  },
};

export function specOf(
  environment: Environment,
  changes: StackChanges = {},
  platforms: readonly Platform[] = [],
  needs: readonly Need[] = [],
): FoundationSpec {
  return describeFoundation(stackOf(environment, changes), platforms, needs);
}

export function factsOf(controllersRun: boolean): ClusterFacts {
  return {
    architectures: ["amd64", "arm64"],
    storageClasses: { readWriteOnce: "standard" },
    ...plainInfrastructure,
    loadBalancer: true,
    enforcesNetworkPolicy: true,
    controllersRun,
    disposable: !controllersRun,
  };
}

const recordings = new Map<string, Promise<readonly Registration[]>>();

/** What the foundation of a spec registers; recorded once a process. */
export function registrationsOf(
  spec: FoundationSpec,
  controllersRun: boolean,
): Promise<readonly Registration[]> {
  const key = JSON.stringify([spec, controllersRun]);
  const known = recordings.get(key) ?? registrationsOn(factsOf(controllersRun), spec);
  recordings.set(key, known);
  return known;
}

/** What it registers on a cluster with these facts. */
export async function registrationsOn(
  facts: ClusterFacts,
  spec: FoundationSpec,
): Promise<readonly Registration[]> {
  const { registrations } = await record({
    stack: spec.options.stack,
    config: {},
    program: () => {
      const provider = new k8s.Provider("cluster", {});
      new Foundation("foundation", { cluster: { provider, facts }, spec });
      return Promise.resolve({});
    },
  });
  return registrations;
}

/** Helm releases among registrations, by chart. */
export function releasesIn(registrations: readonly Registration[]): ReadonlyMap<string, ReleaseInputs> {
  return new Map(
    registrations
      .filter(({ type }) => type === "kubernetes:helm.sh/v3:Release")
      .map(({ inputs }) => [inputs.name as string, inputs as unknown as ReleaseInputs]),
  );
}

export interface ReleaseInputs {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly repositoryOpts?: { readonly repo: string };
  readonly values: Readonly<Record<string, unknown>>;
  readonly [argument: string]: unknown;
}

export interface ObjectInputs {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Kubernetes objects of a kind among registrations. */
export function objectsIn(registrations: readonly Registration[], kind: string): ObjectInputs[] {
  return registrations
    .filter(({ inputs, custom }) => custom && inputs.kind === kind)
    .map(({ inputs }) => inputs as unknown as ObjectInputs);
}
