/** Who may talk to a workload, and whom it may call: what is declared, and nothing beside it. */
import assert from "node:assert/strict";
import type { Platform } from "../../../platforms/model/index.ts";
import { at } from "../../support/objects.ts";
import { messageOf, type Recorded } from "../../support/program.ts";
import { deploy, facts, lab, labWith, recordPlatform } from "../../support/test-platform.ts";

const namespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const pods = (workload: string) => ({
  podSelector: { matchLabels: { "app.kubernetes.io/name": workload, "app.kubernetes.io/part-of": "lab" } },
});
const tcp = (...ports: number[]) => ports.map((port) => ({ port, protocol: "TCP" }));

/** What the mesh adds in an injected namespace: the monitoring reads the sidecars' metrics. */
const sidecarMetrics = { from: [namespace("platform-monitoring")], ports: tcp(15020, 15090) };

describe("NetworkPolicy of a workload", () => {
  let recorded: Recorded;
  const policy = (workload: string) => at(recorded.object("NetworkPolicy", workload), "spec");

  before(async () => {
    recorded = await recordPlatform(lab());
  });

  it("is for the workload's pods and for both directions", () => {
    for (const name of ["web", "worker", "store"]) {
      assert.deepEqual(at(policy(name), "podSelector"), pods(name).podSelector);
      assert.deepEqual(at(policy(name), "policyTypes"), ["Ingress", "Egress"]);
    }
  });

  it("lets in the gateway, the world, workloads and the monitoring, each at its port", () => {
    assert.deepEqual(at(policy("web"), "ingress"), [
      {
        from: [
          namespace("istio-ingress"),
          { ipBlock: { cidr: "0.0.0.0/0" } },
          { ipBlock: { cidr: "::/0" } },
          pods("worker"),
        ],
        ports: tcp(8080),
      },
      { from: [namespace("platform-monitoring")], ports: tcp(9090) },
      sidecarMetrics,
    ]);
  });

  it("lets in a caller of another namespace by namespace and pod together, not by either", () => {
    assert.deepEqual(at(policy("store"), "ingress"), [
      {
        from: [
          { ...namespace("lab"), ...pods("web") },
          { ...namespace("lab"), ...pods("worker") },
        ],
        ports: tcp(6000),
      },
    ]);
  });

  it("lets nobody in where no caller is declared, but the monitoring to the sidecar", () => {
    assert.deepEqual(at(policy("worker"), "ingress"), [sidecarMetrics]);
  });

  it("lets a workload call those that declare it, the addresses it declares, and the API server", () => {
    assert.deepEqual(at(policy("web"), "egress"), [
      { to: [{ ...namespace("lab-data"), ...pods("store") }], ports: tcp(6000) },
      { ports: tcp(443, 6443) },
      { to: [{ ipBlock: { cidr: "192.0.2.0/24" } }], ports: tcp(443, 5432) },
    ]);
  });

  it("lets a workload out to the API server alone, where the cluster knows its addresses", async () => {
    const known = {
      ...facts,
      apiServerCidrs: ["10.0.145.16/28", "10.96.0.1/32"],
      apiServerPorts: [6443, 443],
    };
    const web = (await recordPlatform(lab(), known)).object("NetworkPolicy", "web");
    assert.deepEqual((at(web, "spec.egress") as unknown[])[1], {
      to: [{ ipBlock: { cidr: "10.0.145.16/28" } }, { ipBlock: { cidr: "10.96.0.1/32" } }],
      ports: tcp(6443, 443),
    });
  });

  it("names a callee of the same namespace by its pods alone", () => {
    assert.deepEqual(at(policy("worker"), "egress"), [
      { to: [{ ...namespace("lab-data"), ...pods("store") }], ports: tcp(6000) },
      { to: [pods("web")], ports: tcp(8080) },
    ]);
  });

  it("lets a workload call nobody where it declares nothing and nobody declares it", () => {
    assert.deepEqual(at(policy("store"), "egress"), []);
  });

  it("opens a declared wildcard to the namespace it names, and not beyond", async () => {
    const platform = labWith("store", (store) => {
      store.callers = [{ kind: "namespace", namespace: "lab", port: "http" }];
    });
    const ingress = at((await recordPlatform(platform)).object("NetworkPolicy", "store"), "spec.ingress");
    assert.deepEqual(ingress, [{ from: [namespace("lab")], ports: tcp(8080) }]);
  });

  it("lets a workload send its traces, and one that declares it call whatever it likes", async () => {
    const platform = labWith("store", (store) => {
      store.egress = [{ kind: "telemetry" }, { kind: "everywhere" }];
    });
    const egress = at((await recordPlatform(platform)).object("NetworkPolicy", "store"), "spec.egress");
    assert.deepEqual(egress, [{ to: [namespace("platform-monitoring")], ports: tcp(4317, 4318) }, {}]);
  });

  it("has a rule of its own for each port that is called", async () => {
    const platform = labWith("store", (store) => {
      store.callers.push({ kind: "monitoring", port: "http" });
    });
    const ingress = at((await recordPlatform(platform)).object("NetworkPolicy", "store"), "spec.ingress");
    assert.deepEqual(
      (ingress as unknown[]).map((rule) => at(rule, "ports")),
      [tcp(6000), tcp(8080)],
    );
  });
});

