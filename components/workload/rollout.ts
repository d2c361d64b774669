/** A server whose new versions come in gradually: Argo Rollouts in place of a Deployment. */
import { Rollout, type IRollout } from "@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Rollout";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AnalysisName, BlueGreenSpec, CanarySpec } from "../../platforms/model/index.ts";
import { weightedRoute, weightsOf } from "../traffic/weights.ts";
import { analysesOf, judgedService, templateName } from "./analysis.ts";
import type { Incoming } from "./incoming.ts";

type Strategy = NonNullable<IRollout["spec"]["strategy"]>;
type Canary = NonNullable<Strategy["canary"]>;
type BlueGreen = NonNullable<Strategy["blueGreen"]>;
type PodTemplate = NonNullable<IRollout["spec"]["template"]>;
type Step = NonNullable<Canary["steps"]>[number];

/** Pods of a version that was refused stay so long, in seconds: what was under way there comes to its end. */
const abortScaleDownDelaySeconds = 60;
/** The old version stays so long after a switch, in seconds: going back to it starts no pod. */
const scaleDownDelaySeconds = 600;

export interface RolloutArgs {
  readonly metadata: k8s.types.input.meta.v1.ObjectMeta;
  /** Name of the workload. */
  readonly workload: string;
  /** What Deployments and Rollouts share: replicas, selector, history. */
  readonly spec: Pick<IRollout["spec"], "replicas" | "selector" | "revisionHistoryLimit">;
  readonly template: pulumi.Output<k8s.types.input.core.v1.PodTemplateSpec>;
  readonly incoming: Incoming;
}

/** The Rollout. It is not awaited: a canary takes as long as its steps, and may wait for a person. */
export function rollout(
  name: string,
  { metadata, workload, spec, template, incoming }: RolloutArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const strategy = strategyOf(workload, incoming);
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: Rollout.apiVersion,
      kind: Rollout.kind,
      metadata,
      spec: template.apply((pods) => {
        const typed = new Rollout({
          // A version that does not get ready within ten minutes is taken back, not left half there.
          spec: { ...spec, progressDeadlineAbort: true, strategy, template: pods as PodTemplate },
        });
        typed.validate();
        return (typed.toJSON() as IRollout).spec;
      }),
    },
    opts,
  );
}

function strategyOf(workload: string, incoming: Incoming): Strategy {
  const { progressive } = incoming;
  return progressive.kind === "canary"
    ? { canary: canary(workload, progressive, incoming) }
    : { blueGreen: blueGreen(workload, progressive, incoming) };
}

function canary(workload: string, spec: CanarySpec, { service, beside }: Incoming): Canary {
  const { background, atSteps } = analysesOf(spec.analyses);
  return {
    stableService: service.name,
    canaryService: beside.name,
    trafficRouting: { istio: { virtualService: { name: weightsOf(service.name), routes: [weightedRoute] } } },
    // An autoscaler counts the pods of both versions: with the old ones all still there, though they have less to do,
    // it would see twice the pods that it asked for, and go to its maximum.
    dynamicStableScale: true,
    abortScaleDownDelaySeconds,
    maxSurge: "25%",
    maxUnavailable: 0,
    steps: spec.steps.flatMap(({ weight, pauseSeconds }) => [
      { setWeight: weight },
      ...(pauseSeconds === 0 ? [] : [watch(workload, atSteps, beside.name, pauseSeconds)]),
    ]),
    ...(background.length === 0
      ? {}
      : {
          // Not before the canary has calls.
          analysis: { startingStep: 1, ...analysis(workload, background, beside.name) },
        }),
  };
}

/** A verdict takes as long as the step is watched; without one it is the clock's. */
function watch(workload: string, names: readonly AnalysisName[], service: string, seconds: number): Step {
  return names.length === 0
    ? { pause: { duration: `${seconds}s` } }
    : { analysis: analysis(workload, names, service) };
}

function blueGreen(workload: string, spec: BlueGreenSpec, { service, beside }: Incoming): BlueGreen {
  const judged = (name: string) => analysis(workload, spec.analyses, name);
  return {
    activeService: service.name,
    previewService: beside.name,
    autoPromotionEnabled: spec.promotion === "automatic",
    scaleDownDelaySeconds,
    abortScaleDownDelaySeconds,
    ...(spec.analyses.length === 0
      ? {}
      : { prePromotionAnalysis: judged(beside.name), postPromotionAnalysis: judged(service.name) }),
  };
}

function analysis(workload: string, names: readonly AnalysisName[], service: string) {
  return {
    templates: names.map((name) => ({ templateName: templateName(workload, name) })),
    args: [{ name: judgedService, value: service }],
  };
}
