/** Delivery: what Argo CD needs to know. */
import type { Check } from "./check.ts";

const repositoryForGitops: Check = {
  rule: "A stack that delivers by `gitops` names the repository.",
  find: ({ delivery, gitops }) =>
    delivery === "gitops" && gitops === undefined
      ? [
          {
            path: ["gitops"],
            reason: "is required: Argo CD has to know what to sync from",
            remedy:
              "gitops:\n  repository: https://github.com/your-organization/quint.git\nor `delivery: direct`",
          },
        ]
      : [],
};

export const deliveryChecks: readonly Check[] = [repositoryForGitops];
