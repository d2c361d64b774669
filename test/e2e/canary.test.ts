/**
 * A canary that is judged on real traffic: the Rollouts controller, podinfo and Prometheus run in pods; a version
 * that answers well is promoted, one that answers with errors is taken back.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { images } from "../../config/catalog/images.ts";
import type { ApiObject } from "../../simulation/api/client.ts";
import { balanced, podTemplate, prometheus, RealCluster, until, workload } from "./support/real-cluster.ts";

const namespace = "canary";
const api = (kind: string): { apiVersion: string; kind: string } => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind,
});

/** The share of the canary's answers of the last seconds that are errors. */
const errorRate =
  '(sum(rate(http_requests_total{job="canary",status=~"5.."}[5s])) or vector(0)) / sum(rate(http_requests_total{job="canary"}[5s]))';

/** @param version changes the pods, and is all that changes. */
function rollout(version: string): ApiObject {
  return {
    ...api("Rollout"),
    metadata: { name: "api" },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "api" } },
      template: podTemplate("api", images.podinfo.reference, 9898, {
        env: [{ name: "VERSION", value: version }],
        readinessProbe: { httpGet: { path: "/readyz", port: "http" }, periodSeconds: 1, timeoutSeconds: 10 },
      }),
      strategy: {
        canary: {
          canaryService: "api-canary",
          stableService: "api-stable",
          maxUnavailable: 0,
          maxSurge: 1,
          steps: [
            { setWeight: 50 },
            { pause: { duration: "4s" } },
            { analysis: { templates: [{ templateName: "error-rate" }] } },
          ],
        },
      },
    },
  };
}

const analysis: ApiObject = {
  ...api("AnalysisTemplate"),
  metadata: { name: "error-rate" },
  spec: {
    metrics: [
      {
        name: "error-rate",
        interval: "1s",
        // Until the canary was asked there is nothing to judge: that alone neither passes nor fails it, however long.
        consecutiveSuccessLimit: 5,
        count: 600,
        successCondition: "len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.05",
        failureCondition: "len(result) > 0 && !isNaN(result[0]) && result[0] > 0.05",
        inconclusiveLimit: 600,
        provider: {
          prometheus: { address: `http://prometheus.${namespace}.svc.cluster.local:9090`, query: errorRate },
        },
      },
    ],
  },
};

/** Of the rollout's pods, whichever they are now. */
const behind = (name: string): ApiObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app: "api" }, ports: [{ name: "http", port: 9898, targetPort: "http" }] },
});

const controller: readonly ApiObject[] = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "argo-rollouts" } },
  ...workload("argo-rollouts", images.argoRollouts.reference, 8090, {
    args: ["--namespaced"],
    serviceAccountName: "argo-rollouts",
    env: [{ name: "ARGO_ROLLOUTS_NAMESPACE", value: namespace }],
    readinessProbe: { httpGet: { path: "/metrics", port: "http" }, periodSeconds: 1, timeoutSeconds: 10 },
  }),
];

interface RolloutStatus {
  readonly phase?: string;
  readonly abort?: boolean;
  readonly message?: string;
  readonly currentPodHash?: string;
  readonly stableRS?: string;
}

describe("a canary on real traffic", function () {
  this.timeout(1_800_000); // With a warm cache all of it takes under 60 s.
  const cluster = new RealCluster(namespace, [
    images.podinfo.reference,
    images.prometheus.reference,
    images.argoRollouts.reference,
  ]);
  const status = async (): Promise<RolloutStatus> =>
    (await cluster.list("Rollout"))[0]?.status as RolloutStatus;
  const versions = async (): Promise<string[]> =>
    (await cluster.pods("api"))
      .filter(({ metadata }) => !("deletionTimestamp" in metadata))
      .map(
        ({ spec }) => (spec as { containers: { env: { value: string }[] }[] }).containers[0]!.env[0]!.value,
      )
      .sort();
  const verdicts = async (): Promise<{ measurements?: object[]; successful?: number; failed?: number }[]> =>
    (await cluster.list("AnalysisRun")).flatMap(
      ({ status: of }) => (of as { metricResults?: object[] } | undefined)?.metricResults ?? [],
    );
  const stable = async (version: string): Promise<RolloutStatus> =>
    until(`${version} alone`, async () => {
      const now = await status();
      const settled = now.phase === "Healthy" && now.stableRS === now.currentPodHash;
      if (settled && (await versions()).join() === [version, version].join()) return now;
      throw new Error(
        `it is ${now.phase ?? "new"}: ${now.message ?? ""} ${JSON.stringify(await verdicts())}`,
      );
    });
  /** Sends a rollout's users after a path until it is decided. */
  async function usersAsk(path: string, decided: () => Promise<unknown>): Promise<void> {
    const users = { stay: true };
    const asking = (async () => {
      while (users.stay) {
        await cluster.ask("api", path, {}, () => true);
        await sleep(20);
      }
    })();
    try {
      await decided();
    } finally {
      users.stay = false;
      await asking;
    }
  }

  before(async function () {
    this.timeout(90 * 60_000); // The first run on a machine builds Prometheus and the controller.
    if (!RealCluster.able()) this.skip();
    await cluster.start();
    await cluster.client.apply("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/argo-rollouts", {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "argo-rollouts" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: "argo-rollouts", namespace }],
    });
    await cluster.deploy([
      ...controller,
      ...prometheus({ canary: `api-canary.${namespace}.svc.cluster.local:9898` }),
      balanced("api", 9898),
      behind("api-canary"),
      behind("api-stable"),
      analysis,
      rollout("one"),
    ]);
  });

  after(async () => {
    await cluster.remove();
  });

  it("is promoted while it answers well", async () => {
    await stable("one");
    await usersAsk("/version", async () => {
      await cluster.apply(rollout("two"));
      await stable("two");
    });
    const [verdict] = await verdicts();
    assert.ok((verdict?.successful ?? 0) > 0, `promoted without a verdict: ${JSON.stringify(verdict)}`);
    assert.equal(verdict?.failed ?? 0, 0);
  });

  it("is taken back when it answers with errors; the version before it goes on", async () => {
    await usersAsk("/status/500", async () => {
      await cluster.apply(rollout("three"));
      await until("a canary beside the stable one", async () =>
        (await versions()).includes("three") ? true : undefined,
      );
      await until("the end of the canary", async () => ((await status()).abort ? true : undefined));
    });
    const aborted = await until("the verdict", async () => {
      const now = await status();
      return now.phase === "Degraded" ? now : undefined;
    });
    assert.match(aborted.message ?? "", /"error-rate" assessed Failed/);
    await until("two alone", async () => ((await versions()).join() === "two,two" ? true : undefined));
    assert.equal((await cluster.ask("api", "/version")).status, 200);
  });
});
