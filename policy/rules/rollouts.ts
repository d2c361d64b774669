/** Rules on new versions that come in gradually: Argo Rollouts refuses to begin where something it names is missing. */
import { ofKind, type KubernetesObject } from "../object.ts";
import { violationsOf, type Rule } from "../rule.ts";

interface Analysis {
  readonly templates?: readonly { readonly templateName: string }[];
}

interface RolloutSpec {
  readonly strategy: {
    readonly canary?: {
      readonly stableService?: string;
      readonly canaryService?: string;
      readonly analysis?: Analysis;
      readonly steps?: readonly { readonly analysis?: Analysis }[];
      readonly trafficRouting?: { readonly istio?: { readonly virtualService?: { readonly name: string } } };
    };
    readonly blueGreen?: {
      readonly activeService?: string;
      readonly previewService?: string;
      readonly prePromotionAnalysis?: Analysis;
      readonly postPromotionAnalysis?: Analysis;
    };
  };
}

const rollouts: Rule = {
  name: "rollouts",
  description:
    "The Services, the shares of calls and the analyses that a Rollout names exist: until they do, it makes no pod.",
  check: (objects) =>
    ofKind(objects, "Rollout").flatMap((rollout) =>
      violationsOf(
        rollout,
        namedBy(rollout).map(
          ([kind, name]) =>
            !ofKind(objects, kind).some(
              ({ metadata }) => metadata.name === name && metadata.namespace === rollout.metadata.namespace,
            ) && `names the ${kind} ${name}, which does not exist`,
        ),
      ),
    ),
};

/** What a Rollout names, each once, as kind and name. */
function namedBy(rollout: KubernetesObject): readonly (readonly [kind: string, name: string])[] {
  const { canary, blueGreen } = (rollout.spec as RolloutSpec).strategy;
  const analyses = [
    canary?.analysis,
    ...(canary?.steps ?? []).map((step) => step.analysis),
    blueGreen?.prePromotionAnalysis,
    blueGreen?.postPromotionAnalysis,
  ];
  const names: Readonly<Record<string, readonly (string | undefined)[]>> = {
    Service: [
      canary?.stableService,
      canary?.canaryService,
      blueGreen?.activeService,
      blueGreen?.previewService,
    ],
    VirtualService: [canary?.trafficRouting?.istio?.virtualService?.name],
    AnalysisTemplate: analyses.flatMap((one) =>
      (one?.templates ?? []).map(({ templateName }) => templateName),
    ),
  };
  return Object.entries(names).flatMap(([kind, all]) =>
    [...new Set(all)].flatMap((name) => (name === undefined ? [] : [[kind, name] as const])),
  );
}

export const rolloutRules: readonly Rule[] = [rollouts];
