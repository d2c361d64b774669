/** Previews of pull requests: where they may be, and what they need. */
import { check, type Check } from "./check.ts";
import { factsOf } from "./platform-facts.ts";

const path = ["platforms", "health-data", "previews"];

const notInProduction = check(
  "Previews of pull requests are not made in production.",
  ["environment", "platforms"],
  ({ environment, platforms }) =>
    environment === "production" && platforms["health-data"]?.previews !== undefined
      ? [
          {
            path,
            reason: "would run what nobody has reviewed beside production's data",
            remedy: "leave it out here; staging is for previews",
          },
        ]
      : [],
);

const fromRepository: Check = {
  rule: "Previews of pull requests name the repository that Argo CD reads (`gitops`).",
  find: ({ platforms, gitops }) =>
    platforms?.["health-data"]?.previews !== undefined && gitops === undefined
      ? [
          {
            path,
            reason: "needs `quint:gitops`: Argo CD makes a preview from what is rendered there",
            remedy: "quint:gitops:\n  repository: https://github.com/your-organization/quint.git",
          },
        ]
      : [],
};

const ownImages = check(
  "What is previewed has images of its own: of a sample every pull request would show the same.",
  ["platforms"],
  ({ platforms }) =>
    platforms["health-data"]?.previews === undefined
      ? []
      : factsOf({ "health-data": platforms["health-data"] }).flatMap((facts) =>
          facts.ownImages
            .filter((workload) => facts.overrides[workload]?.image === undefined)
            .map((workload) => ({
              path,
              reason: `shows images of a pull request, and \`workloads.${workload}\` has none`,
              remedy: `workloads:\n  ${workload}:\n    image: ${facts.exampleImage(workload)}`,
            })),
        ),
);

export const previewChecks: readonly Check[] = [notInProduction, fromRepository, ownImages];
