/** Who may deliver to an environment, and when: an Argo CD project as plain data. */

import type { NamespaceSpec } from "./namespace.ts";
import type { ApplicationSpec, Platform } from "./platform.ts";

/** A time in which Argo CD may sync, and out of which it may not; or the other way round. */
export interface SyncWindowSpec {
  /** Left out: `allow`. */
  readonly kind?: "allow" | "deny";
  /** Beginning, as five-field cron in the window's own time zone. */
  readonly schedule: string;
  readonly hours: number;
  /** Name of a time zone, e.g. `Etc/UTC`. */
  readonly timeZone: string;
  /** Whether people may sync by hand while Argo CD may not: who, the roles say. */
  readonly manualSync: boolean;
}

/** What a role may do with the project's applications. */
export type ProjectRight =
  /** Look at them and their logs. */
  | "view"
  /** Sync them and roll them back. */
  | "sync"
  /** Everything, also outside the windows. */
  | "admin";

export interface ProjectRole {
  /** In Kubernetes' form, e.g. `release-manager`. */
  readonly name: string;
  readonly purpose: string;
  readonly right: ProjectRight;
  /** Groups of the cluster's identity provider. */
  readonly groups: readonly string[];
}

export interface ProjectSpec {
  readonly name: string;
  readonly description: string;
  /** Whether a commit is synced without a hand, pruned, and drift mended. */
  readonly automated: boolean;
  /** Left out: at any time. */
  readonly windows?: readonly SyncWindowSpec[];
  readonly roles: readonly ProjectRole[];
  /** Groups of which one person must approve before a deployment. */
  readonly approvers?: readonly string[];
  /** Whether objects in the project's namespaces that no application owns are reported. */
  readonly reportOrphans: boolean;
  /** Kinds without a namespace that its applications may have, as `group/Kind`; left out: none. */
  readonly clusterResources?: readonly string[];
  /** How a sync is carried out; left out: Argo CD's own way. */
  readonly sync?: {
    /** Attempts after the first. */
    readonly retries: number;
    /** Revisions that can be rolled back to. */
    readonly history: number;
    /** Whether a pruned object goes after everything that it owns. */
    readonly foregroundPruning: boolean;
  };
}

/** A copy of a platform for each open pull request that has a label. It comes and goes with the pull request. */
export interface PreviewsSpec {
  /** The copy, with the marks of `preview.ts` where a pull request's own number and images go. */
  readonly platform: Platform;
  /** Name of each preview's namespace and Application, with the mark of the number. */
  readonly nameOfEach: string;
  readonly project: ProjectSpec;
  /** Of Argo CD's objects for previews: the ApplicationSet, its token, and an Application for each preview. */
  readonly namespace: NamespaceSpec;
  /** Where the pull requests are, on GitHub. */
  readonly pullRequests: {
    readonly owner: string;
    readonly repository: string;
    readonly label: string;
    /** Secret in the namespace whose key `token` reads them. */
    readonly credentials: string;
    /** Address of the API; left out: github.com's. */
    readonly api?: string;
    /** Seconds between two looks. */
    readonly everySeconds: number;
  };
}

/** Where Argo CD finds the files of a stack. */
export interface SyncSource {
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Folder of the repository, above the stacks'. */
  readonly folder: string;
  readonly stack: string;
  /** GnuPG keys of which one must have signed a commit; none: any commit. */
  readonly signatureKeys: readonly string[];
}

type Named = Pick<ApplicationSpec, "name" | "deliveryName">;

/** Name of an application's Application. */
export function deliveryName(platform: string, { name, deliveryName: given }: Named): string {
  return given ?? `${platform}-${name}`;
}

/** Name of the Application of a chart that an application brings. */
export function chartName(platform: string, { name }: Named, release: string): string {
  return `${platform}-${name}-${release}`;
}

/** The project of a platform's applications; one that lets everything of the platform through where it declares none. */
export function mainProject({ name, description, projects = [] }: Platform): ProjectSpec {
  return projects[0] ?? { name, description, automated: true, roles: [], reportOrphans: false };
}
