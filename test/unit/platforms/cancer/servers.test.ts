/** What the four servers have in common, or differ by (seed 001, "Components Deployed"). */
import assert from "node:assert/strict";
import { application, direct, outside, page, workload } from "./page.ts";

describe("the four servers of cancer", () => {
  // seed 001, Components Deployed: replicas, CPU and memory asked for and at most, port
  const figures = {
    api: [3, ["500m", "512Mi"], ["2000m", "2Gi"], 8000],
    mlflow: [1, ["250m", "512Mi"], ["1000m", "1Gi"], 5000],
    prometheus: [1, ["250m", "512Mi"], ["1000m", "2Gi"], 9090],
    grafana: [1, ["100m", "256Mi"], ["500m", "512Mi"], 3000],
  } as const;
  for (const [name, [replicas, requests, limits, port]] of Object.entries(figures)) {
    it(`sizes ${name} as the seed does (seed 001, Components Deployed)`, () => {
      const { size, container } = workload(page(), name);
      const { resources } = size;
      assert.equal(size.replicas, replicas);
      assert.deepEqual([resources.requests.cpu, resources.requests.memory], requests);
      assert.deepEqual([resources.limits.cpu, resources.limits.memory], limits);
      assert.deepEqual(container.ports, [{ name: "http", port }]);
    });

    it(`answers for ${name} on port ${port} inside the cluster (seed 001, Components Deployed)`, () => {
      for (const platform of [page(), page(direct)]) {
        const inside = workload(platform, name).services.filter(
          ({ exposure }) => exposure.type === "ClusterIP",
        );
        assert.deepEqual(inside, [
          { name: `${name}-service`, port, targetPort: "http", exposure: { type: "ClusterIP" } },
        ]);
      }
    });
  }

  it("runs MLflow, Prometheus and Grafana once, and never twice for a moment: each owns a volume", () => {
    for (const name of ["mlflow", "prometheus", "grafana"]) {
      assert.equal(workload(page(), name).strategy, "recreate");
      assert.equal(workload(page(), name).size.autoscaling, undefined);
    }
    assert.equal(workload(page(), "api").strategy, "rolling");
  });

  const container = (name: string) => workload(page(), name).container;

  const scratch = (name: string) =>
    container(name).mounts?.flatMap((mount) => (mount.kind === "scratch" ? [[mount.path, mount.size]] : []));

  it("gives room to write where the root file system has none", () => {
    assert.deepEqual(["api", "mlflow", "prometheus", "grafana"].map(scratch), [
      [["/tmp", "256Mi"]],
      [["/tmp", "512Mi"]],
      [["/etc/mesh-certificates", "1Mi"]],
      [["/tmp", "128Mi"]],
    ]);
  });

  it("gives each time to start: the API 150 s, MLflow one minute, Grafana two, Prometheus five to replay its log", () => {
    const seconds = ["api", "mlflow", "prometheus", "grafana"].map((name) => {
      const { startup } = container(name).probes;
      return (startup?.periodSeconds ?? 0) * (startup?.failureThreshold ?? 0);
    });
    assert.deepEqual(seconds, [150, 60, 300, 120]);
    assert.equal(workload(page(), "prometheus").terminationGraceSeconds, 120);
  });

  it("waits 5 s for an answer of those that a busy moment makes slow", () => {
    for (const name of ["api", "mlflow", "grafana"]) {
      const { liveness, readiness } = container(name).probes;
      assert.deepEqual([liveness.timeoutSeconds, readiness.timeoutSeconds], [5, 5], name);
      assert.equal(liveness.periodSeconds, 30);
    }
  });

  it("runs as the user of each image, never as root, on both architectures", () => {
    const users = application(page()).workloads.map(({ name, runAs }) => [name, runAs.user, runAs.group]);
    assert.deepEqual(users, [
      ["api", 1000, 1000],
      ["mlflow", 10001, 10001],
      ["prometheus", 65534, 65534],
      ["grafana", 472, 472],
    ]);
    for (const { architectures } of application(page()).workloads) {
      assert.deepEqual([...architectures].sort(), ["amd64", "arm64"]);
    }
  });

  it("has a part in the platform, and an identity of its own", () => {
    const parts = application(page()).workloads.map(({ component, identity }) => [component, identity.name]);
    assert.deepEqual(parts, [
      ["api", "api"],
      ["experiment-tracking", "mlflow"],
      ["monitoring", "prometheus"],
      ["dashboards", "grafana"],
    ]);
  });

  it("is probed where each answers for its health", () => {
    const paths = ["mlflow", "prometheus", "grafana"].map((name) => {
      const { startup, liveness, readiness } = container(name).probes;
      return [startup?.path, liveness.path, readiness.path];
    });
    assert.deepEqual(paths, [
      ["/health", "/health", "/health"],
      ["/-/ready", "/-/healthy", "/-/ready"],
      ["/api/health", "/api/health", "/api/health"],
    ]);
  });

  it("puts what serves before what watches", () => {
    const classes = application(page()).workloads.map(({ priorityClass }) => priorityClass);
    assert.deepEqual(classes, ["high-priority", "medium-priority", "medium-priority", "medium-priority"]);
  });

  it("is the only one with rights", () => {
    const withRules = application(page()).workloads.filter(({ identity }) => identity.rules !== undefined);
    assert.deepEqual(
      withRules.map(({ name }) => name),
      ["prometheus"],
    );
  });

  describe("node ports", () => {
    const nodePorts = { mlflow: 30500, prometheus: 30900, grafana: 30300 };
    for (const [name, nodePort] of Object.entries(nodePorts)) {
      it(`opens ${nodePort} for ${name} where it is reached directly (seed 001, Components Deployed)`, () => {
        const [service, ...more] = outside(workload(page(direct), name));
        assert.deepEqual(service?.exposure, { type: "NodePort", nodePort });
        assert.deepEqual(more, []);
      });
    }

    it("opens none, and no LoadBalancer, behind the gateway", () => {
      for (const { services } of application(page()).workloads) {
        assert.deepEqual(
          services.map(({ exposure }) => exposure.type),
          ["ClusterIP"],
        );
      }
    });
  });
});
