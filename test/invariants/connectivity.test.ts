/**
 * Who may talk to whom: what the rendered policies let through is what the platforms declare, nothing missing and
 * nothing extra. The layers are compared one by one, and each is seen to fail when a policy of it is loosened or gone.
 */
import assert from "node:assert/strict";
import { addressAt } from "../../components/cluster/cloud/address-plan.ts";
import type { Settings } from "../../config/index.ts";
import type { KubernetesObject } from "../../policy/index.ts";
import { describeStack } from "../../platforms/index.ts";
import { differences, layers, type Layer } from "../support/connectivity/compare.ts";
import { drafts, named, put, type Draft } from "../support/objects.ts";
import { lab, recordPlatform } from "../support/test-platform.ts";
import { objectsOf, settingsOf, stacks } from "../support/stacks.ts";

const none = Object.fromEntries(layers.map((layer) => [layer, []]));

for (const stack of stacks) {
  it(`connections of ${stack} are those that its platforms declare`, async () => {
    const { objects } = await objectsOf(stack);
    const settings = settingsOf(stack);
    const { platforms } = describeStack(settings);
    assert.deepEqual(differences(objects, platforms, apiServerOf(settings)), none);
  });
}

/** The first address of the Services' is the API server's; on a cluster of this machine nobody says which they are. */
function apiServerOf({ cluster }: Settings): string | undefined {
  return cluster.type === "oke" || cluster.type === "eks"
    ? addressAt(cluster.network.servicesCidr, 1).split("/")[0]
    : undefined;
}

/** The platform that uses everything; one of its workloads is called by another at a port of its own. */
const platform = lab(({ applications }) => {
  const [web] = applications[1]!.workloads;
  web!.callers.push({ kind: "workload", workload: "worker", port: "metrics" });
  web!.egress!.push({ kind: "telemetry" });
});

/** The same with every wildcard that a platform may declare. */
const wildcards = lab(({ applications }) => {
  const [web, worker] = applications[1]!.workloads;
  web!.callers.push({ kind: "namespace", namespace: "lab", port: "metrics" });
  worker!.egress = [{ kind: "everywhere" }];
});

