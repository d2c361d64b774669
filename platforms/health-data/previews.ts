/** Previews of pull requests (seed 003, "Developer Experience"): the platform once more, small, and to be thrown away. */
import type { HealthDataSettings, Settings } from "../../config/index.ts";
import {
  previewMarks,
  type ApplicationSpec,
  type DataServiceSpec,
  type NamespaceSpec,
  type Platform,
  type PreviewsSpec,
  type ProjectSpec,
} from "../model/index.ts";

/** Namespace of Argo CD's objects for previews, and name of their project. */
const name = "health-data-previews";

/** Where a preview is. */
export function previewOf(domain: string) {
  return {
    namespace: `health-platform-pr-${previewMarks.number}`,
    domain: `pr-${previewMarks.number}.health-data.${domain}`,
  };
}

/** The settings of a preview: the least sizes, one of each server, the images of the pull request's commit. */
export function ofPullRequest(
  settings: Settings,
  healthData: HealthDataSettings,
): [Settings, HealthDataSettings] {
  const { sizes } = settings;
  return [
    { ...settings, sizes: { ...sizes, healthData: sizes.healthDataPreview } },
    {
      ...healthData,
      workloads: Object.fromEntries(
        Object.entries(healthData.workloads).map(([workload, { image }]) => [
          workload,
          image === undefined ? {} : { image: `${repositoryOf(image)}:${previewMarks.tag}` },
        ]),
      ),
    },
  ];
}

/** An image without tag and digest. */
function repositoryOf(image: string): string {
  return image.replace(/(:[\w][\w.-]*)?(@sha256:[0-9a-f]{64})?$/, "");
}

/** @param copy the platform as a preview has it. */
export function previewsOf(
  {
    owner,
    repository,
    label,
    credentials,
    api,
    everySeconds,
    atMost,
  }: NonNullable<HealthDataSettings["previews"]>,
  { roles }: ProjectSpec,
  copy: Platform,
): PreviewsSpec {
  const { namespaces, applications } = copy;
  const [{ name: nameOfEach, size }] = namespaces as [NamespaceSpec];
  return {
    platform: {
      ...copy,
      namespaces: namespaces.map((namespace) => ({
        ...namespace,
        secretsFromCluster: { pullSecretStore: name },
      })),
      applications: applications.map((application) => throwAway(application)),
    },
    nameOfEach,
    project: {
      name,
      description: "Health platform, previews of pull requests",
      automated: true,
      roles,
      reportOrphans: false,
      // A namespace that is one of a preview's objects goes with it; one that Argo CD makes beside them would stay.
      clusterResources: ["/Namespace"],
    },
    namespace: {
      name,
      podSecurity: "restricted",
      injected: true,
      size: {
        // A place for each preview (components/delivery/preview-place.ts). Pods have no business here.
        quota: { "count/controllerrevisions.apps": String(atMost), pods: "0" },
        limits: size.limits,
      },
      access: [],
    },
    pullRequests: {
      owner,
      repository,
      label,
      credentials,
      everySeconds,
      ...(api === undefined ? {} : { api }),
    },
  };
}

/** Nothing of a preview is kept, and nothing of it takes a node from others. */
function throwAway(application: ApplicationSpec): ApplicationSpec {
  const priorityClass = "low-priority" as const;
  const { data, workloads } = application;
  return {
    ...application,
    workloads: workloads.map((workload) => ({ ...workload, priorityClass })),
    ...(data === undefined
      ? {}
      : {
          data: data.map((service) => ({
            ...withoutBackup(service),
            priorityClass,
          })),
        }),
  };
}

function withoutBackup(service: DataServiceSpec): DataServiceSpec {
  switch (service.kind) {
    case "postgresql": {
      const { backup: _, ...database } = service;
      return { ...database, throwAway: true };
    }
    case "object-store": {
      const { mirror: _, ...store } = service;
      return store;
    }
    default:
      return service;
  }
}
