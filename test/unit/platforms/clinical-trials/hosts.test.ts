/** The six hosts of seed 000 ("Ingress Resources (6 ingresses)") and its destination rules, as they are rendered. */
import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../../policy/index.ts";
import { at, named } from "../../../support/objects.ts";
import { figure, namesOf, objectsIn } from "./rendered.ts";

const namespace = "clinical-mlops-production";
const fqdn = (host: string) => `${host}.clinical-mlops.example.com`;
const dashed = (host: string) => fqdn(host).replaceAll(".", "-");

describe("seed 000, Ingress Resources (6 ingresses)", () => {
  let objects: readonly KubernetesObject[];
  let here: readonly KubernetesObject[];

  before(async () => {
    objects = await objectsIn("production");
    here = objects.filter(({ metadata }) => metadata.namespace === namespace);
  });

  /** The route behind a host for all paths. */
  const routeOf = (host: string) => {
    const service = here.find(
      (object) => object.kind === "VirtualService" && at(object, "spec.hosts.0") === fqdn(host),
    );
    const route = (at(service, "spec.http") as object[]).at(-1);
    // The gateway's calls are shared with its canary, in an object of their own.
    const shares = at(route, "delegate.name") as string | undefined;
    return shares === undefined
      ? route
      : { ...route, route: figure(here, "VirtualService", shares, "spec.http.0.route") };
  };

  // Host -> Service and namespace behind it, time-out. 300 s is the seed's ("Extended timeouts (300s)").
  const hosts = {
    api: ["clinical-gateway", namespace, "30s"],
    ml: ["model-serving", namespace, "300s"],
    mlflow: ["mlflow", namespace, "60s"],
    airflow: ["airflow-api-server", namespace, "60s"],
    grafana: ["grafana", "platform-monitoring", "60s"],
    prometheus: ["kube-prometheus-stack-prometheus", "platform-monitoring", "60s"],
  } as const;

  it("are these six, each with a certificate", () => {
    const found = here
      .filter((object) => object.kind === "VirtualService" && at(object, "spec.gateways") !== undefined)
      .map((object) => at(object, "spec.hosts.0"));
    assert.deepEqual(found.sort(), Object.keys(hosts).map(fqdn).sort());
    for (const host of Object.keys(hosts)) {
      assert.deepEqual(figure(objects, "Certificate", dashed(host), "spec.dnsNames"), [fqdn(host)]);
    }
  });

  for (const [host, [service, of, timeout]] of Object.entries(hosts)) {
    it(`${host} leads to ${service}, within ${timeout}`, () => {
      assert.equal(at(routeOf(host), "route.0.destination.host"), `${service}.${of}.svc.cluster.local`);
      assert.equal(at(routeOf(host), "timeout"), timeout);
    });
  }

  it("the gateway's takes 100 requests a second, counted in three replicas, and calls from a browser", () => {
    const bucket = figure(
      objects,
      "EnvoyFilter",
      dashed("api"),
      "spec.configPatches.0.patch.value.typed_config.token_bucket",
    );
    // 100 and 110 in three: each replica counts what it sees itself.
    assert.deepEqual(bucket, { max_tokens: 37, tokens_per_fill: 34, fill_interval: "1s" });
    assert.deepEqual(at(routeOf("api"), "corsPolicy.allowOrigins"), [
      { exact: "https://clinical-mlops.example.com" },
    ]);
  });

  it("model serving's takes bodies of 10 MB", () => {
    const path = "spec.configPatches.0.patch.value.typed_config.max_request_bytes";
    assert.equal(figure(objects, "EnvoyFilter", dashed("ml"), path), 10_000_000);
  });

  it("MLflow's, Airflow's and Prometheus' ask for the login, and no other", () => {
    const asking = namesOf(objects, "AuthorizationPolicy").filter(
      (name) => name.includes("clinical-mlops") && name.endsWith("-login"),
    );
    assert.deepEqual(
      asking,
      ["airflow", "mlflow", "prometheus"].map((host) => `${dashed(host)}-login`),
    );
  });

  it("Prometheus' is internal", () => {
    const policy = named(objects, "AuthorizationPolicy", `${dashed("prometheus")}-allow-list`);
    assert.equal(at(policy, "spec.action"), "DENY");
    assert.deepEqual(at(policy, "spec.rules.0.from.0.source.notRemoteIpBlocks"), [
      "10.0.0.0/8",
      "172.16.0.0/12",
      "192.168.0.0/16",
    ]);
  });

  it("DestinationRules (2 rules): the gateway's load balancing, the ML pipeline's circuit breakers", () => {
    // The same holds for a version that comes in.
    for (const [service, beside] of [
      ["clinical-gateway", "clinical-gateway-canary"],
      ["model-serving", "model-serving-preview"],
    ] as const) {
      assert.deepEqual(
        figure(here, "DestinationRule", beside, "spec.trafficPolicy"),
        figure(here, "DestinationRule", service, "spec.trafficPolicy"),
      );
    }
    assert.equal(namesOf(here, "DestinationRule").length, 4);
    const policy = (name: string, path: string) =>
      figure(here, "DestinationRule", name, `spec.trafficPolicy.${path}`);
    assert.equal(policy("clinical-gateway", "loadBalancer.simple"), "LEAST_REQUEST");
    assert.equal(policy("clinical-gateway", "outlierDetection"), undefined);
    assert.equal(policy("model-serving", "outlierDetection.consecutive5xxErrors"), 5);
    assert.ok(policy("model-serving", "connectionPool.tcp.maxConnections"));
  });

  it("Policies: mTLS STRICT everywhere, nobody let in who is not named, traces and access logs", () => {
    const strict = named(objects, "PeerAuthentication", "default", "istio-system");
    assert.equal(at(strict, "spec.mtls.mode"), "STRICT");
    const looser = objects.filter(
      ({ kind, metadata }) => kind === "PeerAuthentication" && metadata.namespace === namespace,
    );
    assert.deepEqual(looser, []);
    assert.deepEqual(at(named(here, "AuthorizationPolicy", "default-deny"), "spec"), {});
    const { rules, action } = named(here, "AuthorizationPolicy", "clinical-gateway").spec as {
      rules: object[];
      action: string;
    };
    assert.equal(action, "ALLOW");
    assert.deepEqual(at(rules[0], "from.0.source.principals"), [
      "cluster.local/ns/istio-ingress/sa/istio-ingress",
      "cluster.local/ns/platform-monitoring/sa/kube-prometheus-stack-prometheus",
    ]);
    const telemetry = named(objects, "Telemetry", "mesh-default", "istio-system");
    assert.ok(at(telemetry, "spec.tracing.0.randomSamplingPercentage"));
    assert.ok(at(telemetry, "spec.accessLogging"));
  });

  it("NetworkPolicies: all denied, DNS allowed, the gateway from the ingress alone, the database from its clients", () => {
    const policy = (name: string) => at(named(here, "NetworkPolicy", name), "spec");
    assert.deepEqual(policy("default-deny"), { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    assert.equal(at(policy("allow-dns"), "egress.0.ports.0.port"), 53);
    /** Apps, namespaces or other labels of those who may reach a port. */
    const callers = (name: string, port: number) =>
      (at(policy(name), "ingress") as { from: object[]; ports: { port: number }[] }[])
        .filter(({ ports }) => ports.some((open) => open.port === port))
        .flatMap(({ from }) => from)
        .map(
          (peer) =>
            at(peer, "podSelector.matchLabels", "app.kubernetes.io/name") ??
            at(peer, "podSelector.matchLabels.release") ??
            at(peer, "podSelector.matchLabels", "cnpg.io/cluster") ??
            at(peer, "namespaceSelector.matchLabels", "kubernetes.io/metadata.name"),
        );
    const unique = (names: readonly unknown[]) => [...new Set(names)].sort();
    assert.deepEqual(unique(callers("clinical-gateway", 8080)), ["istio-ingress", "platform-monitoring"]);
    assert.deepEqual(unique(callers("postgresql", 5432)), [
      "airflow",
      "backup-record",
      "clinical-gateway",
      "cloudnative-pg",
      "mlflow",
      "postgresql",
    ]);
    assert.deepEqual(unique(callers("postgresql", 9187)), ["platform-monitoring"]);
    assert.deepEqual(unique(callers("kafka-producer", 8080)), ["clinical-gateway"]);
  });
});