describe("connections of a platform that uses everything", () => {
  let objects: readonly KubernetesObject[];

  before(async () => {
    ({ objects } = (await recordPlatform(platform)).rendered());
  });

  it("are those that it declares", () => {
    assert.deepEqual(differences(objects, [platform]), none);
  });

  it("are those that it declares, wildcards included", async () => {
    const rendered = (await recordPlatform(wildcards)).rendered();
    assert.deepEqual(differences(rendered.objects, [wildcards]), none);
  });

  const change = (kind: string, name: string, path: string, value: unknown) => (all: Draft[]) => {
    put(named(all, kind, name), path, value);
  };
  const drop = (kind: string, name: string, namespace?: string) => (all: Draft[]) => {
    all.splice(all.indexOf(named(all, kind, name, namespace)), 1);
  };
  const callee = "lab/web:8080";

  /** What is changed, the layer that must tell, and a connection that is then extra (+) or missing (-). */
  const mutations: readonly (readonly [
    what: string,
    mutate: (all: Draft[]) => void,
    layer: Layer,
    tells: string,
  ])[] = [
    [
      "a NetworkPolicy is gone",
      drop("NetworkPolicy", "web"),
      "let in by the network",
      `- the gateway -> ${callee}`,
    ],
    [
      "a namespace denies nothing, and pods beside the workloads are open",
      drop("NetworkPolicy", "default-deny", "lab-data"),
      "let in by the network",
      "+ a stranger -> lab-data/?:9",
    ],
    [
      "a NetworkPolicy lets every namespace in",
      change("NetworkPolicy", "store", "spec.ingress.0.from", [{ namespaceSelector: {} }]),
      "let in by the network",
      "+ a stranger -> lab-data/store:6000",
    ],
    [
      "a NetworkPolicy names no caller",
      change("NetworkPolicy", "store", "spec.ingress.0.from", undefined),
      "let in by the network",
      "+ the world -> lab-data/store:6000",
    ],
    [
      "a NetworkPolicy names no port",
      change("NetworkPolicy", "store", "spec.ingress.0.ports", undefined),
      "let in by the network",
      "+ lab/web -> lab-data/store:9",
    ],
    [
      "a NetworkPolicy forgets a caller",
      change("NetworkPolicy", "store", "spec.ingress.0.from", []),
      "let in by the network",
      "- lab/worker -> lab-data/store:6000",
    ],
    [
      "a NetworkPolicy selects other pods",
      change("NetworkPolicy", "store", "spec.podSelector.matchLabels", { app: "other" }),
      "let in by the network",
      "- lab/web -> lab-data/store:6000",
    ],
    [
      "a NetworkPolicy lets out to everywhere",
      (all) => {
        put(named(all, "NetworkPolicy", "worker"), "spec.egress", [{}]);
      },
      "let out by the network",
      "+ lab/worker -> the world:8443",
    ],
    [
      "a NetworkPolicy lets out to all of the monitoring",
      (all) => {
        const monitoring = { matchLabels: { "kubernetes.io/metadata.name": "platform-monitoring" } };
        put(named(all, "NetworkPolicy", "web"), "spec.egress", [{ to: [{ namespaceSelector: monitoring }] }]);
      },
      "let out by the network",
      "+ lab/web -> the collector:9",
    ],
    [
      "a NetworkPolicy does not let out to the one who is called",
      change("NetworkPolicy", "worker", "spec.egress", []),
      "let out by the network",
      `- lab/worker -> ${callee}`,
    ],
    [
      "an AuthorizationPolicy is gone",
      drop("AuthorizationPolicy", "web"),
      "let in by the mesh",
      "- the monitoring -> lab/web:9090",
    ],
    [
      "a namespace of the mesh refuses nobody",
      drop("AuthorizationPolicy", "default-deny"),
      "let in by the mesh",
      "+ a stranger -> lab/?:9",
    ],
    [
      "an AuthorizationPolicy names nobody",
      change("AuthorizationPolicy", "web", "spec.rules.1.from", undefined),
      "let in by the mesh",
      "+ a stranger -> lab/web:9090",
    ],
    [
      "an AuthorizationPolicy names everybody",
      change("AuthorizationPolicy", "web", "spec.rules.1.from.0.source.principals", ["cluster.local/ns/*"]),
      "let in by the mesh",
      "+ a stranger -> lab/web:9090",
    ],
    [
      "an AuthorizationPolicy names no port",
      change("AuthorizationPolicy", "web", "spec.rules.1.to", undefined),
      "let in by the mesh",
      "+ the monitoring -> lab/web:9",
    ],
    [
      "an AuthorizationPolicy names another caller",
      change("AuthorizationPolicy", "web", "spec.rules.1.from.0.source.principals", [
        "cluster.local/ns/lab/sa/x",
      ]),
      "let in by the mesh",
      "- the monitoring -> lab/web:9090",
    ],
    [
      "an AuthorizationPolicy of a workload that nobody calls lets somebody in",
      (all) => {
        const { spec } = named(all, "AuthorizationPolicy", "worker");
        Object.assign(spec as object, { rules: [{}] });
      },
      "let in by the mesh",
      "+ a stranger -> lab/worker:8080",
    ],
    [
      "a namespace is outside of the mesh",
      (all) => {
        delete named(all, "Namespace", "lab").metadata.labels!["istio-injection"];
      },
      "let in by the mesh",
      "+ a stranger -> lab/worker:8080",
    ],
    [
      "mutual TLS is demanded of the world",
      drop("PeerAuthentication", "web"),
      "let in by the mesh",
      `- the world -> ${callee}`,
    ],
    [
      "a workload has another identity than its callers know",
      change("Deployment", "worker", "spec.template.spec.serviceAccountName", "other"),
      "let in by the mesh",
      "- lab/worker -> lab/web:9090",
    ],
  ];

  for (const [what, mutate, layer, tells] of mutations) {
    it(`are seen to differ when ${what}: ${tells}`, () => {
      const all = drafts(objects);
      mutate(all);
      const told = differences(all as unknown as KubernetesObject[], [platform])[layer];
      assert.ok(told.includes(tells), told.join("\n"));
    });
  }
});
