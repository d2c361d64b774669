/** The cancer platform as the objects that are rendered of it, against seed 001. */
import assert from "node:assert/strict";
import { at, named } from "../../../support/objects.ts";
import type { Recorded } from "../../../support/program.ts";
import { objectsOf } from "../../../support/stacks.ts";
import { recordPlatform } from "../../../support/test-platform.ts";
import { direct, page } from "./page.ts";

describe("cancer, as it is rendered", () => {
  /** Production's sizes, reached directly: the seed's own shape. */
  let seed: Recorded;

  before(async () => {
    seed = await recordPlatform(page(direct));
  });

  const serviceOf = (name: string) => at(seed.object("Service", name), "spec");

  it("has the seed's Services, and no more (seed 001, Components Deployed)", () => {
    assert.deepEqual(seed.names("Service"), [
      "api-loadbalancer",
      "api-service",
      "grafana-nodeport",
      "grafana-service",
      "mlflow-nodeport",
      "mlflow-service",
      "prometheus-nodeport",
      "prometheus-service",
    ]);
    assert.equal(at(serviceOf("api-loadbalancer"), "type"), "LoadBalancer");
    assert.equal(at(serviceOf("api-loadbalancer"), "ports.0.port"), 80);
    const nodePorts = ["mlflow", "prometheus", "grafana"].map((name) =>
      at(serviceOf(`${name}-nodeport`), "ports.0.nodePort"),
    );
    assert.deepEqual(nodePorts, [30500, 30900, 30300]);
  });

  it("writes models and data read-only twice, in volume and mount, and logs to write (seed 001, API Service)", () => {
    const pod = at(seed.object("Deployment", "api"), "spec.template.spec");
    const readOnly = (name: string) => {
      const find = (list: unknown) => (list as { name: string }[]).find((item) => item.name === name);
      return [
        at(find(at(pod, "volumes")), "persistentVolumeClaim.readOnly"),
        at(find(at(pod, "containers.0.volumeMounts")), "readOnly"),
      ];
    };
    assert.deepEqual(readOnly("models-pvc"), [true, true]);
    assert.deepEqual(readOnly("data-pvc"), [true, true]);
    assert.deepEqual(readOnly("logs-pvc"), [undefined, undefined]);
  });

  it("claims 57Gi: 20Gi shared, 37Gi not (seed 001, Persistent Storage)", () => {
    const claims = seed.rendered().objects.filter(({ kind }) => kind === "PersistentVolumeClaim");
    const sum = (accessMode: string) =>
      claims
        .filter((claim) => at(claim, "spec.accessModes.0") === accessMode)
        .reduce(
          (total, claim) => total + Number.parseInt(String(at(claim, "spec.resources.requests.storage"))),
          0,
        );
    assert.equal(claims.length, 7);
    assert.equal(sum("ReadWriteMany"), 20);
    assert.equal(sum("ReadWriteOnce"), 37);
  });

  it("gives Prometheus a Role and no ClusterRole (seed 001, RBAC)", () => {
    assert.deepEqual(seed.names("Role"), ["prometheus"]);
    assert.deepEqual(seed.names("ClusterRole"), []);
    assert.deepEqual(seed.names("ClusterRoleBinding"), []);
    assert.deepEqual(at(seed.object("RoleBinding", "prometheus"), "subjects"), [
      { kind: "ServiceAccount", name: "prometheus", namespace: "cancer-mlops" },
    ]);
  });

  it("gives Grafana's pods no password, only the name of the Secret that has it", () => {
    const env = at(seed.object("Deployment", "grafana"), "spec.template.spec.containers.0.env") as {
      name: string;
      value?: string;
      valueFrom?: unknown;
    }[];
    const password = env.find(({ name }) => name === "GF_SECURITY_ADMIN_PASSWORD");
    assert.deepEqual(password, {
      name: "GF_SECURITY_ADMIN_PASSWORD",
      valueFrom: { secretKeyRef: { name: "grafana-admin", key: "password" } },
    });
    const generated = seed.registration("RandomPassword").inputs;
    assert.equal(generated.length, 24);
  });

  it("opens the mesh for the four ports that the world calls, and for no others", () => {
    const open = ["api", "mlflow", "prometheus", "grafana"].map((name) =>
      Object.keys(at(seed.object("PeerAuthentication", name), "spec.portLevelMtls") as object),
    );
    assert.deepEqual(open, [["8000"], ["5000"], ["9090"], ["3000"]]);
  });

  it("scales the API's own container between 3 and 6 in production, and has no autoscaler in dev", async () => {
    const production = await objectsOf("production");
    const autoscaler = named(production.objects, "HorizontalPodAutoscaler", undefined, "cancer-mlops");
    assert.equal(autoscaler.metadata.name, "api");
    assert.equal(at(autoscaler, "spec.minReplicas"), 3);
    assert.equal(at(autoscaler, "spec.maxReplicas"), 6);
    assert.equal(at(named(production.objects, "Deployment", "api"), "spec.replicas"), undefined);

    const dev = await objectsOf("dev");
    assert.ok(!dev.objects.some(({ kind }) => kind === "HorizontalPodAutoscaler"));
    assert.equal(at(named(dev.objects, "Deployment", "api"), "spec.replicas"), 2);
  });

  it("has a fixed number of replicas and no autoscaler where replicas are overridden", async () => {
    const fixed = await recordPlatform(page({ workloads: { api: { replicas: 4 } } }));
    assert.deepEqual(fixed.names("HorizontalPodAutoscaler"), []);
    assert.equal(at(fixed.object("Deployment", "api"), "spec.replicas"), 4);
  });

  it("keeps its quota above everything that it may ask for: 57Gi and seven claims at the least", async () => {
    const { objects } = await objectsOf("production");
    const hard = at(named(objects, "ResourceQuota", "quota", "cancer-mlops"), "spec.hard") as Record<
      string,
      string
    >;
    assert.ok(Number.parseInt(hard["requests.storage"] ?? "") >= 57);
    assert.ok(Number(hard.persistentvolumeclaims) >= 7);
  });

  it("leads each host to its Service through the gateway, in staging and production", async () => {
    for (const [stack, domain] of [
      ["staging", "staging.example.com"],
      ["production", "example.com"],
    ] as const) {
      const { objects } = await objectsOf(stack);
      const hosts = objects
        .filter(({ kind, metadata }) => kind === "VirtualService" && metadata.namespace === "cancer-mlops")
        .map((route) => {
          // Redirection and the login's pages come before.
          const last = (at(route, "spec.http") as readonly unknown[]).at(-1);
          return [
            at(route, "spec.hosts.0"),
            at(last, "route.0.destination.host"),
            at(last, "route.0.destination.port.number"),
          ];
        });
      const end = (name: string, port: number) => [
        `${name}.cancer-mlops.${domain}`,
        `${name}-service.cancer-mlops.svc.cluster.local`,
        port,
      ];
      assert.deepEqual(
        hosts.sort((a, b) => String(a[0]).localeCompare(String(b[0]))),
        [end("api", 8000), end("grafana", 3000), end("mlflow", 5000), end("prometheus", 9090)],
      );
    }
  });

  it("closes the tools without a login of their own, in staging and production", async () => {
    for (const [stack, domain] of [
      ["staging", "staging.example.com"],
      ["production", "example.com"],
    ] as const) {
      const { objects } = await objectsOf(stack);
      for (const tool of ["mlflow", "prometheus"]) {
        const host = `${tool}.cancer-mlops.${domain}`;
        const policy = named(objects, "AuthorizationPolicy", `${host.replaceAll(".", "-")}-login`);
        assert.equal(at(policy, "spec.action"), "CUSTOM");
        assert.deepEqual(at(policy, "spec.rules.0.when.0.values"), [host]);
      }
    }
  });
});
