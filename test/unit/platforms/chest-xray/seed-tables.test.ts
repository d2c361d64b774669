/**
 * The tables of seed 004, figure by figure, against the rendered objects of the repository's stacks. Every figure is a
 * literal of the seed; its heading stands beside. Where ours differs, the test says `differs`, and docs/decisions.md
 * ("Chest X-ray (seed 004)") says why.
 */
import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../../policy/index.ts";
import {
  boundsIn,
  dashboardsIn,
  figure,
  objectsIn,
  rulesIn,
  shareIn,
  within,
} from "../../../support/figures.ts";
import { at, named } from "../../../support/objects.ts";
import { objectsOf } from "../../../support/stacks.ts";

const server = "chest-xray-mlops";
const colors = ["blue", "green"] as const;

describe("seed 004 in production", () => {
  let all: readonly KubernetesObject[];
  const inside = (color: string) => within(all, `production-${color}`);

  before(async () => {
    all = await objectsIn("production");
  });

  it("Production Values, Resource Configuration: 2Gi and 1000m, at most 4Gi and 2000m, in both copies", () => {
    for (const color of colors) {
      assert.deepEqual(shareIn(inside(color), server), ["1000m", "2Gi", "2000m", "4Gi"]);
    }
  });

  it("Production Values: 3 to 10 replicas where requests come in; Cleanup: the other one stands by", () => {
    assert.deepEqual(boundsIn(inside("blue"), server).slice(0, 2), [3, 10]);
    assert.deepEqual(boundsIn(inside("green"), server).slice(0, 2), [1, 1]);
    for (const color of colors)
      assert.equal(figure(inside(color), "Deployment", server, "spec.replicas"), undefined);
  });

  it("Security Configuration", () => {
    for (const color of colors) {
      const pod = figure(inside(color), "Deployment", server, "spec.template.spec");
      assert.equal(at(pod, "securityContext.runAsNonRoot"), true);
      assert.equal(at(pod, "securityContext.runAsUser"), 1000);
      assert.equal(at(pod, "containers.0.securityContext.readOnlyRootFilesystem"), true);
      assert.equal(at(pod, "containers.0.securityContext.allowPrivilegeEscalation"), false);
    }
  });

  it("Monitoring Configuration: scraped every 30s; an Alertmanager", () => {
    for (const color of colors) {
      assert.equal(figure(inside(color), "ServiceMonitor", server, "spec.endpoints.0.interval"), "30s");
    }
    const names = within(all, "platform-monitoring").map(({ metadata }) => metadata.name);
    assert.ok(
      names.some((name) => name.includes("alertmanager")),
      names.join(),
    );
  });

  describe("Environment-Specific Values", () => {
    for (const color of colors) {
      it(`${color}: its namespace, and a host from inside alone`, () => {
        assert.ok(named(all, "Namespace", `production-${color}`));
        const host = `api-${color}.production.example.com`;
        assert.deepEqual(figure(inside(color), "VirtualService", server, "spec.hosts"), [host]);
        const denied = named(
          within(all, "istio-ingress"),
          "AuthorizationPolicy",
          `${host.replaceAll(".", "-")}-allow-list`,
        );
        assert.equal(at(denied, "spec.action"), "DENY");
        const [others] = ["notRemoteIpBlocks", "notIpBlocks"].flatMap(
          (key) => (at(denied, `spec.rules.0.from.0.source.${key}`) as string[][] | undefined) ?? [],
        );
        assert.ok(others, JSON.stringify(at(denied, "spec")));
      });

      it(`${color}: a database of its own (differs: in the cluster, unless the settings name the seed's hosts)`, () => {
        assert.match(
          String(figure(inside(color), "ConfigMap", "app-config", "data.database_url")),
          /^postgresql:\/\/chest-xray-db-rw:5432\//,
        );
        named(inside(color), "Cluster", "chest-xray-db");
      });
    }
  });

  it("Traffic Switch: the public host gives each copy its share; `kubectl get virtualservice -n production-blue`", () => {
    const route = named(inside("blue"), "VirtualService", "chest-xray-public");
    assert.deepEqual(at(route, "spec.hosts"), ["api.production.example.com"]);
    const rules = at(route, "spec.http") as object[];
    const shares = (at(rules.at(-1), "route") as object[]).map((one) => [
      at(one, "destination.host"),
      at(one, "weight"),
    ]);
    assert.deepEqual(shares, [
      ["chest-xray-mlops.production-blue.svc.cluster.local", 100],
      ["chest-xray-mlops.production-green.svc.cluster.local", 0],
    ]);
  });

  it("Security Measures: denied by default, mesh with mTLS, TLS at the ingress", () => {
    for (const color of colors) {
      const policy = figure(inside(color), "NetworkPolicy", "default-deny", "spec");
      assert.deepEqual(at(policy, "policyTypes"), ["Ingress", "Egress"]);
      assert.equal(
        figure(all, "Namespace", `production-${color}`, "metadata.labels", "istio-injection"),
        "enabled",
      );
    }
    assert.equal(
      figure(within(all, "istio-system"), "PeerAuthentication", "default", "spec.mtls.mode"),
      "STRICT",
    );
    const hosts = within(all, "istio-ingress")
      .filter(({ kind }) => kind === "Certificate")
      .flatMap((certificate) => at(certificate, "spec.dnsNames") as string[]);
    for (const host of ["api", "api-blue", "api-green"]) {
      assert.ok(hosts.includes(`${host}.production.example.com`), host);
    }
  });

  it("Common Issues: pods are found by `app=chest-xray-mlops`", () => {
    for (const color of colors) {
      assert.equal(
        figure(inside(color), "Deployment", server, "spec.template.metadata.labels.app"),
        "chest-xray-mlops",
      );
    }
  });

  describe("Automatic Rollback Triggers", () => {
    // The expression's end, and how long it must hold; the windows of 5 minutes are in the expressions.
    const triggers = {
      ChestXrayHealthCheckFailing: [/replicas_unavailable.*> 0$/, "2m"],
      ChestXrayErrorRateHigh: [/\[5m\].* > 0\.01$/, "0m"],
      ChestXrayResponseSlow: [/histogram_quantile\(0\.95,.*\[5m\].* > 2$/, "0m"],
      ChestXrayCriticalAlert: [/ALERTS\{.*severity="critical"/, undefined],
    } as const;

    for (const [name, [expression, wait]] of Object.entries(triggers)) {
      it(name, () => {
        const rule = rulesIn(inside("blue")).get(name);
        assert.match(rule?.expr ?? "", expression);
        if (wait !== undefined) assert.equal(rule?.for, wait);
      });
    }
  });

  it("Deployment Metrics: success, duration, rollbacks, time to recovery", () => {
    const series = [...rulesIn(inside("blue")).keys()].filter((name) => name.startsWith("chest_xray:"));
    for (const metric of [
      "deployment_success",
      "deployment_duration_seconds",
      "rollbacks",
      "time_to_recovery_seconds",
    ]) {
      assert.ok(
        series.some((name) => name.startsWith(`chest_xray:${metric}:`)),
        metric,
      );
    }
  });

  it("Dashboards (4), and two that every platform has", () => {
    assert.deepEqual(dashboardsIn(inside("blue")), [
      "Application Performance Metrics",
      "Blue-Green Environment Status",
      "Chest-xray: data stores",
      "Chest-xray: overview",
      "Infrastructure Resource Usage",
      "Production Deployment Overview",
    ]);
  });

  it("Backup and recovery procedures: each copy's database, every six hours, for 30 days", async () => {
    // On its own cluster: simulated nodes have no bucket to archive to.
    const { objects } = await objectsOf("production");
    for (const color of colors) {
      const copy = within(objects, `production-${color}`);
      assert.equal(figure(copy, "ScheduledBackup", "chest-xray-db", "spec.schedule"), "0 0 */6 * * *");
      assert.equal(figure(copy, "ObjectStore", "chest-xray-db", "spec.retentionPolicy"), "30d");
    }
  });
});

describe("seed 004 in the other environments", () => {
  for (const stack of ["dev", "staging"] as const) {
    it(`${stack} has both copies, in namespaces and under hosts of its own`, async () => {
      const all = await objectsIn(stack);
      for (const color of colors) {
        const hosts = figure(within(all, `${stack}-${color}`), "VirtualService", server, "spec.hosts");
        assert.match(String(hosts), new RegExp(`^api-${color}\\.${stack}\\.`));
      }
    });
  }
});
