/** RabbitMQ, OPA and Spark; and what every service says of its backups and of its order. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { podsOfData } from "../../../../components/data/index.ts";
import { inOrder } from "../../../../components/data/order.ts";
import { dataServices, store, storeWith } from "../../../support/data-platform.ts";
import { at } from "../../../support/objects.ts";
import { messageOf, type Recorded } from "../../../support/program.ts";
import { deploy, facts, recordPlatform } from "../../../support/test-platform.ts";

describe("data services", () => {
  let recorded: Recorded;

  before(async () => {
    recorded = await recordPlatform(store());
  });

  it("RabbitMQ: takes its administrator from our Secret, and pods that `restricted` lets in", () => {
    const spec = at(recorded.object("RabbitmqCluster", "queue"), "spec");
    assert.deepEqual(at(spec, "secretBackend.externalSecret"), { name: "queue" });
    assert.equal(at(spec, "persistence.storageClassName"), "block");
    const pod = at(spec, "override.statefulSet.spec.template.spec");
    assert.equal(at(pod, "containers.0.securityContext.allowPrivilegeEscalation"), false);
    assert.equal(at(pod, "initContainers.0.securityContext.allowPrivilegeEscalation"), false);
    assert.equal(at(pod, "priorityClassName"), "high-priority");
    const { data } = recorded.registration("Secret", "store-data-queue-queue-secret").inputs;
    const conf = Buffer.from(at(data, "value", "default_user.conf") as string, "base64").toString();
    assert.match(conf, /^default_user = queue\ndefault_pass = .+\n$/);
  });

  it("OPA: a workload that listens beyond localhost, and rolls when a policy changes", async () => {
    const container = at(recorded.object("Deployment", "decisions"), "spec.template.spec.containers.0");
    for (const argument of ["--addr=0.0.0.0:8181", "--diagnostic-addr=0.0.0.0:8282", "--ignore=.*"]) {
      assert.ok((at(container, "args") as string[]).includes(argument), argument);
    }
    const checksum = (of: Recorded) =>
      at(
        of.object("Deployment", "decisions"),
        "spec.template.metadata.annotations",
        "quint.dev/checksum-decisions-policies",
      );
    const changed = await recordPlatform(
      storeWith("opa", "decisions", (spec) => {
        spec.policies["access.rego"] = "package access\n\ndefault allow := true\n";
      }),
    );
    assert.notEqual(checksum(changed), checksum(recorded));
  });

  it("Spark: a stream that always starts again, a report on its schedule", () => {
    const stream = at(recorded.object("SparkApplication", "stream"), "spec");
    assert.equal(at(stream, "type"), "Python");
    assert.deepEqual(at(stream, "restartPolicy"), { type: "Always" });
    assert.deepEqual(at(stream, "driver.env.1"), {
      name: "KAFKA_PASSWORD",
      valueFrom: { secretKeyRef: { name: "consumer", key: "password" } },
    });
    const report = at(recorded.object("ScheduledSparkApplication", "report"), "spec");
    assert.equal(at(report, "schedule"), "15 4 * * *");
    assert.equal(at(report, "template.type"), "Java");
  });

  it("Spark: heap and overhead are together the limit, and security contexts are restricted", () => {
    const executor = at(recorded.object("SparkApplication", "stream"), "spec.executor");
    // 2 GiB: 586 MiB, which are 0.4 of the heap, beside 1462 MiB.
    assert.equal(at(executor, "memory"), "1462m");
    assert.equal(at(executor, "memoryOverhead"), "586m");
    assert.equal(at(executor, "instances"), 2);
    assert.equal(at(executor, "podSecurityContext.runAsNonRoot"), true);
    assert.deepEqual(at(executor, "securityContext.capabilities"), { drop: ["ALL"] });
    assert.equal(at(executor, "labels", "sidecar.istio.io/inject"), "false");
  });

  it("Spark: a driver may make executors, and talks to them on fixed ports", () => {
    assert.deepEqual(at(recorded.object("Role", "stream"), "rules.0.resources"), [
      "pods",
      "services",
      "configmaps",
      "persistentvolumeclaims",
    ]);
    const ingress = at(recorded.object("NetworkPolicy", "stream-driver"), "spec.ingress") as unknown[];
    assert.deepEqual(
      ingress.map((rule) => (at(rule, "ports") as unknown[]).map((port) => at(port, "port"))),
      [[8090], [7078, 7079]],
    );
  });

  it("Spark: refuses memory that Spark could not start with", async () => {
    const platform = storeWith("spark-application", "stream", (spec) => {
      spec.size.driver.limits.memory = "512Mi";
    });
    assert.match(await messageOf(deploy(platform)), /memory limit of 512Mi.*set 834Mi or more/s);
  });

  it("are made after those that they need, whatever the order in which they are described", () => {
    const order = inOrder([...dataServices].reverse(), dataServices).map(({ name }) => name);
    assert.ok(order.indexOf("files") < order.indexOf("orders"));
    assert.ok(order.indexOf("orders") < order.indexOf("workflows"));
    assert.ok(order.indexOf("cache") < order.indexOf("workflows"));
    assert.equal(order.length, dataServices.length);
  });

  it("may need those of an application before theirs, and of none after it", async () => {
    const split = (reversed: boolean) =>
      store((platform) => {
        const [data] = platform.applications;
        const all = data!.data ?? [];
        const workflows = { ...data!, name: "workflows", data: all.filter(({ kind }) => kind === "airflow") };
        const rest = { ...data!, data: all.filter(({ kind }) => kind !== "airflow") };
        platform.applications.splice(0, 1, ...(reversed ? [workflows, rest] : [rest, workflows]));
      });
    const { dependsOn } = await recordPlatform(split(false)).then((apart) =>
      apart.wiringOf(apart.registration("Airflow", "store-workflows-workflows")),
    );
    assert.ok(dependsOn.includes("quint:data:Postgresql::store-data-orders"));
    assert.ok(dependsOn.includes("quint:data:Valkey::store-data-cache"));
    assert.equal(
      await messageOf(deploy(split(true))),
      '"workflows" of the application "workflows" needs the data service "orders" of an application that comes after ' +
        "it; change their order",
    );
  });

  it("Airflow: keeps as many workers as its description says", async () => {
    const platform = storeWith("airflow", "workflows", (spec) => {
      spec.workerDisruption = { minAvailable: 1 };
    });
    const budget = (await recordPlatform(platform)).object("PodDisruptionBudget", "workflows-worker");
    assert.equal(at(budget, "spec.minAvailable"), 1);
    assert.equal(at(budget, "spec.maxUnavailable"), undefined);
  });

  it("are there before the workloads of later applications", () => {
    const { dependsOn } = recorded.wiringOf(recorded.registration("Workload", "store-work-app"));
    assert.ok(dependsOn.includes("quint:data:Postgresql::store-data-orders"));
    assert.ok(dependsOn.includes("quint:data:Kafka::store-data-events"));
  });

  it("refuse a caller at a port that they do not have", async () => {
    const platform = storeWith("postgresql", "ledger", (spec) => {
      spec.callers.push({ kind: "workload", workload: "app", port: "http" });
    });
    assert.match(
      await messageOf(deploy(platform)),
      /postgresql "ledger" has no port "http" \(its ports: postgresql, metrics\)/,
    );
  });

  it("pull from a private registry where the cluster brings credentials for one", async () => {
    const dockerConfigJson = pulumi.secret("{}");
    const pullSecret = { name: "registry", registry: "registry.example", dockerConfigJson };
    const pulling = await recordPlatform(store(), { ...facts, pullSecret });
    const named = [{ name: "registry" }];
    assert.deepEqual(at(pulling.object("Cluster", "orders"), "spec.imagePullSecrets"), named);
    assert.deepEqual(at(pulling.object("RabbitmqCluster", "queue"), "spec.imagePullSecrets"), named);
    assert.deepEqual(at(pulling.object("SparkApplication", "stream"), "spec.imagePullSecrets"), ["registry"]);
    const pool = at(pulling.object("KafkaNodePool", "events-broker"), "spec.template.pod");
    assert.deepEqual(at(pool, "imagePullSecrets"), named);
    const job = pulling.object("ServiceAccount", "train");
    assert.deepEqual(job.imagePullSecrets, named);
  });

  it("say what is done about their volumes when the namespace is copied", () => {
    const scope = { platform: "store", services: dataServices, facts };
    const found = dataServices.flatMap((spec) =>
      podsOfData(spec, scope).flatMap(({ name, copying, storage }) =>
        storage === undefined || copying === undefined ? [] : [[name, copying.how]],
      ),
    );
    assert.deepEqual(Object.fromEntries(found), {
      // It has an archive, and the ledger has none.
      orders: "not",
      ledger: "quiet",
      cache: "quiet",
      "events-events-controller": "not",
      "events-events-broker": "not",
      graph: "quiet",
    });
  });
});
