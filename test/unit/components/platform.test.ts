/** A platform as a whole: who is whose child, under which names, on which provider; and what holds of everything in it. */
import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { PriorityClasses } from "../../../components/foundation/priority-classes.ts";
import { PlatformDeployment } from "../../../components/index.ts";
import { violations } from "../../../policy/index.ts";
import { messageOf, recordProgram, type Recorded } from "../../support/program.ts";
import { deploy, facts, lab, recordPlatform } from "../../support/test-platform.ts";

describe("PlatformDeployment", () => {
  let recorded: Recorded;

  before(async () => {
    recorded = await recordPlatform(lab());
  });

  it("gives the names of its namespaces", () => {
    assert.deepEqual(recorded.outputs, { namespaces: ["lab", "lab-data"] });
  });

  it("is the ancestor of everything but the provider", () => {
    const strangers = recorded.registrations.filter(
      ({ parents }) => parents[0] !== "quint:platform:Platform::lab",
    );
    assert.deepEqual(strangers.map(({ type, name }) => `${type}::${name}`).sort(), [
      "pulumi:providers:kubernetes::cluster",
      "quint:platform:Platform::lab",
    ]);
  });

  it("has every object made by a component, never by the platform itself", () => {
    for (const { custom, type, name, parents } of recorded.registrations) {
      assert.ok(!custom || type.startsWith("pulumi:providers:") || parents.length >= 2, `${type} ${name}`);
    }
  });

  it("has components for its namespaces, applications, secrets, workloads and routes", () => {
    const components = recorded.registrations.filter(({ custom }) => !custom);
    assert.deepEqual(
      components.map(({ type, name, parents }) => [...parents, `${type}::${name}`].join(" > ")).sort(),
      [
        "quint:platform:Platform::lab",
        "quint:platform:Platform::lab > quint:namespace:Namespace::lab-lab",
        "quint:platform:Platform::lab > quint:namespace:Namespace::lab-lab-data",
        "quint:platform:Platform::lab > quint:platform:Application::lab-front",
        "quint:platform:Platform::lab > quint:platform:Application::lab-front > quint:secrets:GeneratedSecret::lab-front-certificates",
        "quint:platform:Platform::lab > quint:platform:Application::lab-front > quint:secrets:GeneratedSecret::lab-front-credentials",
        "quint:platform:Platform::lab > quint:platform:Application::lab-front > quint:traffic:Route::lab-front-lab",
        "quint:platform:Platform::lab > quint:platform:Application::lab-front > quint:workload:Workload::lab-front-web",
        "quint:platform:Platform::lab > quint:platform:Application::lab-front > quint:workload:Workload::lab-front-worker",
        "quint:platform:Platform::lab > quint:platform:Application::lab-store",
        "quint:platform:Platform::lab > quint:platform:Application::lab-store > quint:workload:Workload::lab-store-store",
      ],
    );
  });

  it("names every child after its component", () => {
    for (const { type, name, parents } of recorded.registrations) {
      const parent = parents.at(-1)?.split("::")[1];
      assert.ok(parent === undefined || name === parent || name.startsWith(`${parent}-`), `${type} ${name}`);
    }
  });

  it("has no two resources of one type and name, and no two objects of one kind, namespace and name", () => {
    const keys = recorded.registrations.map(({ type, name }) => `${type}::${name}`);
    assert.deepEqual(
      keys.filter((key, index) => keys.indexOf(key) !== index),
      [],
    );
    const objects = recorded
      .rendered()
      .objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`);
    assert.deepEqual(
      objects.filter((key, index) => objects.indexOf(key) !== index),
      [],
    );
  });

  it("has unique children: within one component a type comes once under a name", () => {
    const children = Map.groupBy(recorded.registrations, ({ parents }) => parents.join(" > "));
    for (const [component, of] of children) {
      const keys = of.map(({ type, name }) => `${type}::${name}`);
      assert.equal(new Set(keys).size, keys.length, `${component} has two children of one type and name`);
    }
  });

  it("creates every Kubernetes object on the cluster's own provider", () => {
    const objects = recorded.registrations.filter(({ type }) => type.startsWith("kubernetes:"));
    assert.ok(objects.length > 40);
    for (const registration of objects) {
      const { provider } = recorded.wiringOf(registration);
      assert.equal(
        provider,
        "pulumi:providers:kubernetes::cluster",
        `${registration.type} ${registration.name}`,
      );
    }
  });

  it("gives every namespaced object its namespace explicitly", () => {
    const clusterWide = ["Namespace"];
    for (const { kind, metadata } of recorded.rendered().objects) {
      assert.equal(metadata.namespace === undefined, clusterWide.includes(kind), `${kind} ${metadata.name}`);
    }
  });

  it("labels every object of an application with it, and objects of a namespace with the platform alone", () => {
    for (const { kind, metadata } of recorded.rendered().objects) {
      assert.equal(metadata.labels?.["app.kubernetes.io/managed-by"], "quint", `${kind} ${metadata.name}`);
      assert.equal(metadata.labels["app.kubernetes.io/part-of"], "lab", `${kind} ${metadata.name}`);
    }
    const deployment = recorded.object("Deployment", "store");
    assert.equal(deployment.metadata.labels?.["quint.dev/application"], "store");
    const quota = recorded.object("ResourceQuota", "quota", "lab");
    assert.equal(quota.metadata.labels?.["quint.dev/application"], undefined);
  });

  it("breaks none of the rules that hold everywhere", () => {
    const { objects, requiredSecrets } = recorded.rendered();
    const found = violations(objects, {
      environment: "dev",
      sidecar: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
      nodes: 6,
      exemptions: new Map([
        ["lab-data", { outsideMesh: "its store speaks TLS of its own", privileged: "-" }],
      ]),
      secrets: new Map(
        requiredSecrets.map(({ namespace, name, keys }) => [`${namespace}/${name}`, Object.keys(keys)]),
      ),
    });
    assert.deepEqual(found, []);
  });

  it("waits for what it is told to wait for, with everything in it", async () => {
    const ordered = await recordProgram(() => {
      const cluster = { provider: new k8s.Provider("cluster", { kubeconfig: "none" }), facts };
      const first = new PriorityClasses("classes", { providers: [cluster.provider] });
      new PlatformDeployment(
        "lab",
        { cluster, platform: lab(), gateway: { minReplicas: 2 } },
        { dependsOn: [first] },
      );
      return {};
    });
    const { dependsOn } = ordered.wiringOf(ordered.registration("quint:platform:Platform"));
    assert.deepEqual(dependsOn, ["quint:foundation:PriorityClasses::classes"]);
    const order = ordered.registrations.map(({ type }) => type.split(":").at(-1));
    assert.ok(order.lastIndexOf("PriorityClass") < order.indexOf("Namespace"));
  });

  it("stands beside another platform without a clash, even of the same parts", async () => {
    const twin = lab((platform) => {
      platform.name = "twin";
    });
    const both = await recordProgram(() => {
      const cluster = { provider: new k8s.Provider("cluster", { kubeconfig: "none" }), facts };
      for (const platform of [lab(), twin]) {
        new PlatformDeployment(platform.name, { cluster, platform, gateway: { minReplicas: 2 } });
      }
      return {};
    });
    assert.equal(both.registrations.length, 2 * recorded.registrations.length - 1);
  });

  it("refuses an application in a namespace that the platform does not declare", async () => {
    const platform = lab(({ applications }) => {
      applications.shift();
      applications[0]!.namespace = "elsewhere";
    });
    assert.equal(
      await messageOf(deploy(platform)),
      'application "front" of platform "lab" is in the namespace "elsewhere", which the platform does not declare ' +
        "(lab, lab-data)",
    );
  });

  it("refuses a caller that is not one of its workloads, and says which there are", async () => {
    const platform = lab(({ applications }) => {
      applications[1]!.workloads[1]!.callers = [{ kind: "workload", workload: "wrker", port: "http" }];
    });
    assert.equal(
      await messageOf(deploy(platform)),
      'platform "lab": worker names the caller "lab/wrker", which is not one of its workloads, jobs or data services (lab-data/store, ' +
        "lab/web, lab/worker)",
    );
  });

  it("names everyone who declares an unknown caller, and those that there are in the order of the alphabet", async () => {
    const platform = lab(({ applications }) => {
      applications.reverse();
      for (const workload of applications[0]!.workloads) {
        workload.callers = [{ kind: "workload", workload: "nobody", port: "http" }];
        delete workload.monitor;
      }
    });
    assert.equal(
      await messageOf(deploy(platform)),
      'platform "lab": web, worker names the caller "lab/nobody", which is not one of its workloads, jobs or data services (lab-data/store, ' +
        "lab/web, lab/worker)",
    );
  });

  it("refuses a caller in a namespace where it does not run", async () => {
    const platform = lab(({ applications }) => {
      applications[0]!.workloads[0]!.callers = [{ kind: "workload", workload: "web", port: "tcp-store" }];
    });
    assert.equal(
      await messageOf(deploy(platform)),
      'platform "lab": store names the caller "lab-data/web", which is not one of its workloads, jobs or data services (lab-data/store, ' +
        "lab/web, lab/worker)",
    );
  });

  it("refuses a caller of a port that the workload does not have", async () => {
    const platform = lab(({ applications }) => {
      applications[1]!.workloads[0]!.callers = [{ kind: "workload", workload: "worker", port: "https" }];
    });
    assert.equal(
      await messageOf(deploy(platform)),
      'workload "web" has no port "https" (its ports: http, metrics)',
    );
  });
});
