/** The status of a stack: read from a cluster that answers by heart, shown, and given to machines. */
import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import type { CoreV1Event } from "@kubernetes/client-node";
import type { Client } from "../../../automation/cluster/access.ts";
import { chooseWorkloads } from "../../../automation/cluster/choose.ts";
import { statusReport, type StatusReport } from "../../../automation/cluster/report.ts";
import { listSecrets, readSecretValue } from "../../../automation/cluster/secrets.ts";
import { aggregate, listQuotas, listRoutes, listVolumes } from "../../../automation/cluster/surroundings.ts";
import { missingAmong } from "../../../automation/cluster/status.ts";
import { statusTables, workloadTable } from "../../../automation/cluster/tables.ts";
import { listWorkloads } from "../../../automation/cluster/workloads.ts";
import { describePlatforms } from "../../../platforms/index.ts";
import { settingsOf } from "../../support/stacks.ts";

/** Objects as the API server sends them. */
type Plain = Readonly<Record<string, unknown>>;

const managed = { "app.kubernetes.io/managed-by": "quint", "app.kubernetes.io/part-of": "cancer" };
const text = (lines: readonly string[]): string => stripVTControlCharacters(lines.join("\n"));

function deployment(name: string, status: Plain | undefined, replicas = 2): Plain {
  return {
    metadata: {
      name,
      namespace: "cancer-mlops",
      generation: 3,
      labels: { ...managed, "app.kubernetes.io/name": name },
    },
    spec: {
      replicas,
      selector: {},
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            { name, image: `example.com/${name}:1` },
            { name: "istio-proxy", image: "proxy:1" },
          ],
        },
      },
    },
    ...(status === undefined ? {} : { status }),
  };
}

function service(name: string, app: string, spec: Plain, status?: Plain): Plain {
  return {
    metadata: { name, namespace: "cancer-mlops", labels: managed },
    spec: { selector: { app }, ...spec },
    ...(status === undefined ? {} : { status }),
  };
}

/** A cluster with these objects. */
function cluster(over: {
  deployments?: Plain[];
  autoscalers?: Plain[];
  services?: Plain[];
  custom?: Readonly<Record<string, unknown[]>>;
  claims?: unknown[];
  quotas?: unknown[];
  secrets?: unknown[];
}): Client {
  const items = (list: unknown) => () => Promise.resolve({ items: list ?? [] });
  const missing = Object.assign(new Error("404"), { code: 404 });
  return {
    apps: {
      listDeploymentForAllNamespaces: items(over.deployments),
      listStatefulSetForAllNamespaces: items([]),
      listDaemonSetForAllNamespaces: items([]),
    },
    autoscaling: { listHorizontalPodAutoscalerForAllNamespaces: items(over.autoscalers) },
    core: {
      listServiceForAllNamespaces: items(over.services),
      listPersistentVolumeClaimForAllNamespaces: items(over.claims),
      listResourceQuotaForAllNamespaces: items(over.quotas),
      listSecretForAllNamespaces: items(over.secrets),
      readNamespacedSecret: ({ name }: { name: string }) => {
        const found = (over.secrets as { metadata: { name: string } }[]).find(
          (secret) => secret.metadata.name === name,
        );
        return found === undefined ? Promise.reject(missing) : Promise.resolve(found);
      },
    },
    custom: {
      listCustomObjectForAllNamespaces: ({ resourcePlural }: { resourcePlural: string }) => {
        const list = over.custom?.[resourcePlural];
        return list === undefined ? Promise.reject(missing) : Promise.resolve({ items: list });
      },
    },
  } as unknown as Client;
}

const healthy = { observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 2 };

