/** Cases of the alerts that platforms' pages declare, with the figures of their seeds. */
import { growing, series, steady, valued, type AlertCase, type CaseOf } from "./case.ts";

/** Requests that a server's own proxy saw. */
export function requests(namespace: string, workload: string, code: string): string {
  return series("istio_requests_total", {
    reporter: "destination",
    destination_workload: workload,
    destination_workload_namespace: namespace,
    response_code: code,
  });
}

/** Requests of which so many in a hundred fail. */
export function failing(namespace: string, workload: string, percent: number): Record<string, string> {
  return {
    [requests(namespace, workload, "200")]: growing(100 - percent),
    [requests(namespace, workload, "503")]: growing(percent),
  };
}

/** Requests of which so many in a hundred take longer than a bucket of the mesh, in milliseconds, and less than the next. */
export function slow(
  namespace: string,
  workload: string,
  percent: number,
  bucket: number,
): Record<string, string> {
  const next: Readonly<Record<number, number>> = { 50: 100, 100: 250, 1000: 2500, 2500: 5000, 5000: 10_000 };
  const counted = (le: string, value: number): [string, string] => [
    series("istio_request_duration_milliseconds_bucket", {
      reporter: "destination",
      destination_workload: workload,
      destination_workload_namespace: namespace,
      le,
    }),
    growing(value),
  ];
  return Object.fromEntries<string>([
    counted("25", 100 - percent),
    counted(`${bucket}`, 100 - percent),
    counted(`${next[bucket] ?? bucket * 2}`, 100),
    counted("+Inf", 100),
    [requests(namespace, workload, "200"), growing(100)],
  ]);
}

const errors =
  (workload: string, bad: number, good: number): CaseOf =>
  ({ namespace }) => ({
    fires: failing(namespace, workload, bad),
    quiet: failing(namespace, workload, good),
  });

/** p95 lies where six in a hundred are, and not where four are. */
const tail =
  (workload: string, bucket: number): CaseOf =>
  ({ namespace }) => ({
    fires: slow(namespace, workload, 6, bucket),
    quiet: slow(namespace, workload, 4, bucket),
  });

const down =
  (workload: string): CaseOf =>
  ({ namespace }): AlertCase => {
    const ready = (pod: string) =>
      series("kube_pod_status_ready", { namespace, pod: `${workload}-${pod}`, condition: "true" });
    return {
      fires: { [ready("a")]: steady(0), [ready("b")]: steady(0) },
      quiet: { [ready("a")]: steady(0), [ready("b")]: steady(1) },
    };
  };

const server = "chest-xray-mlops";

export const pageCases: Readonly<Record<string, CaseOf>> = {
  ClinicalGatewayDown: down("clinical-gateway"),
  ModelServingDown: down("model-serving"),
  ClinicalGatewayErrors: errors("clinical-gateway", 6, 4),
  ModelServingErrors: errors("model-serving", 6, 4),
  ClinicalGatewaySlow: tail("clinical-gateway", 100),
  ModelServingSlow: tail("model-serving", 100),
  ClinicalTrainingMissing: ({ namespace }) => ({
    ...valued(
      series("kube_cronjob_status_last_successful_time", { namespace, cronjob: "training" }),
      steady(0),
      steady(2 * 24 * 3600),
    ),
    // It has never succeeded.
    fires: { [series("kube_cronjob_created", { namespace, cronjob: "training" })]: steady(0) },
    at: "200h",
    interval: "30m",
  }),
  CodeReviewErrors: ({ owner: _owner }) => ({
    fires: failing("platform-v2-stable", "analysis-service", 3),
    // The experiment may fail.
    quiet: {
      ...failing("platform-v2-stable", "analysis-service", 1),
      ...failing("platform-v1-exp", "analysis-service", 50),
    },
  }),
  CodeReviewSlow: () => ({
    fires: slow("platform-v2-stable", "auth-service", 6, 5000),
    quiet: slow("platform-v2-stable", "auth-service", 4, 5000),
  }),
  ChestXrayHealthCheckFailing: ({ namespace }) =>
    valued(
      series("kube_deployment_status_replicas_unavailable", { namespace, deployment: server }),
      steady(1),
      steady(0),
    ),
  ChestXrayErrorRateHigh: errors(server, 2, 1),
  ChestXrayResponseSlow: tail(server, 2500),
  ChestXrayCriticalAlert: ({ namespace }) => {
    const alert = (alertname: string, severity: string) =>
      series("ALERTS", { alertname, alertstate: "firing", severity, namespace });
    return {
      fires: { [alert("PostgresqlDown", "critical")]: steady(1) },
      // It is none of its own reasons.
      quiet: {
        [alert("ChestXrayErrorRateHigh", "critical")]: steady(1),
        [alert("QuotaNearlyUsed", "warning")]: steady(1),
      },
    };
  },
  ChestXrayDeploymentFailed: ({ namespace }) => {
    const progressing = (status: string) =>
      series("kube_deployment_status_condition", {
        namespace,
        deployment: server,
        condition: "Progressing",
        status,
      });
    return { fires: { [progressing("false")]: steady(1) }, quiet: { [progressing("false")]: steady(0) } };
  },
};
