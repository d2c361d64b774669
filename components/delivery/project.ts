/** A project of Argo CD: what may be delivered from where to where, when, and by whom. */
import { AppProject } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/AppProject";
import type { Platform, ProjectRight, ProjectSpec, SyncSource } from "../../platforms/model/index.ts";
import { ownerLabels } from "../labels.ts";
import { gatewayNamespace } from "../workload/network.ts";
import { argoCdNamespace, ownCluster } from "./application.ts";

export interface ProjectArgs {
  readonly platform: Platform;
  readonly spec: ProjectSpec;
  readonly sync: SyncSource;
  /** Of the charts of its applications. */
  readonly repositories: readonly string[];
  /** Namespace of its Applications, which then make whole namespaces; left out: Argo CD's, and namespaces are here. */
  readonly applicationsIn?: string;
}

/** What each right is in Argo CD's words: resource and action. */
const actions: Readonly<Record<ProjectRight, readonly (readonly [resource: string, action: string])[]>> = {
  view: [
    ["applications", "get"],
    ["logs", "get"],
  ],
  sync: [
    ["applications", "get"],
    ["logs", "get"],
    ["applications", "sync"],
    // Promote, abort and restart of Rollouts.
    ["applications", "action/*"],
  ],
  admin: [
    ["applications", "*"],
    ["logs", "get"],
  ],
};

/** Kinds that belong to the deployment: a file that brings one is refused. */
const ownedByPulumi = [
  { group: "", kind: "Secret" },
  { group: "", kind: "ResourceQuota" },
  { group: "", kind: "LimitRange" },
];

/** Kinds that a preview is made of: a whole group where a chart may bring any of it, and never a Secret. */
const kindsOfPreviews = [
  ...["ConfigMap", "LimitRange", "PersistentVolumeClaim", "ResourceQuota", "Service", "ServiceAccount"].map(
    (kind) => ({ group: "", kind }),
  ),
  ...[
    "apps",
    "autoscaling",
    "batch",
    "cert-manager.io",
    "external-secrets.io",
    "generators.external-secrets.io",
    "monitoring.coreos.com",
    "networking.istio.io",
    "networking.k8s.io",
    "policy",
    "postgresql.cnpg.io",
    "rabbitmq.com",
    "rbac.authorization.k8s.io",
    "security.istio.io",
  ].map((group) => ({ group, kind: "*" })),
];

/** What is in every namespace and in no file. */
const orphansOfOthers = [
  ...ownedByPulumi,
  { group: "networking.k8s.io", kind: "NetworkPolicy", name: "default-deny" },
  { group: "networking.k8s.io", kind: "NetworkPolicy", name: "allow-*" },
  { group: "security.istio.io", kind: "AuthorizationPolicy", name: "default-deny" },
  { group: "rbac.authorization.k8s.io", kind: "RoleBinding", name: "*" },
  { group: "external-secrets.io", kind: "ExternalSecret", name: "*" },
  { group: "", kind: "ServiceAccount", name: "default" },
  { group: "", kind: "ConfigMap", name: "kube-root-ca.crt" },
  { group: "", kind: "ConfigMap", name: "istio-ca-*" },
];

export function project({ platform, spec, sync, repositories, applicationsIn }: ProjectArgs): AppProject {
  const namespaces = [
    ...platform.namespaces.map(({ name }) => name),
    ...sharedNamespaces(platform),
    ...(applicationsIn === undefined ? [] : [applicationsIn]),
  ];
  return new AppProject({
    metadata: {
      name: spec.name,
      namespace: argoCdNamespace,
      labels: { ...ownerLabels({ platform: platform.name }) },
    },
    spec: {
      description: spec.description,
      sourceRepos: [sync.repository, ...repositories],
      destinations: namespaces.map((namespace) => ({ server: ownCluster, namespace })),
      clusterResourceWhitelist: (spec.clusterResources ?? []).map((kind) => groupKind(kind)),
      ...(applicationsIn === undefined
        ? { namespaceResourceBlacklist: ownedByPulumi.map((kind) => ({ ...kind })) }
        : {
            sourceNamespaces: [applicationsIn],
            namespaceResourceWhitelist: kindsOfPreviews.map((kind) => ({ ...kind })),
          }),
      ...(spec.reportOrphans
        ? { orphanedResources: { warn: true, ignore: orphansOfOthers.map((orphan) => ({ ...orphan })) } }
        : {}),
      ...(spec.windows === undefined
        ? {}
        : { syncWindows: spec.windows.map((window) => syncWindow(window)) }),
      roles: spec.roles.map(({ name, purpose, right, groups }) => ({
        name,
        description: purpose,
        policies: actions[right].map(
          ([resource, action]) =>
            `p, proj:${spec.name}:${name}, ${resource}, ${action}, ${spec.name}/*, allow`,
        ),
        groups: [...groups],
      })),
      ...(sync.signatureKeys.length === 0
        ? {}
        : { signatureKeys: sync.signatureKeys.map((keyID) => ({ keyID })) }),
    },
  });
}

/** Routes put certificates and filters beside the gateway. */
function sharedNamespaces({ applications }: Platform): string[] {
  return applications.some(({ routes }) => routes.length > 0) ? [gatewayNamespace] : [];
}

function syncWindow({
  kind = "allow",
  schedule,
  hours,
  timeZone,
  manualSync,
}: NonNullable<ProjectSpec["windows"]>[number]) {
  return { kind, schedule, duration: `${hours}h`, timeZone, manualSync, applications: ["*"] };
}

/** `apps/Deployment`, or `/Namespace` for the core group. */
function groupKind(text: string): { group: string; kind: string } {
  const slash = text.indexOf("/");
  return { group: text.slice(0, slash), kind: text.slice(slash + 1) };
}