describe("workloads in the cluster", () => {
  it("are known by platform and name, their own images, and where they can be reached, from outside first", async () => {
    const client = cluster({
      deployments: [deployment("api", healthy)],
      services: [
        service("api-service", "api", { ports: [{ port: 8000 }] }),
        service("api-nodeport", "api", { type: "NodePort", ports: [{ port: 80, nodePort: 30500 }] }),
        service(
          "api-lb",
          "api",
          { type: "LoadBalancer", ports: [{ port: 80 }] },
          { loadBalancer: { ingress: [{ ip: "198.18.0.1" }] } },
        ),
        service("other", "grafana", { ports: [{ port: 3000 }] }),
      ],
    });
    const [api] = await listWorkloads(client, { simulated: true });
    assert.deepEqual(api, {
      platform: "cancer",
      name: "api",
      kind: "Deployment",
      object: "api",
      namespace: "cancer-mlops",
      ready: 2,
      desired: 2,
      runs: false,
      footprint: false,
      images: ["example.com/api:1"],
      addresses: ["198.18.0.1:80", "(any node):30500", "api-service.cancer-mlops:8000"],
      settled: true,
    });
  });

  const settling: readonly (readonly [
    what: string,
    status: Plain | undefined,
    ready: number,
    settled: boolean,
  ])[] = [
    ["nothing is known of it", undefined, 0, false],
    ["the controller has not seen the change", { ...healthy, observedGeneration: 2 }, 2, false],
    ["old pods are still there", { ...healthy, replicas: 3 }, 2, false],
    ["ready pods are old ones", { ...healthy, updatedReplicas: 1, replicas: 3 }, 1, false],
    ["every pod is new and ready", healthy, 2, true],
  ];
  for (const [what, status, ready, settled] of settling) {
    it(`are ${settled ? "" : "not "}settled when ${what}`, async () => {
      const [found] = await listWorkloads(cluster({ deployments: [deployment("api", status)] }), {
        simulated: false,
      });
      assert.deepEqual([found?.ready, found?.settled], [ready, settled]);
    });
  }

  const wanted: readonly (readonly [what: string, replicas: number, target: string, desired: number])[] = [
    ["as many as its autoscaler's minimum, before that has acted", 1, "api", 3],
    ["as many as its autoscaler made of it", 5, "api", 5],
    ["none when it is scaled to none, which turns the autoscaler off", 0, "api", 0],
    ["as many as it says, where the autoscaler is another's", 1, "grafana", 1],
  ];
  for (const [what, replicas, target, desired] of wanted) {
    it(`want ${what}`, async () => {
      const autoscaler = {
        metadata: { name: "any", namespace: "cancer-mlops", labels: managed },
        spec: { minReplicas: 3, maxReplicas: 6, scaleTargetRef: { kind: "Deployment", name: target } },
      };
      const [found] = await listWorkloads(
        cluster({ deployments: [deployment("api", healthy, replicas)], autoscalers: [autoscaler] }),
        { simulated: false },
      );
      assert.equal(found?.desired, desired);
    });
  }

  it("are missing where the stack file has them and the cluster has not, unless nothing is deployed", async () => {
    const platforms = describePlatforms(settingsOf("dev"));
    const found = await listWorkloads(
      cluster({ deployments: ["api", "mlflow", "grafana"].map((name) => deployment(name, healthy)) }),
      { simulated: false },
    );
    assert.deepEqual(missingAmong(platforms, found), [
      { platform: "cancer", name: "prometheus", namespace: "cancer-mlops" },
    ]);
    assert.deepEqual(missingAmong(platforms, []), []);
  });

  it("include rollouts where the cluster knows them", async () => {
    const rollout = { ...deployment("gateway", undefined), status: { ...healthy, observedGeneration: "3" } };
    const found = await listWorkloads(cluster({ custom: { rollouts: [rollout] } }), { simulated: false });
    assert.deepEqual(
      found.map(({ kind, settled }) => [kind, settled]),
      [["Rollout", true]],
    );
  });

  it("are chosen by name, with a suggestion for a wrong one", async () => {
    const all = await listWorkloads(
      cluster({ deployments: [deployment("api", healthy), deployment("grafana", healthy)] }),
      { simulated: false },
    );
    assert.equal(chooseWorkloads(all, undefined, "dev").length, 2);
    assert.deepEqual(
      chooseWorkloads(all, "cancer/api", "dev").map(({ name }) => name),
      ["api"],
    );
    assert.throws(() => chooseWorkloads(all, "cancer/apl", "dev"), {
      ending: "badInput",
      message: 'dev has no workload "cancer/apl".',
      remedies: ["Did you mean cancer/api? There are: cancer/api, cancer/grafana."],
    });
    assert.throws(() => chooseWorkloads(all, "grafana", "dev"), {
      remedies: ["Did you mean cancer/grafana? There are: cancer/api, cancer/grafana."],
    });
    assert.throws(() => chooseWorkloads([], undefined, "dev"), /Nothing of dev is deployed/);
  });

  it("leave footprints out where all are meant: there is nothing to restart", async () => {
    const standIn = deployment("velero", healthy) as { metadata: { labels: Record<string, string> } };
    standIn.metadata.labels["quint.dev/footprint"] = "velero";
    const all = await listWorkloads(cluster({ deployments: [deployment("api", healthy), standIn] }), {
      simulated: true,
    });
    assert.deepEqual(
      all.map(({ name, footprint }) => [name, footprint]),
      [
        ["api", false],
        ["velero", true],
      ],
    );
    assert.deepEqual(
      chooseWorkloads(all, undefined, "dev").map(({ name }) => name),
      ["api"],
    );
  });
});

