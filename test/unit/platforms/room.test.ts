/** Whether all five platforms together have room: on the nodes of their stack, in the quotas of their namespaces, in names. */
import assert from "node:assert/strict";
import { environments, platformNames, SettingsError, type NodePool } from "../../../config/index.ts";
import { amountOf } from "../../../config/sizes/quantity.ts";
import { describeStack } from "../../../platforms/index.ts";
import { allocatableOf } from "../../../config/sizes/allocatable.ts";
import { add, nothing, podsOf, type Amounts, type Pods } from "../../../platforms/pods.ts";
import { settingsOf } from "../../support/stacks.ts";
import { changed, refusal, type Change } from "../config/project-folder.ts";

/** A pool that may grow, where the cluster's maker can have it do so. */
type Growing = NodePool & { readonly autoscaling?: { readonly max: number } | undefined };

interface Node {
  readonly pool: NodePool;
  free: Amounts;
}

/** The nodes of a stack, each with its share of what runs on every node taken off. */
function nodesOf(
  pools: readonly NodePool[],
  counts: (pool: NodePool) => number,
  everywhere: Amounts,
): Node[] {
  return pools.flatMap((pool) =>
    Array.from({ length: counts(pool) }, () => {
      const { cpu, memory } = allocatableOf(pool);
      return { pool, free: add({ cpu: amountOf(cpu), memory: amountOf(memory) }, everywhere, -1) };
    }),
  );
}

function runsOn({ pool }: Node, { architectures, nodeSelector }: Pods): boolean {
  return (
    architectures.includes(pool.architecture) &&
    Object.entries(nodeSelector).every(([label, value]) => pool.labels[label] === value)
  );
}

/** Puts pods on nodes, those with fewest places and most need first; the names of those that find no place. */
function homeless(nodes: Node[], pods: readonly Pods[], count: (pods: Pods) => number): string[] {
  const places = (one: Pods) => nodes.filter((node) => runsOn(node, one)).length;
  const sorted = [...pods].sort((a, b) => places(a) - places(b) || b.requests.cpu - a.requests.cpu);
  return sorted.flatMap((one) =>
    Array.from({ length: count(one) }, () => {
      const node = nodes
        .filter((candidate) => runsOn(candidate, one))
        .filter(({ free }) => free.cpu >= one.requests.cpu && free.memory >= one.requests.memory)
        // Even: the scheduler spreads as well.
        .sort((a, b) => b.free.cpu - a.free.cpu)[0];
      if (node === undefined) return `${one.namespace}/${one.name}`;
      node.free = add(node.free, one.requests, -1);
      return [];
    }).flat(),
  );
}

describe("all five platforms", () => {
  for (const stack of environments) {
    describe(`on ${stack}`, () => {
      const settings = settingsOf(stack);
      const { foundation, platforms } = describeStack(settings);
      const all = podsOf(foundation, platforms, settings.sizes.mesh.sidecar);
      const everywhere = all
        .filter(({ everyNode }) => everyNode)
        .reduce((total, { requests }) => add(total, requests), nothing);
      const pods = all.filter(({ everyNode }) => !everyNode);
      const { nodePools } = settings.cluster;
      const nodes = (counts: (pool: NodePool) => number) => nodesOf(nodePools, counts, everywhere);

      it("are all there", () => {
        assert.deepEqual(Object.keys(settings.platforms).sort(), [...platformNames].sort());
      });

      it("find room for every pod, also when a node is gone", () => {
        assert.deepEqual(
          homeless(
            nodes(({ count }) => count),
            pods,
            ({ replicas }) => replicas,
          ),
          [],
        );
        for (const lost of nodePools) {
          const left = nodes((pool) => pool.count - (pool === lost ? 1 : 0));
          assert.deepEqual(
            homeless(left, pods, ({ replicas }) => replicas),
            [],
            `without one of ${lost.name}`,
          );
        }
      });

      it("may scale to the maxima of their autoscalers, on the nodes that the pools may have", () => {
        const most = nodes((pool: Growing) => pool.autoscaling?.max ?? pool.count);
        assert.deepEqual(
          homeless(most, pods, (one) => one.most),
          [],
        );
      });

      it("stay within their quotas at those maxima, with a quarter more of each in a rollout", () => {
        for (const platform of platforms) {
          for (const { name, size } of platform.namespaces) {
            const here = pods.filter(({ namespace }) => namespace === name);
            const total = (of: "requests" | "limits", what: keyof Amounts) =>
              here.reduce((sum, one) => sum + one[of][what] * (one.most + Math.ceil(one.most / 4)), 0);
            const uses: Record<string, number> = {
              "requests.cpu": total("requests", "cpu"),
              "limits.cpu": total("limits", "cpu"),
              "requests.memory": total("requests", "memory"),
              "limits.memory": total("limits", "memory"),
              pods: here.reduce((sum, one) => sum + one.most + Math.ceil(one.most / 4), 0),
            };
            for (const [key, use] of Object.entries(uses)) {
              const hard = size.quota[key];
              if (hard === undefined) continue;
              assert.ok(use <= amountOf(hard), `${name}: ${key} is ${hard}, and ${use} may be used`);
            }
          }
        }
      });

      it("share no namespace, no host and no name in Argo CD", () => {
        const unique = (names: readonly string[]) => {
          assert.deepEqual(
            names.filter((name, index) => names.indexOf(name) !== index),
            [],
          );
        };
        unique(platforms.flatMap(({ namespaces }) => namespaces.map(({ name }) => name)));
        unique(
          platforms.flatMap(({ name, applications }) =>
            applications.map((application) => application.deliveryName ?? `${name}-${application.name}`),
          ),
        );
        unique(platforms.flatMap(({ projects = [] }) => projects.map(({ name }) => name)));
        unique(
          platforms.flatMap(({ applications }) =>
            applications.flatMap(({ routes }) => routes.map(({ host }) => host)),
          ),
        );
      });
    });
  }
});

