/**
 * The tables of seed 002, figure by figure, against the rendered objects of the repository's stacks. Every figure is a
 * literal of the seed; its heading stands beside. Where ours differs, the test says `differs`, and docs/decisions.md
 * ("Code review (seed 002)") says why.
 */
import assert from "node:assert/strict";
import { describeStack } from "../../../../platforms/index.ts";
import type { KubernetesObject } from "../../../../policy/index.ts";
import {
  boundsIn,
  dashboardsIn,
  figure,
  namesOf,
  objectsIn,
  rulesIn,
  shareIn,
  within,
} from "../../../support/figures.ts";
import { at, named } from "../../../support/objects.ts";
import { objectsOf, settingsOf } from "../../../support/stacks.ts";

const stable = "platform-v2-stable";
const versions = [stable, "platform-v1-exp", "platform-v3-quarantine"];
const services = ["ai-orchestrator", "analysis-service", "auth-service"];
/** Infrastructure, monitoring and ingress: where a version's pods may be called from, and what they may call. */
const [stores, monitoring, ingress] = ["platform-infrastructure", "platform-monitoring", "istio-ingress"];

describe("seed 002 in production", () => {
  let all: readonly KubernetesObject[];
  const inside = (namespace: string) => within(all, namespace);

  before(async () => {
    all = await objectsIn("production");
  });

  it("Namespaces (6); ingress differs", () => {
    const names = namesOf(all, "Namespace");
    for (const name of [...versions, stores, monitoring, ingress]) assert.ok(names.includes(name), name);
  });

  describe("Deployments (3)", () => {
    const figures = {
      "auth-service": ["250m", "512Mi", "1000m", "2Gi"],
      "analysis-service": ["500m", "1Gi", "2000m", "4Gi"],
      "ai-orchestrator": ["1000m", "2Gi", "4000m", "8Gi"],
    };
    for (const [name, share] of Object.entries(figures)) {
      it(`${name}: ${share.join(" ")}; liveness 30 s, readiness 10 s; the orchestrator on compute nodes`, () => {
        const objects = inside(stable);
        assert.deepEqual(shareIn(objects, name), share);
        const pod = figure(objects, "Deployment", name, "spec.template.spec");
        assert.equal(at(pod, "containers.0.livenessProbe.periodSeconds"), 30);
        assert.equal(at(pod, "containers.0.readinessProbe.periodSeconds"), 10);
        assert.equal(
          at(pod, "nodeSelector", "workload-type"),
          name === "ai-orchestrator" ? "compute" : undefined,
        );
      });
    }

    it("V1 with one or two of each, V3 with one; neither scales", () => {
      for (const [namespace, allowed] of [
        ["platform-v1-exp", [1, 2]],
        ["platform-v3-quarantine", [1]],
      ] as const) {
        assert.deepEqual(namesOf(inside(namespace), "Deployment"), services);
        assert.deepEqual(namesOf(inside(namespace), "HorizontalPodAutoscaler"), []);
        for (const name of services) {
          const replicas = figure(inside(namespace), "Deployment", name, "spec.replicas");
          assert.ok((allowed as readonly unknown[]).includes(replicas), `${namespace}/${name}`);
        }
      }
    });
  });

  describe("Horizontal Pod Autoscaling (3)", () => {
    // Least, most, CPU, memory; pods beside the 100 % of "Scale up".
    const autoscalers = {
      "auth-service": [[3, 20, 70, 80], undefined],
      "analysis-service": [[3, 50, 70, 80], 4],
      "ai-orchestrator": [[2, 30, 75, 80], 2],
    } as const;

    it("are these three", () => {
      assert.deepEqual(namesOf(inside(stable), "HorizontalPodAutoscaler"), services);
    });

    for (const [name, [bounds, pods]] of Object.entries(autoscalers)) {
      it(`${name}: ${bounds.join(" ")}`, () => {
        assert.deepEqual(boundsIn(inside(stable), name), bounds);
        const behavior = figure(inside(stable), "HorizontalPodAutoscaler", name, "spec.behavior");
        assert.deepEqual(at(behavior, "scaleUp.policies"), [
          { type: "Percent", value: 100, periodSeconds: 15 },
          ...(pods === undefined ? [] : [{ type: "Pods", value: pods, periodSeconds: 15 }]),
        ]);
        assert.deepEqual(at(behavior, "scaleDown.policies"), [
          { type: "Percent", value: 50, periodSeconds: 60 },
        ]);
        // "Stabilization windows: 0s (up), 300s (down)".
        assert.equal(at(behavior, "scaleUp.stabilizationWindowSeconds"), 0);
        assert.equal(at(behavior, "scaleDown.stabilizationWindowSeconds"), 300);
      });
    }
  });

  describe("Network Policies (5)", () => {
    const peers = (namespace: string, workload: string, end: "ingress.from" | "egress.to") => {
      const [rules, peer] = end.split(".") as [string, string];
      const spec = figure(inside(namespace), "NetworkPolicy", workload, `spec.${rules}`) as object[];
      return new Set(
        spec.flatMap((rule) =>
          ((at(rule, peer) as object[] | undefined) ?? ["anything"]).map((one) =>
            typeof one === "string"
              ? one
              : at(one, "namespaceSelector.matchLabels", "kubernetes.io/metadata.name"),
          ),
        ),
      );
    };

    it("deny what is not said, in every namespace", () => {
      for (const namespace of [...versions, stores]) {
        const spec = figure(inside(namespace), "NetworkPolicy", "default-deny", "spec");
        assert.deepEqual(at(spec, "policyTypes"), ["Ingress", "Egress"]);
      }
    });

    it("V2, V1, V3: Ingress from the ingress alone (and Monitoring: Prometheus scrapes)", () => {
      for (const namespace of versions) {
        for (const name of services) {
          assert.deepEqual(peers(namespace, name, "ingress.from"), new Set([ingress, monitoring]));
        }
      }
    });

    it("V2: Egress to the stores; V1: to all; V3: to the stores", () => {
      for (const name of services) {
        assert.deepEqual(peers(stable, name, "egress.to"), new Set([stores, monitoring]));
        assert.ok(peers("platform-v1-exp", name, "egress.to").has("anything"));
        assert.deepEqual(peers("platform-v3-quarantine", name, "egress.to"), new Set([stores, monitoring]));
      }
    });

    it("V3 read-only: of the stores PostgreSQL alone, as a reader, with methods that read", async () => {
      const objects = inside("platform-v3-quarantine");
      for (const name of services) {
        const rules = figure(objects, "NetworkPolicy", name, "spec.egress") as object[];
        const reached = rules
          .filter(
            (rule) =>
              at(rule, "to.0.namespaceSelector.matchLabels", "kubernetes.io/metadata.name") === stores,
          )
          .map((rule) => at(rule, "ports"));
        assert.deepEqual(reached, [[{ port: 5432, protocol: "TCP" }]], name);
      }
      const { requiredSecrets } = await objectsOf("production", "simulated");
      const secrets = requiredSecrets.filter(({ namespace }) => namespace === "platform-v3-quarantine");
      assert.deepEqual(secrets.map(({ name }) => name).sort(), ["postgresql-quarantine", "service-secrets"]);
      const roles = figure(inside(stores), "Cluster", "postgresql", "spec.managed.roles") as object[];
      const reader = roles.find((role) => at(role, "name") === "quarantine");
      assert.deepEqual(at(reader, "inRoles"), ["pg_read_all_data"]);
      for (const right of ["superuser", "createdb", "createrole", "replication", "bypassrls"]) {
        assert.notEqual(at(reader, right), true, right);
      }
      const denied = figure(inside(ingress), "AuthorizationPolicy", "v3-coderev-example-com-methods", "spec");
      assert.equal(at(denied, "action"), "DENY");
      assert.deepEqual(at(denied, "rules.0.to.0.operation.notMethods"), ["GET", "HEAD", "OPTIONS"]);
    });

    it("Infrastructure: full internal communication", () => {
      for (const name of ["opa", "neo4j"]) {
        const policies = inside(stores).filter(
          ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name.startsWith(name),
        );
        const sources = policies.flatMap((policy) =>
          (at(policy, "spec.ingress") as object[]).flatMap(
            (rule) => (at(rule, "from") as object[] | undefined) ?? [],
          ),
        );
        assert.ok(
          sources.some(
            (source) =>
              at(source, "podSelector") === undefined &&
              at(source, "namespaceSelector.matchLabels", "kubernetes.io/metadata.name") === stores,
          ),
          name,
        );
      }
    });
  });

  describe("Ingress (3)", () => {
    const hosts = {
      "api.coderev.example.com": [stable, ["/api/analyze", "/api/auth", "/api/orchestrate"]],
      "v1.coderev.example.com": ["platform-v1-exp", ["/"]],
      "v3.coderev.example.com": ["platform-v3-quarantine", ["/"]],
    } as const;

    for (const [host, [namespace, paths]] of Object.entries(hosts)) {
      it(`${host}: ${paths.join(", ")}, TLS by Let's Encrypt`, () => {
        const route = named(inside(namespace), "VirtualService", "code-review");
        assert.deepEqual(at(route, "spec.hosts"), [host]);
        const prefixes = (at(route, "spec.http") as object[]).map((rule) => at(rule, "match.0.uri.prefix"));
        for (const path of paths) assert.ok(prefixes.includes(path), path);
        const certificate = within(all, ingress).find(
          (object) =>
            object.kind === "Certificate" && (at(object, "spec.dnsNames") as string[]).includes(host),
        );
        assert.ok(certificate, `no certificate of ${host}`);
        const issuer = String(at(certificate, "spec.issuerRef.name"));
        assert.match(String(figure(all, "ClusterIssuer", issuer, "spec.acme.server")), /letsencrypt/);
      });
    }

    it("Rate limit: 100 req/s, shared by the gateway's three replicas", () => {
      const filters = inside(ingress).filter(({ kind }) => kind === "EnvoyFilter");
      const limited = filters.filter((filter) => JSON.stringify(filter).includes("coderev.example.com"));
      assert.equal(limited.length, 1);
      const bucket = at(limited[0], "spec.configPatches.0.patch.value.typed_config.token_bucket");
      assert.equal(at(bucket, "fill_interval"), "1s");
      // A third, rounded up.
      assert.equal(at(bucket, "tokens_per_fill"), 34);
    });
  });

  it("Pod Security, in every pod of every version", () => {
    for (const namespace of versions) {
      for (const name of services) {
        const pod = figure(inside(namespace), "Deployment", name, "spec.template.spec");
        assert.equal(at(pod, "securityContext.runAsNonRoot"), true);
        assert.equal(at(pod, "securityContext.runAsUser"), 1000);
        const container = at(pod, "containers.0.securityContext");
        assert.equal(at(container, "allowPrivilegeEscalation"), false);
        assert.equal(at(container, "readOnlyRootFilesystem"), true);
        assert.deepEqual(at(container, "capabilities.drop"), ["ALL"]);
      }
    }
  });

  it("RBAC: a service account for each service, without a token", () => {
    for (const namespace of versions) {
      for (const name of services) {
        const pod = figure(inside(namespace), "Deployment", name, "spec.template.spec");
        assert.equal(at(pod, "serviceAccountName"), name);
        assert.equal(at(pod, "automountServiceAccountToken"), false);
        named(inside(namespace), "ServiceAccount", name);
      }
    }
  });

  it("Prometheus: every 15 s, all services, port 8000", () => {
    for (const namespace of versions) {
      for (const name of services) {
        const endpoint = figure(inside(namespace), "ServiceMonitor", name, "spec.endpoints.0");
        assert.equal(at(endpoint, "interval"), "15s");
        const [port] = figure(inside(namespace), "Service", name, "spec.ports") as object[];
        assert.deepEqual([at(port, "name"), at(port, "port")], [at(endpoint, "port"), 8000]);
      }
    }
  });

  it("SLO: p95 < 3s, error rate < 2%", () => {
    const rules = rulesIn(inside(stable));
    assert.match(
      rules.get("CodeReviewSlow")?.expr ?? "",
      /histogram_quantile\(0\.95, .*platform-v2-stable.* > 3$/,
    );
    assert.match(rules.get("CodeReviewErrors")?.expr ?? "", /platform-v2-stable.* > 0\.02$/);
    assert.match(rules.get("slo:requests_bad:rate5m")?.expr ?? "", /platform-v2-stable/);
  });

  it("Grafana: four dashboards", () => {
    assert.deepEqual(dashboardsIn(inside(stable)), [
      "Database performance",
      "Pod resource usage",
      "Request metrics",
      "Service health",
    ]);
  });

  it("Tempo: 10 % of the traces (differs: and all that failed or were slow, so that the mesh reports every one)", () => {
    const { foundation } = describeStack(settingsOf("production"));
    assert.equal(foundation.options.tracing.samplingPercent, 10);
    const offered = within(all, "istio-system")
      .filter(({ kind }) => kind === "Telemetry")
      .map((object) => at(object, "spec.tracing.0.randomSamplingPercentage"));
    assert.ok(offered.includes(100), JSON.stringify(offered));
  });

  it("High Availability: kept apart, drained one at a time, and let finish", () => {
    const objects = inside(stable);
    for (const name of services) {
      const pod = figure(objects, "Deployment", name, "spec.template.spec");
      assert.ok(at(pod, "affinity.podAntiAffinity"), name);
      assert.equal(at(pod, "topologySpreadConstraints.0.whenUnsatisfiable"), "DoNotSchedule");
      assert.ok(at(pod, "containers.0.lifecycle.preStop"), name);
      assert.equal(figure(objects, "Deployment", name, "spec.strategy.rollingUpdate.maxUnavailable"), 0);
      assert.equal(figure(objects, "PodDisruptionBudget", name, "spec.maxUnavailable"), 1);
    }
  });
});
