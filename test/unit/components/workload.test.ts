/** A workload: its Deployment, identity, Services, autoscaler and budget. */
import assert from "node:assert/strict";
import { at } from "../../support/objects.ts";
import { messageOf, type Recorded } from "../../support/program.ts";
import { deploy, lab, labWith, recordPlatform } from "../../support/test-platform.ts";

/** Labels by which everything finds the pods of a workload of the lab. */
const pods = (workload: string) => ({
  "app.kubernetes.io/name": workload,
  "app.kubernetes.io/part-of": "lab",
});

describe("Workload", () => {
  let recorded: Recorded;

  before(async () => {
    recorded = await recordPlatform(lab());
  });

  describe("its Deployment", () => {
    it("states its replicas where they are fixed", () => {
      assert.equal(at(recorded.object("Deployment", "worker"), "spec.replicas"), 3);
      assert.equal(at(recorded.object("Deployment", "store"), "spec.replicas"), 1);
    });

    it("leaves its replicas to the autoscaler where there is one", () => {
      assert.equal(at(recorded.object("Deployment", "web"), "spec.replicas"), undefined);
    });

    it("rolls by adding pods and never takes one away first", () => {
      assert.deepEqual(at(recorded.object("Deployment", "web"), "spec.strategy"), {
        type: "RollingUpdate",
        rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 },
      });
    });

    it("stops the old pod first where two must never run at once", () => {
      assert.deepEqual(at(recorded.object("Deployment", "store"), "spec.strategy"), { type: "Recreate" });
    });

    it("selects its pods by labels that never change, and labels itself and them with its part in the platform", () => {
      const deployment = recorded.object("Deployment", "web");
      const labels = {
        "app.kubernetes.io/managed-by": "quint",
        "app.kubernetes.io/part-of": "lab",
        "quint.dev/application": "front",
        "app.kubernetes.io/name": "web",
        "app.kubernetes.io/component": "frontend",
      };
      assert.deepEqual(at(deployment, "spec.selector"), { matchLabels: pods("web") });
      assert.deepEqual(at(deployment, "metadata.labels"), labels);
      assert.deepEqual(at(deployment, "spec.template.metadata.labels"), labels);
    });

    it("keeps five old versions to go back to", () => {
      assert.equal(at(recorded.object("Deployment", "web"), "spec.revisionHistoryLimit"), 5);
    });
  });

  describe("its identity", () => {
    const template = (name: string) => at(recorded.object("Deployment", name), "spec.template.spec");

    it("is a ServiceAccount of its own, whose token nobody gets by default", () => {
      assert.deepEqual(recorded.names("ServiceAccount"), ["store", "web-identity", "worker"]);
      for (const name of ["store", "web-identity", "worker"]) {
        assert.equal(at(recorded.object("ServiceAccount", name), "automountServiceAccountToken"), false);
      }
      assert.equal(at(template("web"), "serviceAccountName"), "web-identity");
      assert.equal(at(template("worker"), "serviceAccountName"), "worker");
    });

    it("with rules has a Role in its namespace, bound to it, and the token to use it", () => {
      assert.deepEqual(at(recorded.object("Role", "web-identity", "lab"), "rules"), [
        { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
      ]);
      const binding = recorded.object("RoleBinding", "web-identity", "lab");
      assert.deepEqual(at(binding, "roleRef"), {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "Role",
        name: "web-identity",
      });
      assert.deepEqual(at(binding, "subjects"), [
        { kind: "ServiceAccount", name: "web-identity", namespace: "lab" },
      ]);
      assert.equal(at(template("web"), "automountServiceAccountToken"), true);
    });

    it("without rules has neither Role nor token", () => {
      assert.deepEqual(recorded.names("Role"), ["web-identity"]);
      assert.equal(at(template("worker"), "automountServiceAccountToken"), false);
      assert.equal(at(template("store"), "automountServiceAccountToken"), false);
    });

    it("with an empty list of rules is one without rules", async () => {
      const without = await recordPlatform(
        labWith("web", (web) => {
          web.identity.rules = [];
        }),
      );
      assert.deepEqual(without.names("Role"), []);
      const token = at(
        without.object("Deployment", "web"),
        "spec.template.spec.automountServiceAccountToken",
      );
      assert.equal(token, false);
    });
  });

  describe("its Services", () => {
    const port = (port: number, targetPort: string, appProtocol = "http") => ({
      name: targetPort,
      appProtocol,
      protocol: "TCP",
      port,
      targetPort,
    });

    it("answer inside the cluster", () => {
      assert.deepEqual(at(recorded.object("Service", "web"), "spec"), {
        type: "ClusterIP",
        selector: pods("web"),
        ports: [port(80, "http")],
      });
    });

    it("name the pods themselves where they are headless", () => {
      assert.deepEqual(at(recorded.object("Service", "store"), "spec"), {
        type: "ClusterIP",
        clusterIP: "None",
        selector: pods("store"),
        ports: [port(6000, "tcp-store", "tcp")],
      });
    });

    it("ask the cloud for an address", () => {
      assert.deepEqual(at(recorded.object("Service", "web-public"), "spec"), {
        type: "LoadBalancer",
        selector: pods("web"),
        ports: [port(8000, "http")],
      });
    });

    it("open a port of every node", () => {
      assert.deepEqual(at(recorded.object("Service", "web-node"), "spec"), {
        type: "NodePort",
        selector: pods("web"),
        ports: [{ ...port(80, "http"), nodePort: 30123 }],
      });
    });

    it("tell the mesh what they carry, by the first word of the port's name", async () => {
      const protocols = {
        http: "http",
        "http-admin": "http",
        metrics: "http",
        grpc: "grpc",
        "grpc-web": "grpc",
        "https-api": "https",
        "tcp-data": "tcp",
        tls: "tls",
        tcpdump: "http",
      };
      const names = Object.keys(protocols);
      const of = await recordPlatform(
        labWith("store", (store) => {
          store.callers = [];
          store.container.ports = names.map((name, index) => ({ name, port: 7000 + index }));
          store.services = names.map((name) => ({
            name: `store-${name}`,
            port: 80,
            targetPort: name,
            exposure: { type: "ClusterIP" },
          }));
        }),
      );
      const found = names.map((name) => [
        at(of.object("Service", `store-${name}`), "spec.ports.0.name"),
        at(of.object("Service", `store-${name}`), "spec.ports.0.appProtocol"),
      ]);
      assert.deepEqual(Object.fromEntries(found), protocols);
    });

    it("come after the Deployment, whose pods make them ready", () => {
      const services = recorded.of("Service");
      assert.equal(services.length, 5);
      for (const service of services) {
        const { dependsOn } = recorded.wiringOf(service);
        const workload = service.parents.at(-1)?.split("::")[1] ?? "";
        assert.deepEqual(dependsOn, [`kubernetes:apps/v1:Deployment::${workload}`]);
      }
    });

    it("refuse a target port that the workload does not have", async () => {
      const platform = labWith("web", (web) => {
        web.services[0]!.targetPort = "htp";
      });
      assert.equal(
        await messageOf(deploy(platform)),
        'workload "web" has no port "htp" (its ports: http, metrics)',
      );
    });
  });

  describe("its autoscaler", () => {
    it("scales the Deployment between its bounds", () => {
      const spec = at(recorded.object("HorizontalPodAutoscaler"), "spec");
      assert.deepEqual(at(spec, "scaleTargetRef"), {
        apiVersion: "apps/v1",
        kind: "Deployment",
        name: "web",
      });
      assert.equal(at(spec, "minReplicas"), 2);
      assert.equal(at(spec, "maxReplicas"), 8);
    });

    it("looks at the container's own use, so that the sidecar does not count", () => {
      const metric = (name: string, averageUtilization: number) => ({
        type: "ContainerResource",
        containerResource: { container: "web", name, target: { type: "Utilization", averageUtilization } },
      });
      assert.deepEqual(at(recorded.object("HorizontalPodAutoscaler"), "spec.metrics"), [
        metric("cpu", 60),
        metric("memory", 75),
      ]);
    });

    it("names a container that the pods have", () => {
      const container = at(recorded.object("Deployment", "web"), "spec.template.spec.containers.0.name");
      assert.equal(container, "web");
    });

    it("behaves as its size says, up and down", () => {
      assert.deepEqual(at(recorded.object("HorizontalPodAutoscaler"), "spec.behavior"), {
        scaleUp: {
          stabilizationWindowSeconds: 10,
          selectPolicy: "Max",
          policies: [
            { type: "Percent", value: 100, periodSeconds: 30 },
            { type: "Pods", value: 3, periodSeconds: 30 },
          ],
        },
        scaleDown: {
          stabilizationWindowSeconds: 300,
          selectPolicy: "Min",
          policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
        },
      });
    });

    it("is on one metric and without behaviour where the size says no more", async () => {
      const scaled = await recordPlatform(
        labWith("web", (web) => {
          web.size.autoscaling = { min: 2, max: 3, memoryPercent: 50 };
        }),
      );
      const spec = at(scaled.object("HorizontalPodAutoscaler"), "spec");
      assert.deepEqual(
        (at(spec, "metrics") as unknown[]).map((metric) => at(metric, "containerResource.name")),
        ["memory"],
      );
      assert.deepEqual(at(spec, "behavior"), {});
    });

    it("is not there for fixed replicas", () => {
      assert.deepEqual(recorded.names("HorizontalPodAutoscaler"), ["web"]);
    });
  });

  describe("its disruption budget", () => {
    it("lets one pod at a time go, wherever more than one runs", () => {
      assert.deepEqual(recorded.names("PodDisruptionBudget"), ["web", "worker"]);
      for (const name of ["web", "worker"]) {
        assert.deepEqual(at(recorded.object("PodDisruptionBudget", name), "spec"), {
          maxUnavailable: 1,
          unhealthyPodEvictionPolicy: "AlwaysAllow",
          selector: { matchLabels: pods(name) },
        });
      }
    });

    it("counts the autoscaler's minimum, not the replicas beside it", async () => {
      const budgets = async (min: number, replicas: number) => {
        const platform = labWith("web", (web) => {
          web.size.replicas = replicas;
          web.size.autoscaling!.min = min;
        });
        return (await recordPlatform(platform)).names("PodDisruptionBudget");
      };
      assert.deepEqual(await budgets(1, 5), ["worker"]);
      assert.deepEqual(await budgets(2, 1), ["web", "worker"]);
    });

    for (const disruption of [{ minAvailable: 2 }, { maxUnavailable: 2 }]) {
      it(`is what the workload says of itself: ${JSON.stringify(disruption)}`, async () => {
        const platform = labWith("worker", (worker) => {
          worker.disruption = disruption;
        });
        assert.deepEqual(
          at((await recordPlatform(platform)).object("PodDisruptionBudget", "worker"), "spec"),
          {
            ...disruption,
            selector: { matchLabels: pods("worker") },
            unhealthyPodEvictionPolicy: "AlwaysAllow",
          },
        );
      });
    }

    it("is not there for one replica or none: it would block every drain", async () => {
      for (const replicas of [1, 0]) {
        const platform = labWith("worker", (worker) => {
          worker.size.replicas = replicas;
        });
        assert.deepEqual((await recordPlatform(platform)).names("PodDisruptionBudget"), ["web"]);
      }
    });
  });

  it("has every child below it, under its name", () => {
    const children = recorded.registrations
      .filter(({ parents }) => parents.at(-1) === "quint:workload:Workload::lab-front-web")
      .map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`);
    assert.deepEqual(children.sort(), [
      "AuthorizationPolicy lab-front-web",
      "Deployment lab-front-web",
      "HorizontalPodAutoscaler lab-front-web",
      "NetworkPolicy lab-front-web",
      "PeerAuthentication lab-front-web",
      "PodDisruptionBudget lab-front-web",
      "Role lab-front-web",
      "RoleBinding lab-front-web",
      "Service lab-front-web-web",
      "Service lab-front-web-web-metrics",
      "Service lab-front-web-web-node",
      "Service lab-front-web-web-public",
      "ServiceAccount lab-front-web",
      "ServiceMonitor lab-front-web",
    ]);
  });
});
