/** Levels, people, delivery and recovery of the clinical-trials page. Literals are seed 000's; its headings stand beside. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../config/project-folder.ts";
import { data, page, workload } from "./page.ts";

describe("the clinical-trials page", () => {
  const production = page("production");

  it("has the seven applications of the seed, each after those it stands on", () => {
    // "Applications (7 applications)", "Dependency tracking between layers".
    assert.deepEqual(
      production.applications.map(({ name }) => name),
      [
        "infrastructure",
        "data-ingestion",
        "data-processing",
        "feature-engineering",
        "ml-pipeline",
        "orchestration",
        "observability",
      ],
    );
    const before = new Set<string>();
    for (const { name, dependsOn = [] } of production.applications) {
      assert.ok(name === "infrastructure" || dependsOn.length > 0, name);
      for (const other of dependsOn) assert.ok(before.has(other), `${name} after ${other}`);
      before.add(name);
    }
  });

  it("has what the seed's levels name", () => {
    // "18 production-ready manifests across all 7 levels".
    for (const service of ["object-store", "postgresql", "cache", "kafka", "spark-streaming", "spark-batch"])
      assert.equal(data(production, service).name, service);
    assert.equal(data(production, "airflow").kind, "airflow");
    for (const service of [
      "clinical-gateway",
      "kafka-producer",
      "kafka-consumer",
      "feature-engineering",
      "mlflow",
      "model-serving",
      "monitoring-service",
    ])
      assert.equal(workload(production, service).name, service);
    const jobs = production.applications.flatMap((application) => application.jobs ?? []);
    assert.deepEqual(
      jobs.map(({ name }) => name),
      ["training"],
    );
    // "batch on a schedule"; "MinIO with ... setup job": the two critical buckets are among those that it makes.
    const [stream, batch] = ["spark-streaming", "spark-batch"].map((name) => data(production, name));
    assert.equal(stream?.kind === "spark-application" && stream.schedule, undefined);
    assert.equal(batch?.kind === "spark-application" && batch.schedule, "0 1 * * *");
    const store = data(production, "object-store");
    const buckets = store.kind === "object-store" ? store.buckets.map(({ name }) => name) : [];
    assert.ok(["clinical-mlops", "mlflow-artifacts"].every((name) => buckets.includes(name)));
    const postgresql = data(production, "postgresql");
    assert.deepEqual(postgresql.kind === "postgresql" && postgresql.databases, [
      "mlflow",
      "airflow",
      "clinical",
    ]);
  });

  it("gives the four priority classes to what the seed says", () => {
    // "Priority Classes (4 levels)".
    const classes = {
      "critical-priority": ["object-store", "postgresql", "cache", "kafka"],
      "high-priority": ["clinical-gateway", "model-serving"],
      "medium-priority": ["feature-engineering", "spark-streaming"],
      "low-priority": ["spark-batch", "training"],
    };
    const all = production.applications.flatMap(({ data: services = [], jobs = [], workloads }) => [
      ...services,
      ...jobs,
      ...workloads,
    ]);
    for (const [priorityClass, names] of Object.entries(classes))
      for (const name of names)
        assert.equal(all.find((item) => item.name === name)?.priorityClass, priorityClass, name);
  });

  it("runs training on the pool for it, and nothing else there by choice", () => {
    const selectors = production.applications.flatMap(({ jobs = [], workloads }) =>
      [...jobs, ...workloads].flatMap(({ name, nodeSelector }) =>
        nodeSelector === undefined ? [] : [[name, nodeSelector]],
      ),
    );
    assert.deepEqual(selectors, [["training", { "workload-type": "compute" }]]);
  });

  it("backs up what the seed says, when and for how long", () => {
    // "Backup & Disaster Recovery".
    const postgresql = data(production, "postgresql");
    assert.deepEqual(postgresql.kind === "postgresql" && postgresql.backup, {
      schedule: "0 */6 * * *",
      retentionDays: 30,
    });
    const store = data(production, "object-store");
    const mirror = store.kind === "object-store" ? store.mirror : undefined;
    assert.deepEqual([mirror?.schedule, mirror?.retentionDays], ["0 3 * * *", 30]);
    assert.deepEqual(mirror?.buckets, ["mlflow-artifacts", "clinical-mlops"]);
    const { backups } = production;
    assert.deepEqual(
      backups?.schedules.map(({ name, retentionDays, schedule }) => [name, retentionDays, schedule]),
      [
        ["daily", 30, "0 2 * * *"],
        ["hourly", 7, "0 * * * *"],
      ],
    );
    assert.equal(backups.verification, "0 4 * * 0");
    assert.deepEqual([backups.timeObjectiveHours, backups.pointObjectiveHours], [4, 1]);
    // Hourly backups are production's.
    assert.deepEqual(
      page("staging").backups?.schedules.map(({ name }) => name),
      ["daily"],
    );
  });

  it("delivers when and by whom the seed says", () => {
    // "Projects with RBAC (3 environments)".
    const rights = (stack: "dev" | "staging" | "production") =>
      Object.fromEntries(
        (page(stack).projects?.[0]?.roles ?? []).flatMap(({ groups, right }) =>
          groups.map((group) => [group.replace("quint:", ""), right]),
        ),
      );
    assert.deepEqual(rights("dev"), { "platform-admins": "admin", developers: "admin" });
    assert.deepEqual(rights("staging"), { "platform-admins": "admin", sre: "sync", qa: "view" });
    assert.deepEqual(rights("production"), {
      "platform-admins": "admin",
      "release-managers": "sync",
      sre: "view",
      compliance: "view",
    });
    const [project] = production.projects ?? [];
    assert.equal(project?.name, "clinical-trials-production");
    assert.equal(project.automated, false);
    assert.equal(project.reportOrphans, true);
    assert.deepEqual(project.windows, [
      { schedule: "0 2 * * 6,0", hours: 2, timeZone: "Etc/UTC", manualSync: true },
    ]);
    const [staging] = page("staging").projects ?? [];
    assert.match(staging?.windows?.[0]?.schedule ?? "", / 1-5$/);
    assert.deepEqual(staging?.approvers, ["quint:qa"]);
    const [dev] = page("dev").projects ?? [];
    assert.equal(dev?.automated, true);
    assert.equal(dev.windows, undefined);
  });

  it("lets people into the namespace by least privilege: nobody but admins changes staging or production", () => {
    for (const stack of ["staging", "production"] as const) {
      const access = page(stack).namespaces[0]?.access ?? [];
      const changers = access.filter(({ role }) => role !== "view").map(({ group }) => group);
      assert.deepEqual(changers, ["quint:platform-admins"]);
    }
    assert.ok(
      page("dev").namespaces[0]?.access.some(
        ({ group, role }) => group === "quint:developers" && role === "admin",
      ),
    );
  });

  it("has a dashboard each for gateway, model serving and pipeline beside every platform's four", () => {
    const names = production.applications.flatMap(({ dashboards = [] }) =>
      dashboards.map(({ name }) => name),
    );
    assert.deepEqual(names, [
      "clinical-trials-platform",
      "clinical-trials-services",
      "clinical-trials-data",
      "clinical-trials-resources",
      "clinical-trials-gateway",
      "clinical-trials-model-serving",
      "clinical-trials-pipeline",
    ]);
  });

  it("asks in dashboards and alerts after what it has", () => {
    const all = production.applications;
    const kafka = data(production, "kafka");
    const groups =
      kafka.kind === "kafka" ? kafka.users.flatMap(({ consumes }) => consumes.map(({ group }) => group)) : [];
    const known: Readonly<Record<string, readonly string[]>> = {
      namespace: ["clinical-mlops-production"],
      destination_workload_namespace: ["clinical-mlops-production"],
      destination_workload: all.flatMap(({ workloads }) => workloads.map(({ name }) => name)),
      consumergroup: groups,
      cronjob: all.flatMap(({ jobs = [] }) => jobs.map(({ name }) => name)),
    };
    const text = JSON.stringify(all.map(({ alerts = [], dashboards = [] }) => [alerts, dashboards]));
    const asked = [...text.matchAll(/([a-z_]+)=\\+"([^"\\]+)\\+"/g)];
    for (const [label, names] of Object.entries(known)) {
      const wanted = asked.filter(([, name]) => name === label).map(([, , value]) => value);
      assert.ok(wanted.length > 0, label);
      assert.deepEqual(
        wanted.filter((name) => !names.includes(name ?? "")),
        [],
        label,
      );
    }
  });

  it("has a runbook for every alert, with a heading that names it", () => {
    const alerts = production.applications.flatMap((application) => application.alerts ?? []);
    assert.ok(alerts.length >= 6);
    for (const { name, runbook } of alerts) {
      const text = readFileSync(join(root, "docs/runbooks", runbook), "utf8");
      const headings = text.split("\n").filter((line) => line.startsWith("## "));
      assert.ok(
        headings.some((heading) => heading.includes(name)),
        `${name} in ${runbook}`,
      );
    }
  });
});
