/** A platform as plain data. Components turn it into resources; tests read it as it is. */
import type { BackupsSpec } from "./backup.ts";
import type { DataServiceSpec } from "./data.ts";
import type { PreviewsSpec, ProjectSpec } from "./delivery.ts";
import type { JobSpec } from "./job.ts";
import type { NamespaceSpec } from "./namespace.ts";
import type { ObjectiveSpec } from "./objective.ts";
import type { SecretSpec } from "./secret.ts";
import type { RouteSpec } from "./route.ts";
import type { WorkloadSpec } from "./workload.ts";

/** A ConfigMap: file or variable names and their text. Never a credential. */
export interface ConfigSpec {
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}

/** A volume that outlives its pods. */
export interface ClaimSpec {
  readonly name: string;
  /** Size, e.g. `5Gi`. */
  readonly size: string;
  readonly accessMode: "ReadWriteOnce" | "ReadWriteMany";
  /** What is kept there: shown by `quint status` and before a deletion. */
  readonly purpose: string;
}

/** A Grafana dashboard, shown by the cluster's Grafana. */
export interface DashboardSpec {
  readonly name: string;
  /** Grafana's own model, as data. */
  readonly model: Readonly<Record<string, unknown>>;
}

/** An alert of the cluster's Prometheus. */
export interface AlertSpec {
  readonly name: string;
  /** PromQL. */
  readonly expression: string;
  /** How long it must hold, e.g. `5m`. */
  readonly for: string;
  /** Critical wakes somebody; a warning waits until morning; info is shown and nobody is told. */
  readonly severity: "critical" | "warning" | "info";
  /** One line, with `{{ $labels.name }}` where it helps. */
  readonly summary: string;
  /** Platform whose people it is for; left out: the one that declares it. */
  readonly owner?: string;
  /** Labels beside `severity` and `owner`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** File under `docs/runbooks/` that says what to do. */
  readonly runbook: string;
}

/** A series that Prometheus computes all the time, so that dashboards and alerts read it like any other. */
export interface RecordingSpec {
  /** Name of the series, `level:metric:operation`. */
  readonly record: string;
  /** PromQL. */
  readonly expression: string;
  /** Labels that every one of its series gets. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Rules that are evaluated one after the other, and beside other groups. */
export interface RuleGroupSpec {
  readonly name: string;
  readonly recordings: readonly RecordingSpec[];
  readonly alerts: readonly AlertSpec[];
}

/** A unit of delivery: deployed, synced and rolled back as one. */
export interface ApplicationSpec {
  readonly name: string;
  /** Name of its Argo CD Application, where people's commands know one; left out: `<platform>-<name>`. */
  readonly deliveryName?: string;
  readonly namespace: string;
  /** Applications of the platform that must be healthy first. */
  readonly dependsOn?: readonly string[];
  /** Labels of all its objects, beside those that Quint gives. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly configs: readonly ConfigSpec[];
  readonly secrets: readonly SecretSpec[];
  readonly claims: readonly ClaimSpec[];
  readonly data?: readonly DataServiceSpec[];
  readonly workloads: readonly WorkloadSpec[];
  readonly jobs?: readonly JobSpec[];
  readonly routes: readonly RouteSpec[];
  readonly dashboards?: readonly DashboardSpec[];
  readonly alerts?: readonly AlertSpec[];
  readonly recordings?: readonly RecordingSpec[];
  /** What its servers promise. */
  readonly objectives?: readonly ObjectiveSpec[];
  /** Rules that follow from what the application has: its objectives, stores, namespace. Pages leave them out. */
  readonly ruleGroups?: readonly RuleGroupSpec[];
}

export interface Platform {
  readonly name: string;
  /** One line: what it is for. */
  readonly description: string;
  readonly namespaces: readonly NamespaceSpec[];
  /** In the order of deployment. */
  readonly applications: readonly ApplicationSpec[];
  /** Argo CD's projects, where the stack delivers by GitOps; the first is the applications'. */
  readonly projects?: readonly ProjectSpec[];
  readonly backups?: BackupsSpec;
  /** Copies for pull requests, where Argo CD delivers; left out: none. */
  readonly previews?: PreviewsSpec;
}
