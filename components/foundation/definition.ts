/** What an add-on's file says: the values of its charts, and the objects of our own around them. */
import type * as pulumi from "@pulumi/pulumi";
import type { Values } from "../../config/catalog/mirror.ts";
import type {
  AddOnSpec,
  FootprintSpec,
  FoundationChartName,
  FoundationOptions,
  FoundationPodRef,
} from "../../platforms/model/foundation.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { quantities } from "../quantities.ts";
import { spreadConstraints } from "../workload/spread.ts";

export interface AddOnContext {
  readonly spec: AddOnSpec;
  readonly options: FoundationOptions;
  readonly facts: ClusterFacts;
}

/** Where an add-on's own objects go. */
export interface AddOnScope extends AddOnContext {
  /** Name that children begin with. */
  readonly name: string;
  readonly opts: pulumi.ComponentResourceOptions & { readonly parent: pulumi.Resource };
  /** Name of a namespace, known once it is there. */
  readonly namespace: (name: string) => pulumi.Input<string>;
}

export interface AddOnDefinition {
  /** Values of each chart, without those that name images. */
  readonly values: (context: AddOnContext) => Readonly<Partial<Record<FoundationChartName, Values>>>;
  /** Values that the cluster's cloud makes known, laid over the others where controllers run. */
  readonly cloudValues?: (
    context: AddOnContext,
  ) => Readonly<Partial<Record<FoundationChartName, pulumi.Output<object>>>>;
  /** Seconds that each release may take; see `ReleaseArgs.timeoutSeconds`. */
  readonly timeoutSeconds?: number;
  /** Objects that the charts refer to by name: Secrets, ConfigMaps. */
  readonly before?: (scope: AddOnScope) => readonly pulumi.Resource[];
  /** Objects of the kinds that the charts bring. */
  readonly after?: (scope: AddOnScope) => void;
}

/** The pod of a reference, or nothing where this stack does not run it. */
export function podOf({ spec }: AddOnContext, ref: FoundationPodRef): FootprintSpec | undefined {
  const [chart, pod] = ref.split("/");
  return spec.releases
    .flatMap(({ pods }) => pods)
    .find((candidate) => candidate.chart === chart && candidate.pod === pod);
}

/** The pod of a reference that every stack with the add-on runs. */
export function requiredPod(context: AddOnContext, ref: FoundationPodRef): FootprintSpec {
  const pod = podOf(context, ref);
  if (pod === undefined)
    throw new Error(`the sizes table has no figures for ${ref}, which ${context.spec.name} runs`);
  return pod;
}

/** Requests and limits of a container, as values. */
export function resourcesOf(pod: FootprintSpec, container?: string): Values {
  const found = pod.containers.find(({ name }) => container === undefined || name === container);
  if (found === undefined) throw new Error(`${pod.chart}/${pod.pod} has no container "${container ?? ""}"`);
  return quantities(found.resources);
}

/** How replicas are kept apart, as values; nothing for one alone, which some charts refuse. */
export function spreadOf(pod: FootprintSpec): Values[] {
  if ((pod.maxReplicas ?? pod.replicas) < 2) return [];
  return spreadConstraints(pod.spread, pod.labels).map(
    ({
      labelSelector,
      matchLabelKeys,
      maxSkew,
      nodeAffinityPolicy,
      nodeTaintsPolicy,
      topologyKey,
      whenUnsatisfiable,
    }) => ({
      labelSelector,
      matchLabelKeys,
      maxSkew,
      nodeAffinityPolicy,
      nodeTaintsPolicy,
      topologyKey,
      whenUnsatisfiable,
    }),
  );
}

/** Values that most charts take for a pod under these names. */
export function podValues(pod: FootprintSpec): Values {
  return {
    resources: resourcesOf(pod),
    priorityClassName: pod.priority,
    topologySpreadConstraints: spreadOf(pod),
  };
}

/** What `restricted` pod security wants of a container, for charts that leave some of it out. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
} as const satisfies Values;

/** Labels of the foundation's own objects. */
export function foundationLabels(addOn: string): Record<string, string> {
  return {
    "app.kubernetes.io/managed-by": "quint",
    "app.kubernetes.io/part-of": "foundation",
    "quint.dev/application": addOn,
  };
}
