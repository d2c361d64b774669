/** Cases of the rules on new versions that come in gradually. */
import { named, put } from "../../../support/objects.ts";
import type { Case, Cases } from "./case.ts";

/** The API as a Rollout of which only the Services exist that the API has. */
function rollout(strategy: object): Case["change"] {
  return (objects) => {
    const api = named(objects, "Deployment", "api");
    api.kind = "Rollout";
    put(api, "spec.strategy", strategy);
  };
}

const missing = (kind: string, name: string) =>
  `Rollout cancer-mlops/api names the ${kind} ${name}, which does not exist`;
const analysis = { templates: [{ templateName: "api-latency" }] };

export const rolloutsCases: Cases = {
  rollouts: [
    {
      when: "a canary names what is not there",
      change: rollout({
        canary: {
          stableService: "api-service",
          canaryService: "api-canary",
          trafficRouting: { istio: { virtualService: { name: "api-weights" } } },
          analysis: { templates: [{ templateName: "api-error-rate" }] },
          steps: [{ setWeight: 10 }, { analysis }, { setWeight: 50 }, { analysis }],
        },
      }),
      says: [
        missing("Service", "api-canary"),
        missing("VirtualService", "api-weights"),
        missing("AnalysisTemplate", "api-error-rate"),
        missing("AnalysisTemplate", "api-latency"),
      ],
    },
    {
      when: "a blue-green names what is not there",
      change: rollout({
        blueGreen: {
          activeService: "api-active",
          previewService: "api-service",
          prePromotionAnalysis: analysis,
          postPromotionAnalysis: { templates: [{ templateName: "api-success-rate" }] },
        },
      }),
      says: [
        missing("Service", "api-active"),
        missing("AnalysisTemplate", "api-latency"),
        missing("AnalysisTemplate", "api-success-rate"),
      ],
    },
    {
      when: "a blue-green without analyses has its two Services",
      change: rollout({ blueGreen: { activeService: "api-service", previewService: "api-service" } }),
      says: [],
    },
  ],
};
