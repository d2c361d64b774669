/** Where CI runs, and what it can reach from there. */
import type { Finding } from "../issues.ts";
import { isHosted } from "../schema/ci.ts";
import { plain } from "../values.ts";
import { check, type Check } from "./check.ts";

const runnerReachesTheApi = check(
  "CI deploys a cluster whose API server is private from a runner in its network, never from one that GitHub hosts.",
  ["ci", "cluster"],
  ({ ci, cluster }): Finding[] => {
    if ((cluster.type !== "oke" && cluster.type !== "eks") || cluster.api.access === "public") return [];
    const label = ci?.runner.find(isHosted);
    return label === undefined
      ? []
      : [
          {
            path: ["ci", "runner"],
            reason: `names a runner that GitHub hosts (${plain(label)}), and \`quint:cluster.api.access: private\` lets nobody in from the internet`,
            remedy:
              "the labels of a runner in the cluster's network, e.g. `runner: [self-hosted, production-network]`, or no `quint:ci`: CI then does not deploy the stack",
          },
        ];
  },
);

export const ciChecks: readonly Check[] = [runnerReachesTheApi];