describe("mesh", () => {
  it("stays STRICT but for the ports that the world calls", async () => {
    const recorded = await recordPlatform(lab());
    assert.deepEqual(recorded.names("PeerAuthentication"), ["web"]);
    assert.deepEqual(at(recorded.object("PeerAuthentication"), "spec"), {
      selector: { matchLabels: { "app.kubernetes.io/name": "web", "app.kubernetes.io/part-of": "lab" } },
      mtls: { mode: "STRICT" },
      portLevelMtls: { "8080": { mode: "PERMISSIVE" } },
    });
    const registration = recorded.registration("PeerAuthentication");
    assert.deepEqual(recorded.wiringOf(registration).dependsOn, ["quint:namespace:Namespace::lab-lab"]);
  });

  it("is told nothing where the world calls nobody", async () => {
    const platform = labWith("web", (web) => {
      web.callers = web.callers.filter(({ kind }) => kind !== "world");
    });
    assert.deepEqual((await recordPlatform(platform)).names("PeerAuthentication"), []);
  });

  it("is told nothing outside of itself: where nothing is injected, and no sidecar is scraped", async () => {
    const recorded = await recordPlatform(
      lab(({ namespaces }) => {
        namespaces[0]!.injected = false;
      }),
    );
    assert.deepEqual(recorded.names("PeerAuthentication"), []);
    assert.ok(!recorded.names("NetworkPolicy").includes("allow-mesh"));
    assert.deepEqual(at(recorded.object("NetworkPolicy", "worker"), "spec.ingress"), []);
    assert.equal(at(recorded.object("Namespace", "lab"), "metadata.labels", "istio-injection"), undefined);
  });
});

describe("monitor", () => {
  it("scrapes the workload through the one Service that leads to the port", async () => {
    const recorded = await recordPlatform(lab());
    assert.deepEqual(recorded.names("ServiceMonitor"), ["web"]);
    assert.deepEqual(at(recorded.object("ServiceMonitor"), "spec"), {
      selector: {
        matchLabels: {
          "app.kubernetes.io/name": "web",
          "app.kubernetes.io/part-of": "lab",
          "quint.dev/scraped": "true",
        },
      },
      endpoints: [
        {
          port: "metrics",
          path: "/metrics",
          interval: "15s",
          // Where the foundation's Prometheus has the certificates that its sidecar writes.
          scheme: "https",
          tlsConfig: {
            caFile: "/etc/prom-certs/root-cert.pem",
            certFile: "/etc/prom-certs/cert-chain.pem",
            keyFile: "/etc/prom-certs/key.pem",
            insecureSkipVerify: true,
          },
        },
      ],
    });
    const scraped = recorded
      .rendered()
      .objects.filter(({ kind, metadata }) => kind === "Service" && metadata.labels?.["quint.dev/scraped"]);
    assert.deepEqual(
      scraped.map(({ metadata }) => metadata.name),
      ["web-metrics"],
    );
  });

  it("scrapes in the clear what is outside the mesh, or a port that the world calls", async () => {
    const open = labWith("web", (web) => {
      web.callers.push({ kind: "world", port: "metrics" });
    });
    const outside = structuredClone(lab()) as { namespaces: { injected: boolean }[] } & Platform;
    for (const namespace of outside.namespaces) namespace.injected = false;
    for (const platform of [open, outside]) {
      const recorded = await recordPlatform(platform);
      assert.deepEqual(at(recorded.object("ServiceMonitor"), "spec.endpoints"), [
        { port: "metrics", path: "/metrics", interval: "15s" },
      ]);
    }
  });

  it("takes the first of several Services: each would have every pod scraped once more", async () => {
    const recorded = await recordPlatform(
      labWith("web", (web) => {
        web.monitor!.port = "http";
        web.callers.push({ kind: "monitoring", port: "http" });
      }),
    );
    const label = (service: string) =>
      at(recorded.object("Service", service), "metadata.labels", "quint.dev/scraped");
    assert.deepEqual(["web", "web-public", "web-node", "web-metrics"].map(label), [
      "true",
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("is in the clear outside of the mesh", async () => {
    const platform = lab(({ namespaces }) => {
      namespaces[0]!.injected = false;
    });
    const endpoint = at((await recordPlatform(platform)).object("ServiceMonitor"), "spec.endpoints.0");
    assert.deepEqual(endpoint, { port: "metrics", path: "/metrics", interval: "15s" });
  });

  it("is not there where the workload declares none", async () => {
    const recorded = await recordPlatform(
      labWith("web", (web) => {
        delete web.monitor;
      }),
    );
    assert.deepEqual(recorded.names("ServiceMonitor"), []);
  });

  it("is refused on a port that the workload does not have", async () => {
    const platform = labWith("web", (web) => {
      web.monitor!.port = "metric";
    });
    assert.equal(
      await messageOf(deploy(platform)),
      'workload "web" has no port "metric" (its ports: http, metrics)',
    );
  });

  it("is refused on a port that no Service leads to", async () => {
    const platform = labWith("web", (web) => {
      web.services = web.services.filter(({ targetPort }) => targetPort !== "metrics");
    });
    assert.equal(
      await messageOf(deploy(platform)),
      'workload "web" is scraped at the port "metrics", to which none of its Services leads',
    );
  });

  it("is refused where its network policy would not let the monitoring in", async () => {
    const platform = labWith("web", (web) => {
      web.callers = web.callers.filter(({ kind }) => kind !== "monitoring");
    });
    assert.equal(
      await messageOf(deploy(platform)),
      'workload "web" is scraped at the port "metrics", but does not name monitoring as a caller of it',
    );
  });
});
