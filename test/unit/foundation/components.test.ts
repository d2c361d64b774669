/** What the foundation registers: releases on a real cluster, footprints on a simulated one, and our own objects on both. */
import assert from "node:assert/strict";
import { namespaceExemptions } from "../../../config/catalog/namespaces.ts";
import { amountOf } from "../../../config/sizes/quantity.ts";
import { specOf, everything, objectsIn, registrationsOf, releasesIn, type ObjectInputs } from "./stack.ts";

const real = specOf("production", { foundation: everything });
const simulated = specOf("production", { foundation: everything, clusterType: "simulated" });
const podKinds = ["Deployment", "StatefulSet", "DaemonSet"];

interface Workload {
  readonly replicas?: number;
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: {
      readonly priorityClassName: string;
      readonly affinity?: object;
      readonly tolerations?: readonly object[];
      readonly containers: readonly {
        readonly name: string;
        readonly image: string;
        readonly resources: { readonly requests: { readonly cpu: string; readonly memory: string } };
      }[];
    };
  };
}

describe("foundation on a real cluster", () => {
  it("registers releases, and no placeholder", async () => {
    const registrations = await registrationsOf(real, true);
    assert.equal(releasesIn(registrations).size, 23);
    assert.deepEqual(
      podKinds.flatMap((kind) => objectsIn(registrations, kind)),
      [],
    );
  });

  it("installs every release whole or not at all, awaited, within a time", async () => {
    for (const [name, release] of releasesIn(await registrationsOf(real, true))) {
      assert.equal(release.atomic, true, name);
      assert.equal(release.cleanupOnFail, true, name);
      assert.equal(release.skipAwait, false, name);
      assert.equal(release.waitForJobs, true, name);
      assert.equal(release.createNamespace, false, name);
      assert.ok([600, 900].includes(release.timeout as number), name);
      assert.match(release.version, /^v?\d+\.\d+\.\d+$/, name);
    }
  });

  it("makes the Secrets that charts name, and no chart makes its own", async () => {
    const registrations = await registrationsOf(real, true);
    const secrets = objectsIn(registrations, "Secret").map(
      ({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`,
    );
    assert.deepEqual(secrets.sort(), [
      "argocd/argocd-admin",
      "argocd/argocd-redis",
      "argocd/argocd-secret",
      "platform-monitoring/grafana-admin",
    ]);
    const argoCd = releasesIn(registrations).get("argocd")?.values as {
      readonly configs: { readonly secret: object };
      readonly redisSecretInit: object;
    };
    assert.deepEqual(argoCd.configs.secret, { createSecret: false });
    assert.deepEqual(argoCd.redisSecretInit, { enabled: false });
  });
});

describe("hooks of charts", () => {
  it("reach the API server out of every namespace that denies the rest, and run on no simulated cluster", async () => {
    const registrations = await registrationsOf(real, true);
    const allowed = objectsIn(registrations, "NetworkPolicy").filter(
      ({ metadata }) => metadata.name === "allow-hooks",
    );
    assert.deepEqual(
      allowed.map(({ metadata }) => metadata.namespace).sort(),
      objectsIn(registrations, "Namespace")
        .map(({ metadata }) => metadata.name)
        .sort(),
    );
    for (const { spec } of allowed) {
      assert.deepEqual(spec, {
        podSelector: { matchExpressions: [{ key: "batch.kubernetes.io/job-name", operator: "Exists" }] },
        policyTypes: ["Egress"],
        egress: [
          {
            ports: [
              { port: 443, protocol: "TCP" },
              { port: 6443, protocol: "TCP" },
            ],
          },
        ],
      });
    }
    const none = objectsIn(await registrationsOf(simulated, false), "NetworkPolicy");
    assert.ok(!none.some(({ metadata }) => metadata.name === "allow-hooks"));
  });
});

describe("foundation on a simulated cluster", () => {
  it("registers placeholders for every pod, and no release", async () => {
    const registrations = await registrationsOf(simulated, false);
    assert.equal(releasesIn(registrations).size, 0);
    const placed = podKinds.flatMap((kind) =>
      objectsIn(registrations, kind).map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`),
    );
    const declared = simulated.addOns.flatMap(({ releases }) =>
      releases.flatMap(({ pods }) => pods.map(({ namespace, name }) => `${namespace}/${name}`)),
    );
    assert.deepEqual(placed.sort(), declared.sort());
    assert.equal(new Set(declared).size, declared.length);
  });

  it("takes of the cluster what the sizes table says", async () => {
    const registrations = await registrationsOf(simulated, false);
    const requested = podKinds
      .flatMap((kind) => objectsIn(registrations, kind))
      .reduce((sum, { kind, spec }) => {
        const { replicas, template } = spec as unknown as Workload;
        // A daemon set's pods are one a node: six here.
        const pods = kind === "DaemonSet" ? 6 : (replicas ?? 0);
        return (
          sum +
          pods *
            template.spec.containers.reduce((own, { resources }) => own + amountOf(resources.requests.cpu), 0)
        );
      }, 0);
    const declared = simulated.addOns
      .flatMap(({ releases }) => releases.flatMap(({ pods }) => pods))
      .reduce(
        (sum, { replicas, containers }) =>
          sum +
          replicas * containers.reduce((own, { resources }) => own + amountOf(resources.requests.cpu), 0),
        0,
      );
    assert.ok(Math.abs(requested - declared) < 1e-6);
    // Production's whole foundation with every operator, on six nodes.
    assert.ok(requested > 5 && requested < 12, `${requested} CPUs`);
  });

  it("runs placeholders of the foundation as critical pods", async () => {
    const registrations = await registrationsOf(simulated, false);
    const classes = new Set(
      podKinds
        .flatMap((kind) => objectsIn(registrations, kind))
        .map(({ spec }) => (spec as unknown as Workload).template.spec.priorityClassName),
    );
    assert.deepEqual([...classes].sort(), [
      "critical-priority",
      "system-cluster-critical",
      "system-node-critical",
    ]);
  });

  it("says of every placeholder and of its volumes what they are, so that nobody takes them for data", async () => {
    const registrations = await registrationsOf(simulated, false);
    const templates = objectsIn(registrations, "StatefulSet").flatMap(
      ({ spec }) => (spec.volumeClaimTemplates ?? []) as readonly Pick<ObjectInputs, "metadata">[],
    );
    const marked = [...podKinds, "PersistentVolumeClaim"].flatMap((kind) => objectsIn(registrations, kind));
    assert.ok(templates.length >= 4);
    for (const { metadata } of [...marked, ...templates]) {
      assert.ok(metadata.labels?.["quint.dev/footprint"], metadata.name);
    }
  });

  it("puts node agents on every node of the pools, and on no node that runs real containers", async () => {
    const agents = objectsIn(await registrationsOf(simulated, false), "DaemonSet");
    assert.ok(agents.length >= 4);
    for (const { metadata, spec } of agents) {
      const { affinity, tolerations } = (spec as unknown as Workload).template.spec;
      assert.deepEqual(tolerations, [{ operator: "Exists" }], metadata.name);
      assert.match(
        JSON.stringify(affinity),
        /"key":"quint.dev\/node-pool","operator":"Exists"/,
        metadata.name,
      );
    }
  });

  it("keeps CRDs and API services out of the state", async () => {
    const kinds = (await registrationsOf(simulated, false)).map(({ inputs }) => inputs.kind);
    for (const kind of ["CustomResourceDefinition", "APIService", "ValidatingWebhookConfiguration"]) {
      assert.ok(!kinds.includes(kind), kind);
    }
  });
});

describe("foundation anywhere", () => {
  it("demands mutual TLS everywhere, and traces and logs every proxy", async () => {
    const registrations = await registrationsOf(real, true);
    const [peer] = objectsIn(registrations, "PeerAuthentication");
    assert.deepEqual(peer?.spec, { mtls: { mode: "STRICT" } });
    assert.equal(peer.metadata.namespace, "istio-system");
    const [telemetry] = objectsIn(registrations, "Telemetry");
    assert.deepEqual(telemetry?.spec, {
      accessLogging: [{ providers: [{ name: "envoy" }] }],
      tracing: [{ providers: [{ name: "quint-tracing" }], randomSamplingPercentage: 100 }],
    });
  });

  it("makes the issuers of the settings, and the cluster's own", async () => {
    const issuers = (registrations: Awaited<ReturnType<typeof registrationsOf>>) =>
      new Map(objectsIn(registrations, "ClusterIssuer").map(({ metadata, spec }) => [metadata.name, spec]));
    const production = issuers(await registrationsOf(real, true));
    assert.deepEqual([...production.keys()].sort(), ["quint-authority", "quint-hosts", "quint-root"]);
    assert.deepEqual(production.get("quint-hosts"), {
      acme: {
        server: "https://acme-v02.api.letsencrypt.org/directory",
        email: "platform@example.com",
        privateKeySecretRef: { name: "letsencrypt-account" },
        solvers: [{ dns01: { route53: { region: "eu-central-1" } } }],
      },
    });
    const dev = issuers(await registrationsOf(specOf("dev"), false));
    assert.deepEqual(dev.get("quint-hosts"), { ca: { secretName: "quint-authority" } });
  });

  it("makes a store for each of the settings, by identity", async () => {
    const stores = objectsIn(await registrationsOf(real, true), "ClusterSecretStore");
    assert.deepEqual(
      stores.map(({ metadata, spec }) => [metadata.name, Object.keys(spec.provider as object)]),
      [
        ["aws", ["aws"]],
        ["oci", ["oracle"]],
        ["vault", ["vault"]],
      ],
    );
    assert.doesNotMatch(JSON.stringify(stores), /accessKey|secretRef|tokenSecret/i);
  });

  it("gives each replicated pod one budget, each pod a policy, and none a budget that blocks a drain", async () => {
    for (const [spec, run] of [
      [real, true],
      [simulated, false],
    ] as const) {
      const registrations = await registrationsOf(spec, run);
      const pods = spec.addOns.flatMap(({ releases }) => releases.flatMap((release) => release.pods));
      const selected = (kind: string, pod: (typeof pods)[number]) =>
        objectsIn(registrations, kind).filter(({ metadata, spec: own }) => {
          const { selector, podSelector } = own as Readonly<
            Record<string, { readonly matchLabels?: Readonly<Record<string, string>> } | undefined>
          >;
          const labels = (podSelector ?? selector)?.matchLabels;
          return (
            metadata.namespace === pod.namespace &&
            labels !== undefined &&
            Object.entries(labels).every(([key, value]) => pod.labels[key] === value)
          );
        });
      for (const pod of pods) {
        const replicated = pod.kind !== "DaemonSet" && pod.replicas > 1;
        const budgets = selected("PodDisruptionBudget", pod);
        assert.equal(budgets.length, replicated ? 1 : 0, pod.name);
        for (const { spec } of budgets) {
          assert.equal(spec.maxUnavailable, 1);
          assert.equal(spec.unhealthyPodEvictionPolicy, "AlwaysAllow");
        }
        assert.equal(selected("NetworkPolicy", pod).length, 1, pod.name);
      }
    }
  });

  it("takes every namespace's pod security from the table, with a quota and default deny", async () => {
    const registrations = await registrationsOf(real, true);
    const namespaces = objectsIn(registrations, "Namespace");
    assert.ok(namespaces.length >= 15);
    for (const { metadata } of namespaces) {
      const row = namespaceExemptions.get(metadata.name);
      assert.equal(row?.owner, "foundation", metadata.name);
      const level = row.privileged === undefined ? "restricted" : "privileged";
      assert.equal(metadata.labels?.["pod-security.kubernetes.io/enforce"], level, metadata.name);
      assert.equal(metadata.labels["istio-injection"], undefined, metadata.name);
    }
    const privileged = namespaces
      .filter(({ metadata }) => metadata.labels?.["pod-security.kubernetes.io/enforce"] === "privileged")
      .map(({ metadata }) => metadata.name);
    assert.deepEqual(privileged.sort(), ["istio-cni", "platform-node-agents", "velero"]);
  });

  it("lets calls between its pods through at both ends", async () => {
    const policies = objectsIn(await registrationsOf(real, true), "NetworkPolicy");
    const policy = (name: string) =>
      JSON.stringify(policies.find(({ metadata }) => metadata.name === name)?.spec);
    assert.match(policy("loki"), /"ports":\[\{"port":3100/);
    assert.match(policy("grafana"), /"app.kubernetes.io\/name":"loki"/);
    assert.match(policy("otel-logs-agent"), /"app.kubernetes.io\/name":"loki"/);
    // Two Alertmanagers that do not hear each other tell everything twice.
    const gossip = /"ports":\[\{"port":9094,"protocol":"TCP"\},\{"port":9094,"protocol":"UDP"\}\]/g;
    const alertmanager = policy("alertmanager-kube-prometheus-stack-alertmanager");
    assert.equal([...alertmanager.matchAll(gossip)].length, 2, alertmanager);
  });

  it("lets the operator of databases alone to the plugin that archives them", async () => {
    const policies = objectsIn(await registrationsOf(real, true), "NetworkPolicy");
    const plugin = policies.find(({ metadata }) => metadata.name === "plugin-barman-cloud")?.spec;
    const peers = (plugin?.ingress as { from?: { podSelector?: { matchLabels: object } }[] }[]).flatMap(
      ({ from }): unknown[] => from?.map(({ podSelector }) => podSelector?.matchLabels) ?? ["anyone"],
    );
    const operators = policies.find(({ metadata }) => metadata.name.startsWith("cloudnative-pg"))?.spec;
    assert.deepEqual(peers, [(operators?.podSelector as { matchLabels: object }).matchLabels]);
  });
});
