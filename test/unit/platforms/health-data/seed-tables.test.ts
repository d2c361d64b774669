/**
 * The lists of seed 003, line by line, against the rendered objects of the repository's stacks; the heading stands
 * beside. Where ours differs, the test says `differs`, and docs/decisions.md ("Health data (seed 003)") says why.
 */
import assert from "node:assert/strict";
import { environments } from "../../../../config/index.ts";
import type { KubernetesObject } from "../../../../policy/index.ts";
import { figure, namesOf, objectsIn, within } from "../../../support/figures.ts";
import { at, named } from "../../../support/objects.ts";

const own = ["etl-engine", "health-api", "webauthn-example-service", "webauthn-server"];

describe("seed 003 in dev", () => {
  let all: readonly KubernetesObject[];
  let objects: readonly KubernetesObject[];
  const podOf = (name: string) => figure(objects, "Deployment", name, "spec.template.spec");

  before(async () => {
    all = await objectsIn("dev");
    objects = within(all, "health-platform-dev");
  });

  it("Applications - Development: API, ETL engine and WebAuthn stack over PostgreSQL, cache, object store and RabbitMQ", () => {
    const deployments = namesOf(objects, "Deployment");
    for (const name of own) assert.ok(deployments.includes(name), name);
    named(objects, "Cluster", "health-postgresql");
    named(objects, "RabbitmqCluster", "health-rabbitmq");
    const sets = namesOf(objects, "StatefulSet");
    for (const store of ["health-cache", "health-objects"]) {
      assert.ok(
        sets.some((name) => name.startsWith(store)),
        `${store}: ${sets.join(", ")}`,
      );
    }
  });

  it("ETL engine: a persistent volume for deduplication, which one pod writes", () => {
    const claim = figure(objects, "PersistentVolumeClaim", "etl-deduplication", "spec");
    assert.deepEqual(at(claim, "accessModes"), ["ReadWriteOnce"]);
    const { volumes } = podOf("etl-engine") as { volumes: object[] };
    assert.ok(
      volumes.some((volume) => at(volume, "persistentVolumeClaim.claimName") === "etl-deduplication"),
    );
    assert.equal(figure(objects, "Deployment", "etl-engine", "spec.strategy.type"), "Recreate");
  });

  it("Multi-Architecture Docker Images: arm64 first, amd64 where there is no room", () => {
    for (const name of own) {
      const affinity = at(podOf(name), "affinity.nodeAffinity");
      const [preference] = at(affinity, "preferredDuringSchedulingIgnoredDuringExecution") as object[];
      assert.deepEqual(at(preference, "preference.matchExpressions.0.values"), ["arm64"], name);
      assert.equal(at(affinity, "requiredDuringSchedulingIgnoredDuringExecution"), undefined, name);
    }
  });

  it("Test Coverage: service and port, limits, security context, probes", () => {
    for (const name of own) {
      const pod = podOf(name);
      assert.equal(at(pod, "securityContext.runAsNonRoot"), true);
      for (const path of [
        "resources.requests.memory",
        "resources.limits.cpu",
        "livenessProbe",
        "readinessProbe",
      ]) {
        assert.ok(at(pod, `containers.0.${path}`), `${name}: ${path}`);
      }
      assert.equal(figure(objects, "Service", name, "spec.type"), "ClusterIP");
    }
  });

  it("Monitoring Integration: metrics of every server; traces (differs: Tempo)", () => {
    for (const name of own) {
      assert.equal(figure(objects, "ServiceMonitor", name, "spec.endpoints.0.path"), "/metrics");
      const env = at(podOf(name), "containers.0.env") as { name: string; value?: string }[];
      const endpoint = env.find((variable) => variable.name === "OTEL_EXPORTER_OTLP_ENDPOINT");
      assert.equal(endpoint?.value, "http://otel-gateway.platform-monitoring:4317");
    }
    assert.ok(within(all, "platform-monitoring").some(({ metadata }) => metadata.name === "tempo"));
  });
});

describe("seed 003, Environment Strategy", () => {
  for (const stack of environments) {
    it(`${stack} has its applications in health-platform-${stack}, of which developers read and administrators change`, async () => {
      const objects = within(await objectsIn(stack), `health-platform-${stack}`);
      const present = namesOf(objects, "Deployment").filter((name) => own.includes(name));
      assert.deepEqual(present, stack === "dev" ? own : ["health-api"]);
      const roles = objects
        .filter(({ kind }) => kind === "RoleBinding")
        .map((binding) => [at(binding, "subjects.0.name"), at(binding, "roleRef.name")]);
      for (const role of [
        ["quint:health-data-developers", "view"],
        ["quint:health-data-admins", "admin"],
      ]) {
        assert.ok(
          roles.some((found) => JSON.stringify(found) === JSON.stringify(role)),
          JSON.stringify(roles),
        );
      }
    });
  }

  it("ArgoCD: 2 servers, 2 repo-servers; ApplicationSets and notifications", async () => {
    for (const stack of ["staging", "production"] as const) {
      const objects = within(await objectsIn(stack), "argocd");
      for (const name of ["argocd-server", "argocd-repo-server"]) {
        assert.equal(figure(objects, "Deployment", name, "spec.replicas"), 2, `${stack}: ${name}`);
      }
      for (const name of ["argocd-applicationset-controller", "argocd-notifications-controller"]) {
        assert.ok(Number(figure(objects, "Deployment", name, "spec.replicas")) > 0, `${stack}: ${name}`);
      }
    }
  });
});
