/** Which add-ons a stack gets, in what order, and what is refused. */
import assert from "node:assert/strict";
import { addOnNames, addOnOf, type AddOnName } from "../../../config/catalog/add-ons.ts";
import { SettingsError } from "../../../config/problems.ts";
import { needsOfData } from "../../../platforms/foundation/index.ts";
import { architectureProblems } from "../../../platforms/foundation/architectures.ts";
import { chartOf } from "../../../config/catalog/charts.ts";
import type { Platform } from "../../../platforms/model/index.ts";
import { specOf, stackOf, type StackChanges } from "./stack.ts";

const always = [
  "monitoring-crds",
  "istio",
  "cert-manager",
  "ingress-gateway",
  "metrics-server",
  "prometheus",
  "loki",
  "tempo",
  "opentelemetry",
  "argo-cd",
  "argo-rollouts",
  "velero",
];

function namesOf(environment: "dev" | "staging" | "production", changes: StackChanges = {}): string[] {
  return specOf(environment, changes).addOns.map(({ name }) => name);
}

function problemsOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  throw new Error("the foundation was accepted");
}

/** A platform with one route and one scraped workload in an injected namespace. */
const platform = {
  name: "sample",
  description: "",
  namespaces: [{ name: "sample", injected: true }],
  applications: [
    {
      name: "sample",
      namespace: "sample",
      routes: [{ name: "sample-api" }],
      workloads: [{ name: "api", services: [], monitor: { port: "http" } }],
    },
  ],
} as unknown as Platform;

describe("selection of add-ons", () => {
  it("installs each add-on after all that it needs", () => {
    for (const [index, name] of addOnNames.entries()) {
      for (const need of Object.keys(addOnOf(name).needs) as AddOnName[]) {
        assert.ok(addOnNames.indexOf(need) < index, `${need} stands after ${name}`);
      }
    }
    const { addOns } = specOf("production", { foundation: { enable: ["spark", "keda"] } });
    const seen = new Set<string>();
    for (const { name, needs } of addOns) {
      for (const need of needs) assert.ok(seen.has(need), `${name} before ${need}`);
      seen.add(name);
    }
  });

  it("gives every environment the same foundation by default", () => {
    for (const environment of ["dev", "staging", "production"] as const) {
      assert.deepEqual(namesOf(environment), always);
    }
  });

  it("adds operators where a data service needs them, and says who asked", () => {
    const { addOns } = specOf(
      "dev",
      {},
      [],
      [
        ...needsOfData("postgresql", "platform sample (database mlflow)"),
        ...needsOfData("kafka", "platform sample (kafka events)"),
        ...needsOfData("valkey", "platform sample (cache sessions)"),
      ],
    );
    const names = addOns.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => !always.includes(name)),
      ["cloudnative-pg", "strimzi"],
    );
    assert.deepEqual(addOns.find(({ name }) => name === "cloudnative-pg")?.askedBy, [
      "platform sample (database mlflow)",
    ]);
  });

  it("adds the operators of the data services that a platform declares", () => {
    const kinds = ["postgresql", "kafka", "spark-application", "rabbitmq", "airflow"];
    const [application] = platform.applications;
    const data = kinds.map((kind) => ({ kind, name: `my-${kind}`, users: [] }));
    const declaring = { ...platform, applications: [{ ...application, data }] } as unknown as Platform;
    const { addOns } = specOf("dev", {}, [declaring]);
    const added = addOns.filter(({ name }) => !always.includes(name));
    assert.deepEqual(
      added.map(({ name, askedBy }) => [name, askedBy]),
      [
        ["cloudnative-pg", ["platform sample (postgresql my-postgresql)"]],
        ["strimzi", ["platform sample (kafka my-kafka)"]],
        ["rabbitmq", ["platform sample (rabbitmq my-rabbitmq)"]],
        ["spark", ["platform sample (spark-application my-spark-application)"]],
      ],
    );
    const prometheus = addOns.find(({ name }) => name === "prometheus");
    assert.ok(prometheus?.askedBy.includes("platform sample (metrics of my-airflow)"));
  });

  it("adds External Secrets with the first store, and what `enable` names", () => {
    const stores = [{ kind: "aws", name: "aws", region: "eu-central-1" }];
    assert.ok(namesOf("dev", { foundation: { secretStores: stores } }).includes("external-secrets"));
    assert.ok(namesOf("dev", { foundation: { enable: ["sealed-secrets"] } }).includes("sealed-secrets"));
  });

  it("leaves out what `disable` names and nothing needs", () => {
    assert.ok(
      !namesOf("production", { foundation: { disable: ["metrics-server"] } }).includes("metrics-server"),
    );
  });

  it("refuses to leave out what another add-on needs, naming both", () => {
    const problems = problemsOf(() => specOf("production", { foundation: { disable: ["velero", "loki"] } }));
    assert.deepEqual(problems, [
      {
        key: "quint:foundation.disable[1]",
        value: "loki",
        reason: "leaves out `loki`, and it is needed by add-on opentelemetry (logs go there)",
        remedy: "take `loki` out of `disable`, or do without what needs it",
      },
    ]);
  });

  it("refuses to leave out what a platform needs, naming both", () => {
    const problems = problemsOf(() =>
      specOf("production", { foundation: { disable: ["ingress-gateway"] } }, [platform]),
    );
    assert.equal(problems.length, 1);
    assert.equal(
      problems[0]?.reason,
      "leaves out `ingress-gateway`, and it is needed by platform sample (route sample-api)",
    );
  });

  it("refuses what is both enabled and disabled", () => {
    const [problem] = problemsOf(() =>
      specOf("dev", { foundation: { enable: ["keda"], disable: ["keda"] } }),
    );
    assert.match(problem?.reason ?? "", /needed by `foundation.enable`/);
  });

  it("asks for an object store where the cluster brings none, but not of a laptop", () => {
    const [problem] = problemsOf(() => specOf("production", { clusterType: "existing" }));
    assert.equal(problem?.key, "quint:foundation.backups");
    assert.match(
      problem.reason,
      /`velero` needs an object store, and a cluster of type `existing` brings none/,
    );
    for (const environment of ["dev", "staging", "production"] as const) {
      assert.ok(!namesOf(environment, { clusterType: "kind" }).includes("velero"), environment);
    }
    const backups = { bucket: "your-backups", region: "eu-central-1" };
    assert.ok(namesOf("dev", { clusterType: "kind", foundation: { backups } }).includes("velero"));
  });

  it("refuses a chart whose images lack the architecture of a pool that takes pods", () => {
    const velero = chartOf("velero");
    const onlyAmd64 = {
      ...velero,
      images: { velero: { reference: "docker.io/a/b:1", architectures: ["amd64"], keys: [] } },
    } as const;
    const stack = stackOf("production");
    const [problem, ...others] = architectureProblems([onlyAmd64], stack);
    assert.deepEqual(others, []);
    assert.equal(problem?.key, "quint:cluster.nodePools[0].architecture");
    assert.match(problem.reason, /docker\.io\/a\/b:1 \(chart velero\)/);
    const tainted = stack.cluster.nodePools.map((pool) => ({
      ...pool,
      taints: pool.architecture === "arm64" ? [{ key: "arm", effect: "NoSchedule" as const }] : [],
    }));
    assert.deepEqual(architectureProblems([onlyAmd64], { cluster: { type: "oke", nodePools: tainted } }), []);
  });
});
