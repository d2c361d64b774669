/** An Application of Argo CD: what it syncs, how, and what it leaves to others. */
import { Application } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application";
import type { IApplicationSource } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/ApplicationSource";
import type { ApplicationSpec, Platform, ProjectSpec, SyncSource } from "../../platforms/model/index.ts";
import type { ChartInstall } from "../data/index.ts";
import { ownerLabels } from "../labels.ts";
import { refuseCredentials } from "../release/release.ts";

/** Where Argo CD and its objects are. */
export const argoCdNamespace = "argocd";
/** The cluster that Argo CD itself runs on. */
export const ownCluster = "https://kubernetes.default.svc";

/** The API server says what an apply would change: defaults of operators and webhooks are no differences. */
export const comparedByServer = { "argocd.argoproj.io/compare-options": "ServerSideDiff=true" } as const;
/** Whoever removes an Application removes what it synced. */
export const takesItsObjects = ["resources-finalizer.argocd.argoproj.io/foreground"] as const;

/** An application may come before what it needs: it tries again. @param limit below 0: for as long as it takes. */
export function retried(limit = 5) {
  return { limit, backoff: { duration: "10s", factor: 2, maxDuration: "5m" } };
}

export interface ApplicationArgs {
  readonly name: string;
  readonly platform: Platform;
  readonly spec: ApplicationSpec;
  readonly project: ProjectSpec;
  readonly source: IApplicationSource;
}

export function application({ name, platform, spec, project, source }: ApplicationArgs): Application {
  const { automated, sync } = project;
  return new Application({
    metadata: {
      name,
      namespace: argoCdNamespace,
      labels: { ...ownerLabels({ platform: platform.name, application: spec.name }) },
      annotations: { ...comparedByServer },
      // But for what says `Delete=false`.
      finalizers: [...takesItsObjects],
    },
    spec: {
      project: project.name,
      source,
      destination: { server: ownCluster, namespace: spec.namespace },
      syncPolicy: {
        ...(automated ? { automated: { prune: true, selfHeal: true } } : {}),
        syncOptions: [
          "ServerSideApply=true",
          // A sync in the middle of a canary must not touch what it does not change.
          "ApplyOutOfSyncOnly=true",
          "PruneLast=true",
          "FailOnSharedResource=true",
          ...(sync?.foregroundPruning === true ? ["PrunePropagationPolicy=foreground"] : []),
        ],
        retry: retried(sync?.retries),
      },
      revisionHistoryLimit: sync?.history ?? 10,
      ...(steps(spec) ? { ignoreDifferences: ownedByRollouts } : {}),
    },
  });
}

/** What Rollouts writes while it moves traffic: everything else of these objects is still synced. */
const ownedByRollouts = [
  {
    group: "networking.istio.io",
    kind: "VirtualService",
    jqPathExpressions: [".spec.http[].route[].weight"],
  },
  { kind: "Service", jqPathExpressions: ['.spec.selector["rollouts-pod-template-hash"]'] },
];

function steps({ workloads }: ApplicationSpec): boolean {
  return workloads.some(({ progressive }) => progressive !== undefined);
}

/** The rendered files of an application. */
export function gitSource(
  { repository, revision, folder, stack }: SyncSource,
  platform: string,
  { name }: ApplicationSpec,
): IApplicationSource {
  return {
    repoURL: repository,
    targetRevision: revision,
    path: `${folder}/${stack}/${platform}/${name}`,
  };
}

/** Where Argo CD finds a chart: it names OCI registries without their scheme. */
export function chartRepository({ source }: ChartInstall): string {
  const { chart, repository } = source;
  return repository ?? chart.replace(/^oci:\/\//, "").replace(/\/[^/]+$/, "");
}

/** @throws where a value is a credential: whoever may look at the Application reads them. */
export function chartSourceOf(install: ChartInstall): IApplicationSource {
  const { release, source, values } = install;
  return {
    repoURL: chartRepository(install),
    chart: source.chart.replace(/^.*\//, ""),
    targetRevision: source.version,
    helm: { releaseName: release, valuesObject: refuseCredentials(release, values) },
  };
}
