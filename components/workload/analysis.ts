/**
 * What decides on a new version: queries to the cluster's Prometheus, on what the callers' proxies measured. Only they
 * know which Service a call was for; the callee's would count both versions under either name.
 */
import { AnalysisTemplate } from "@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisTemplate";
import type { AnalysisName, ProgressiveSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";
import { monitoringNamespace } from "./network.ts";

const prometheus = `http://kube-prometheus-stack-prometheus.${monitoringNamespace}.svc:9090`;

/** Argument of the templates: name of the Service whose calls are judged. */
export const judgedService = "service";

/** A verdict is made of so many measurements. */
const measurements = 5;
/** Those that may find nothing to measure; with more, nothing is decided and a person has to. */
const mayBeEmpty = 2;
/** Without an end there is no number that is never reached. */
const never = 1_000_000;

interface Judgement {
  readonly query: (calls: string, window: string) => string;
  /** What a good value is, in the words of the conditions. */
  readonly good: string;
  readonly bad: string;
  /** A bad measurement decides at once, or only the third: a little of this happens now and then. */
  readonly failureLimit: number;
}

const failing = 'response_code=~"5.."';
/** The proxy's word for an answer that came from a pod. */
const answered = 'response_flags="-"';

function total(calls: string, window: string, more?: string): string {
  return `sum(rate(istio_requests_total{${[calls, ...(more === undefined ? [] : [more])].join(",")}}[${window}]))`;
}

/** Share of calls of a kind. Without the kind it is 0, without calls there is none. */
function share(calls: string, window: string, kind: string): string {
  return `(${total(calls, window, kind)} or 0 * ${total(calls, window)}) / ${total(calls, window)}`;
}

/** Seed 000, "Analysis Templates (4 templates)": 95 %, p95 < 100 ms; 1 % is seed 004's trigger of a rollback. */
const judgements: Record<AnalysisName, Judgement> = {
  "success-rate": {
    query: (calls, window) => `1 - ${share(calls, window, failing)}`,
    good: ">= 0.95",
    bad: "< 0.95",
    failureLimit: 0,
  },
  latency: {
    query: (calls, window) =>
      `histogram_quantile(0.95, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${calls}}[${window}])))`,
    good: "< 100",
    bad: ">= 100",
    failureLimit: 0,
  },
  availability: {
    query: (calls, window) => share(calls, window, answered),
    good: ">= 0.99",
    bad: "< 0.99",
    failureLimit: 2,
  },
  "error-rate": {
    query: (calls, window) => share(calls, window, failing),
    good: "<= 0.01",
    bad: "> 0.01",
    failureLimit: 2,
  },
};

/** Watched as long as a canary lasts, and not only at its steps. */
const throughout: ReadonlySet<AnalysisName> = new Set(["availability", "error-rate"]);

/** The analyses of a canary that run in the background, and those that decide at its steps. */
export function analysesOf(names: readonly AnalysisName[]) {
  return {
    background: names.filter((name) => throughout.has(name)),
    atSteps: names.filter((name) => !throughout.has(name)),
  };
}

/** Name of the template of an analysis of a workload. */
export function templateName(workload: string, analysis: AnalysisName): string {
  return `${workload}-${analysis}`;
}

/**
 * The templates of a workload. A measurement without calls is neither good nor bad: where too many are, the rollout
 * pauses until somebody promotes or aborts it. A Prometheus that does not answer five times ends it.
 */
export function analysisTemplates(
  progressive: ProgressiveSpec,
  metadata: { readonly name: string; readonly namespace: string; readonly labels: Labels },
): AnalysisTemplate[] {
  const interval = intervalOf(progressive);
  const calls = [
    'reporter="source"',
    `destination_service_namespace="${metadata.namespace}"`,
    `destination_service_name="{{args.${judgedService}}}"`,
  ].join(",");
  return progressive.analyses.map((name) => {
    const { query, good, bad, failureLimit } = judgements[name];
    const endless = progressive.kind === "canary" && throughout.has(name);
    const measured = "len(result) > 0 && !isNaN(result[0])";
    return new AnalysisTemplate({
      metadata: { ...metadata, name: templateName(metadata.name, name), labels: { ...metadata.labels } },
      spec: {
        args: [{ name: judgedService }],
        metrics: [
          {
            name,
            initialDelay: `${interval}s`,
            interval: `${interval}s`,
            ...(endless ? {} : { count: measurements }),
            successCondition: `${measured} && result[0] ${good}`,
            failureCondition: `${measured} && result[0] ${bad}`,
            failureLimit,
            inconclusiveLimit: endless ? never : mayBeEmpty,
            // Two measurements overlap by half: proxies are scraped every 30 s, and a rate needs two of those.
            provider: { prometheus: { address: prometheus, query: query(calls, `${2 * interval}s`) } },
          },
        ],
      },
    });
  });
}

/** Seconds between two measurements: a verdict takes as long as the shortest step is watched. */
function intervalOf(progressive: ProgressiveSpec): number {
  const watched =
    progressive.kind === "canary"
      ? progressive.steps.map(({ pauseSeconds }) => pauseSeconds).filter((seconds) => seconds > 0)
      : [progressive.analysisSeconds];
  return Math.max(1, Math.floor(Math.min(...watched, 3600) / measurements));
}