describe("nodes that are too few for all pods", () => {
  const few = { "cluster.nodePools.*.count": 3, "cluster.nodePools.*.autoscaling": undefined };
  const cases = [
    ["that stay as many", few, "count"],
    [
      "that grow too little",
      { ...few, "cluster.nodePools.*.autoscaling": { min: 3, max: 3 } },
      "autoscaling.max",
    ],
  ] as const;
  for (const [which, change, key] of cases) {
    it(`are refused with both figures, and what would be enough: ${which}`, () => {
      const { problems } = refusal(() => describeStack(changed("production", change)));
      assert.deepEqual(
        problems.map((problem) => problem.key),
        ["quint:cluster.nodePools"],
      );
      const [{ value, reason, remedy } = { value: "", reason: "", remedy: "" }] = problems;
      assert.match(value, /general-arm64: 3 × 4 CPU, 24 GiB; compute-amd64: 3 × 8 CPU, 64 GiB/);
      const [, asked, there] =
        /request (\d+\.\d) CPU and .* GiB, and .* have (\d+\.\d) CPU and .* GiB for them$/.exec(reason) ?? [];
      // Of 3 × 4 and 3 × 8 CPU; the seeds' services alone request more.
      assert.ok(Number(there) > 20 && Number(there) < 36 && Number(asked) > 36, reason);
      const [, wanted, pool] = /^`([\w.]+: \d+)` for the pool `(\S+)`/.exec(remedy) ?? [];
      assert.deepEqual([wanted?.split(": ")[0], pool], [key, "compute-amd64"]);
      const enough = Number(wanted?.split(": ")[1]);
      const after = (count: number): Change =>
        key === "count"
          ? { ...change, "cluster.nodePools.1.count": count }
          : { ...change, "cluster.nodePools.1.autoscaling": { min: 3, max: count } };
      assert.ok(describeStack(changed("production", after(enough))));
      assert.throws(() => describeStack(changed("production", after(enough - 1))), SettingsError);
    });
  }

  it("are taken on kind, where every node offers the whole machine", () => {
    const settings = settingsOf("dev");
    const small = settings.cluster.nodePools.map((pool) => ({ ...pool, count: 1, cpu: 1, memoryGiB: 1 }));
    const on = (type: string) => () =>
      describeStack({ ...settings, cluster: { ...settings.cluster, type, nodePools: small } as never });
    assert.throws(on("simulated"), SettingsError);
    assert.doesNotThrow(on("kind"));
  });
});

it("a namespace that two platforms want is refused, with both of them named", () => {
  for (const [stack, namespace, other] of [
    ["production", "platform-v2-stable", "code-review"],
    ["dev", "dev-blue", "chest-xray"],
  ] as const) {
    const settings = changed(stack, { "platforms.cancer.namespace": namespace });
    assert.throws(
      () => describeStack(settings),
      (error: unknown) => {
        assert.ok(error instanceof SettingsError);
        const [problem, ...more] = error.problems;
        assert.deepEqual(more, []);
        assert.equal(problem?.value, namespace);
        assert.match(
          problem.reason,
          new RegExp(`platform cancer and of platform ${other}|${other} and of platform cancer`),
        );
        assert.match(problem.remedy, /namespace: cancer-mlops/);
        return true;
      },
    );
  }
});