describe("what surrounds the workloads", () => {
  it("are volumes of our namespaces with what they keep", async () => {
    const claim = (name: string, namespace: string, phase: string) => ({
      metadata: { name, namespace, labels: managed, annotations: { "quint.dev/purpose": "Models" } },
      spec: {
        accessModes: ["ReadWriteMany"],
        storageClassName: "shared",
        resources: { requests: { storage: "5Gi" } },
      },
      status: { phase },
    });
    const ofFootprint = claim("c", "ours", "Bound");
    ofFootprint.metadata.labels = { ...managed, "quint.dev/footprint": "loki" } as typeof managed;
    const client = cluster({
      claims: [
        claim("b", "ours", "Pending"),
        claim("a", "ours", "Bound"),
        claim("x", "theirs", "Bound"),
        ofFootprint,
      ],
    });
    const volumes = await listVolumes(client, new Set(["ours"]));
    assert.deepEqual(
      volumes.map(({ name, bound, size, purpose }) => [name, bound, size, purpose]),
      [
        ["a", true, "5Gi", "Models"],
        ["b", false, "5Gi", "Models"],
      ],
    );
  });

  it("are routes: hosts and paths of the gateway, load balancers, node ports", async () => {
    const virtual = {
      metadata: { name: "api", namespace: "cancer-mlops" },
      spec: {
        hosts: ["api.example.com"],
        http: [
          {
            match: [{ uri: { prefix: "/v1" } }, { uri: { exact: "/health" } }],
            route: [{ destination: { host: "api-service", port: { number: 8000 } } }],
          },
          { route: [{ destination: { host: "web", port: { number: 80 } } }] },
        ],
      },
    };
    const services = [
      service("lb", "api", { type: "LoadBalancer", ports: [{ port: 80 }] }),
      service("in", "api", { ports: [{ port: 1 }] }),
    ];
    const routes = await listRoutes(cluster({ services, custom: { virtualservices: [virtual] } }));
    assert.deepEqual(
      routes.map(({ kind, from, to }) => `${kind} ${from} -> ${to}`),
      [
        "LoadBalancer (pending):80 -> lb.cancer-mlops:80",
        "VirtualService api.example.com/ -> web:80",
        "VirtualService api.example.com/health -> api-service:8000",
        "VirtualService api.example.com/v1 -> api-service:8000",
      ],
    );
    assert.equal(
      (await listRoutes(cluster({ services }))).length,
      1,
      "a cluster without a mesh has no VirtualServices",
    );
  });

  it("are quotas in percent, the fullest first, whatever the units", async () => {
    const quota = {
      metadata: { name: "quota", namespace: "ours" },
      status: {
        hard: { "requests.cpu": "2", "limits.memory": "8Gi", pods: "0" },
        used: { "requests.cpu": "500m", "limits.memory": "6144Mi", pods: "0" },
      },
    };
    const quotas = await listQuotas(cluster({ quotas: [quota] }), new Set(["ours"]));
    assert.deepEqual(
      quotas.map(({ resource, percent }) => [resource, percent]),
      [
        ["limits.memory", 75],
        ["requests.cpu", 25],
        ["pods", 0],
      ],
    );
  });

  it("are warnings of the last hour: alike ones once, with the latest message", () => {
    const warned = (name: string, minute: number, message: string, count = 1): Plain => ({
      metadata: { namespace: "ours" },
      involvedObject: { kind: "Pod", name, namespace: "ours" },
      reason: "FailedScheduling",
      message,
      count,
      lastTimestamp: new Date(Date.UTC(2026, 0, 1, 10, minute)),
    });
    const events = [
      warned("a", 10, "old", 2),
      warned("a", 20, "new", 3),
      warned("b", 30, "other"),
      warned("c", 1, "too old"),
    ];
    assert.deepEqual(
      aggregate(events as unknown as CoreV1Event[], new Date(Date.UTC(2026, 0, 1, 10, 5))).map(
        ({ object, message, count }) => [object, message, count],
      ),
      [
        ["Pod b", "other", 1],
        ["Pod a", "new", 5],
      ],
    );
  });
});

