/**
 * The clinical-trials platform at its production size, on simulated nodes of production's own pools: what a drain, the
 * loss of a node and a full quota do. One cluster; each test leaves it as it found it.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ApiException,
  V1Eviction,
  V1ObjectMeta,
  type V1Pod,
  type V1PodDisruptionBudget,
} from "@kubernetes/client-node";
import { accessTo, connect, type Client } from "../../automation/cluster/access.ts";
import { statusReport, type StatusReport } from "../../automation/cluster/report.ts";
import { openStack } from "../../config/index.ts";
import { makeClone, type Clone } from "./support/clone.ts";

const namespace = "clinical-mlops-production";
const platform = "clinical-trials";
const onSimulated = ["production", "--cluster", "simulated", "--platforms", platform] as const;

describe("clinical-trials in production, simulated", function () {
  this.timeout(3_600_000);
  this.slow(120_000);
  this.bail(true);

  let clone: Clone;
  let api: Client;
  before(async function () {
    this.timeout(90 * 60_000); // On a machine that never built the programs.
    clone = makeClone();
    await quint("up", ...onSimulated, "--yes");
    const { settings } = openStack({
      root: clone.root,
      stack: "production",
      overrides: { cluster: "simulated", platforms: [platform] },
    });
    api = await connect(accessTo(settings, clone.root));
  });
  after(async () => {
    await clone.remove();
  });

  async function quint(...args: readonly string[]) {
    const finished = await clone.quint(...args);
    assert.equal(finished.code, 0, `quint ${args.join(" ")}\n${finished.text}`);
    return finished;
  }
  async function status(): Promise<StatusReport> {
    const { stdout } = await clone.quint("status", ...onSimulated, "--json");
    return statusReport.parse(JSON.parse(stdout));
  }
  /** Pods that should serve and do not, wherever they are. */
  async function notReady(): Promise<string[]> {
    const { items } = await api.core.listPodForAllNamespaces();
    return items.filter(({ status }) => status?.phase !== "Succeeded" && !isReady(status)).map(nameOf);
  }
  async function allReady(): Promise<void> {
    await eventually(900, async () => {
      const waiting = await notReady();
      const { items } = await api.apps.listDeploymentForAllNamespaces();
      const short = items.filter(
        ({ spec, status }) => (status?.availableReplicas ?? 0) < (spec?.replicas ?? 1),
      );
      const names = [...waiting, ...short.map(nameOf)];
      return names.length === 0 || `not ready: ${names.join(", ")}`;
    });
  }
  /** Pods of a node that must find another one when it goes. */
  async function podsOn(node: string): Promise<V1Pod[]> {
    const { items } = await api.core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${node}` });
    return items.filter((pod) => !isDaemon(pod) && pod.status?.phase !== "Succeeded");
  }

  it("places every pod on production's node pools, and binds every volume", async () => {
    await allReady();
    const { ready, workloads } = await status();
    assert.equal(ready, true);
    assert.ok(workloads.filter((workload) => workload.platform === platform).length >= 7);
  });

  it("lets every node be drained, one after the other, within all budgets", async () => {
    const nodes = (await api.core.listNode()).items.map(nameOf);
    assert.ok(nodes.length >= 9);
    for (const node of nodes) {
      await cordon(node, true);
      await drain(node);
      await cordon(node, false);
    }
    await allReady();
  });

  it("refuses the pod for which the quota has no room, and status shows why", async () => {
    await api.objects.create(greedy);
    await eventually(600, async () => {
      const { warnings } = await status();
      return (
        warnings.some(
          (warning) =>
            warning.namespace === namespace && /exceeded quota: quota.*limits\.cpu/s.test(warning.message),
        ) || "no event about the quota"
      );
    });
    await api.apps.deleteNamespacedDeployment({ name: "greedy", namespace });
  });

  it("places everything anew when the fullest node is lost", async () => {
    const nodes = (await api.core.listNode()).items.map(nameOf);
    const pods = await Promise.all(nodes.map(async (node) => ({ node, pods: await podsOn(node) })));
    const [fullest] = pods.sort((a, b) => b.pods.length - a.pods.length);
    assert.ok(fullest !== undefined && fullest.pods.length > 5);
    await api.core.deleteNode({ name: fullest.node });
    // Its pods are collected 40 to 60 s after it has gone; until then they look as if they ran.
    await eventually(600, async () => {
      const left = await podsOn(fullest.node);
      return left.length === 0 || `still on ${fullest.node}: ${left.map(nameOf).join(", ")}`;
    });
    await allReady();
  });

  async function cordon(name: string, unschedulable: boolean): Promise<void> {
    await api.core.patchNode({
      name,
      body: [{ op: "add", path: "/spec/unschedulable", value: unschedulable }],
    });
  }

  /** As `kubectl drain` does it: asks for each eviction until no budget stands against it. */
  async function drain(node: string): Promise<void> {
    await eventually(900, async () => {
      const left = await podsOn(node);
      for (const pod of left.filter(({ metadata }) => metadata?.deletionTimestamp === undefined))
        await evict(pod);
      assert.deepEqual(await brokenBudgets(), []);
      return left.length === 0 || `${node} is not drained: ${left.map(nameOf).join(", ")}`;
    });
  }

  /** Budgets of which fewer pods are healthy than they want. Seed 000 has twelve. */
  async function brokenBudgets(): Promise<string[]> {
    const { items } = await api.objects.list<V1PodDisruptionBudget>(
      "policy/v1",
      "PodDisruptionBudget",
      namespace,
    );
    assert.ok(items.length >= 12);
    return items
      .filter(({ status }) => (status?.currentHealthy ?? 0) < (status?.desiredHealthy ?? 0))
      .map(nameOf);
  }

  /** Evicts, unless a budget says not now. */
  async function evict({ metadata }: V1Pod): Promise<void> {
    const name = metadata?.name ?? "";
    const of = metadata?.namespace ?? "";
    const body = new V1Eviction();
    body.metadata = new V1ObjectMeta();
    body.metadata.name = name;
    body.metadata.namespace = of;
    try {
      await api.core.createNamespacedPodEviction({ name, namespace: of, body });
    } catch (error) {
      if (!(error instanceof ApiException) || ![404, 429].includes(error.code)) throw error;
    }
  }
});

/** Thirty containers of eight CPUs, the most that the seed lets one have: more than its quota of 200 has room for. */
const greedy = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "greedy", namespace },
  spec: {
    replicas: 30,
    selector: { matchLabels: { app: "greedy" } },
    template: {
      metadata: { labels: { app: "greedy", "sidecar.istio.io/inject": "false" } },
      spec: {
        priorityClassName: "low-priority",
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "greedy",
            image: "registry.example/greedy:1.0.0",
            resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "8", memory: "1Gi" } },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
          },
        ],
      },
    },
  },
};

/** Tries again until it is so. @param look true, or what is still wrong. */
async function eventually(seconds: number, look: () => Promise<true | string>): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found === true) return;
    assert.ok(Date.now() < deadline, `after ${seconds} s: ${found}`);
    await sleep(250);
  }
}

function isReady(status: V1Pod["status"]): boolean {
  return status?.conditions?.some(({ status: is, type }) => type === "Ready" && is === "True") ?? false;
}

function isDaemon({ metadata }: V1Pod): boolean {
  return metadata?.ownerReferences?.some(({ kind }) => kind === "DaemonSet") ?? false;
}

function nameOf({ metadata }: { readonly metadata?: { readonly name?: string } }): string {
  return metadata?.name ?? "?";
}