describe("secrets", () => {
  const secret = (
    name: string,
    annotations: Record<string, string>,
    labels: Record<string, string> = managed,
  ) => ({
    metadata: { name, namespace: "cancer-mlops", labels, annotations },
    data: {
      password: Buffer.from("s3cret-väl").toString("base64"),
      username: Buffer.from("admin").toString("base64"),
    },
  });
  const secrets = [
    secret("grafana-admin", { "quint.dev/purpose": "Grafana's administrator" }),
    secret("certificate", {}),
    secret("theirs", {}, {}),
  ];

  it("are listed by what they open, without a value", async () => {
    const listed = await listSecrets(cluster({ secrets }));
    assert.deepEqual(listed, [
      {
        namespace: "cancer-mlops",
        name: "grafana-admin",
        keys: ["password", "username"],
        purpose: "Grafana's administrator",
      },
    ]);
  });

  it("give one value, on request", async () => {
    assert.equal(
      await readSecretValue(cluster({ secrets }), "cancer-mlops/grafana-admin/password"),
      "s3cret-väl",
    );
  });

  for (const [address, message] of [
    ["grafana-admin", /"grafana-admin" does not name a value/],
    ["cancer-mlops/grafana-admin/password/x", /does not name a value/],
    ["cancer-mlops/nothing/password", /There is no Secret cancer-mlops\/nothing/],
    ["cancer-mlops/grafana-admin/pasword", /has no key "pasword"/],
    ["cancer-mlops/theirs/password", /not one of Quint's/],
  ] as const) {
    it(`refuse ${address}`, async () => {
      await assert.rejects(readSecretValue(cluster({ secrets }), address), { ending: "badInput", message });
    });
  }
});

const report: StatusReport = {
  version: 1,
  stack: "dev",
  environment: "dev",
  cluster: { type: "simulated", simulated: true, enforcesNetworkPolicy: false },
  ready: false,
  missing: [{ platform: "cancer", name: "grafana", namespace: "cancer-mlops" }],
  workloads: [
    {
      platform: "cancer",
      name: "api",
      kind: "Deployment",
      object: "api",
      namespace: "cancer-mlops",
      ready: 2,
      desired: 2,
      runs: false,
      footprint: false,
      images: ["example.com/api:1"],
      addresses: ["198.18.0.1:80", "api:8000", "never shown"],
    },
    {
      platform: "cancer",
      name: "mlflow",
      kind: "Deployment",
      object: "mlflow",
      namespace: "cancer-mlops",
      ready: 0,
      desired: 1,
      runs: false,
      footprint: false,
      images: ["example.com/mlflow:1"],
      addresses: [],
    },
  ],
  volumes: [
    {
      platform: "cancer",
      namespace: "cancer-mlops",
      name: "models",
      purpose: "Models",
      size: "5Gi",
      accessModes: ["ReadWriteMany"],
      storageClass: "shared",
      bound: false,
    },
  ],
  routes: [],
  warnings: [
    {
      namespace: "cancer-mlops",
      object: "Pod a",
      reason: "FailedScheduling",
      message: "x".repeat(300),
      count: 2,
      last: "2026-01-01T10:00:00.000Z",
    },
  ],
  quotas: [{ namespace: "cancer-mlops", resource: "pods", used: "0", limit: "10", percent: 0 }],
};

describe("the status report", () => {
  it("has one stable shape: a field more, less, or of another type is none", () => {
    assert.deepEqual(statusReport.parse(JSON.parse(JSON.stringify(report))), report);
    assert.throws(() => statusReport.parse({ ...report, extra: 1 }));
    assert.throws(() => statusReport.parse({ ...report, version: 2 }));
    assert.throws(() =>
      statusReport.parse({ ...report, workloads: [{ ...report.workloads[0], ready: "2" }] }),
    );
    assert.throws(() => statusReport.parse({ ...report, quotas: undefined }));
  });

  it("is a plain table for people", () => {
    assert.equal(
      text(workloadTable(report)),
      `  workload        namespace     ready  state      image                 address
  cancer/grafana  cancer-mlops      -  missing
  cancer/api      cancer-mlops    2/2  simulated  example.com/api:1     198.18.0.1:80, api:8000
  cancer/mlflow   cancer-mlops    0/1  not ready  example.com/mlflow:1`,
    );
  });

  it("has one line for the footprints of a platform that are there, and one for each that is not", () => {
    const footprint = (name: string, ready: number) => ({
      ...report.workloads[0]!,
      platform: "foundation",
      name,
      namespace: name,
      ready,
      footprint: true,
    });
    assert.equal(
      text(
        workloadTable({
          workloads: [footprint("velero", 2), footprint("loki", 2), footprint("tempo", 1)],
          missing: [],
        }),
      ),
      `  workload          namespace     ready  state      image                                   address
  foundation/tempo  tempo           1/2  not ready  example.com/api:1                       198.18.0.1:80, api:8000
  foundation/*      2 namespaces    4/4  footprint  2 workloads of charts, as placeholders`,
    );
  });

  it("never calls a simulated workload running", () => {
    assert.doesNotMatch(text(statusTables(report)), /running/);
    const real = report.workloads.map((workload) => ({ ...workload, runs: true }));
    assert.match(text(workloadTable({ workloads: real, missing: [] })), /2\/2 {2}running/);
  });

  it("shows what is missing: volumes that are not bound, nothing where there is nothing, messages that fit", () => {
    const shown = text(statusTables(report));
    assert.match(shown, /cancer-mlops\/models {3}5Gi {2}RWX +shared {2}not bound {2}Models/);
    assert.match(shown, /Routes\n {2}\(none\)/);
    assert.match(shown, /Quotas\n {2}\(none\)/);
    assert.match(shown, /x…$/m);
    assert.doesNotMatch(shown, /x{120}/);
  });
});
