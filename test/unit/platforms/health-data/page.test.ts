/**
 * The health-data platform against its seed. Expected names are literals of seed 003 ("GitOps & CI/CD Implementation
 * Summary"), whose heading each test names. The seed gives no figures for sizes.
 */
import assert from "node:assert/strict";
import type { HealthDataSettings } from "../../../../config/index.ts";
import { healthData } from "../../../../platforms/health-data/index.ts";
import {
  environmentOf,
  applicationOf,
  callersOf,
  dataOf,
  routeOf,
  workloadOf,
} from "../../../support/pages.ts";
import { settingsOf } from "../../../support/stacks.ts";

const seed: HealthDataSettings = {
  applications: [],
  timeZone: "Etc/UTC",
  recoverFrom: {},
  workloads: {},
};
const everything: HealthDataSettings = { ...seed, applications: ["etl-engine", "webauthn-stack"] };

const page = (stack: string, changes: Partial<HealthDataSettings> = {}) =>
  healthData(settingsOf(stack), { ...(stack === "dev" ? everything : seed), ...changes });
const namesOf = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

describe("health-data, as its page describes it", () => {
  it("has the seed's applications in each environment (seed 003, ArgoCD Applications & Projects)", () => {
    assert.deepEqual(namesOf(page("dev").applications), [
      "infrastructure",
      "health-api",
      "etl-engine",
      "webauthn-stack",
    ]);
    for (const stack of ["staging", "production"]) {
      const { applications } = page(stack);
      assert.deepEqual(namesOf(applications), ["infrastructure", "health-api"]);
      assert.deepEqual(
        applications.map(({ deliveryName }) => deliveryName),
        [undefined, `health-api-${stack}`],
      );
    }
  });

  it("deploys by itself in dev and staging, by hand and after hours in production (seed 003, Environment Strategy)", () => {
    const projects = ["dev", "staging", "production"].map((stack) => page(stack).projects![0]!);
    assert.deepEqual(
      projects.map(({ automated, windows }) => [automated, windows]),
      [
        [true, undefined],
        [true, undefined],
        // seed 003, Applications - Production: no deployments Mon-Fri 8am-5pm
        [false, [{ kind: "deny", schedule: "0 8 * * 1-5", hours: 9, timeZone: "Etc/UTC", manualSync: true }]],
      ],
    );
  });

  it("has a project whose developers look and whose administrators do (seed 003, AppProject: RBAC roles)", () => {
    const { roles, clusterResources } = page("production").projects![0]!;
    assert.deepEqual(
      roles.map(({ name, right }) => [name, right]),
      [
        ["developer", "view"],
        ["admin", "admin"],
      ],
    );
    assert.deepEqual(clusterResources, ["/Namespace"]);
  });

  it("lives in a namespace of the seed's pattern (seed 003, AppProject: health-platform-*)", () => {
    const namespaces = ["dev", "staging", "production"].map((stack) => namesOf(page(stack).namespaces));
    assert.deepEqual(namespaces, [
      ["health-platform-dev"],
      ["health-platform-staging"],
      ["health-platform-production"],
    ]);
    for (const { namespace } of page("dev").applications) assert.equal(namespace, "health-platform-dev");
  });

  it("lets developers read and administrators do everything (seed 003, AppProject: RBAC roles)", () => {
    assert.deepEqual(page("production").namespaces[0]?.access, [
      { group: "quint:health-data-developers", role: "view" },
      { group: "quint:health-data-admins", role: "admin" },
    ]);
  });

  it("keeps its data in PostgreSQL, a cache, an object store and RabbitMQ (seed 003, Applications - Development)", () => {
    assert.deepEqual(
      applicationOf(page("dev"), "infrastructure").data?.map(({ kind }) => kind),
      ["postgresql", "valkey", "object-store", "rabbitmq"],
    );
  });

  it("survives the loss of a node in production, in every store", () => {
    const production = page("production");
    const { masters, volumes, filers } = dataOf(production, "object-store").size;
    const replicas = [
      dataOf(production, "postgresql").size,
      dataOf(production, "valkey").size,
      dataOf(production, "rabbitmq").size,
      masters,
      volumes,
    ].map((size) => size.replicas);
    assert.deepEqual(replicas, [3, 3, 3, 3, 3]);
    assert.equal(filers.replicas, 2);
  });

  it("lets each store be used by those who need it, and where they run", () => {
    const callers = (stack: string) =>
      Object.fromEntries(
        applicationOf(page(stack), "infrastructure").data!.map((store) => [store.kind, callersOf(store)]),
      );
    assert.deepEqual(callers("dev"), {
      postgresql: ["health-api:postgresql", "webauthn-server:postgresql", "(monitoring):metrics"],
      valkey: ["health-api:valkey", "webauthn-server:valkey", "(monitoring):metrics"],
      "object-store": ["health-api:s3", "etl-engine:s3", "(monitoring):metrics"],
      rabbitmq: ["health-api:amqp", "etl-engine:amqp", "(monitoring):metrics"],
    });
    assert.deepEqual(callers("production"), {
      postgresql: ["health-api:postgresql", "(monitoring):metrics"],
      valkey: ["health-api:valkey", "(monitoring):metrics"],
      "object-store": ["health-api:s3", "(monitoring):metrics"],
      rabbitmq: ["health-api:amqp", "(monitoring):metrics"],
    });
  });

  it("lets its servers be called as the stack connects them", () => {
    const platform = page("dev");
    const callers = Object.fromEntries(
      platform.applications.flatMap(({ workloads }) => workloads).map((spec) => [spec.name, callersOf(spec)]),
    );
    assert.deepEqual(callers, {
      "health-api": ["(gateway):http", "webauthn-example-service:http", "(monitoring):http"],
      "etl-engine": ["(monitoring):metrics"],
      "webauthn-server": [
        "(gateway):http",
        "health-api:http",
        "webauthn-example-service:http",
        "(monitoring):http",
      ],
      "webauthn-example-service": ["(gateway):http", "(monitoring):http"],
    });
    assert.deepEqual(callersOf(workloadOf(page("production"), "health-api")), [
      "(gateway):http",
      "(monitoring):http",
    ]);
  });

  describe("ETL narrative engine", () => {
    it("remembers duplicates on a volume that one pod writes (seed 003, Multi-Architecture Docker Images)", () => {
      const platform = page("dev");
      const engine = workloadOf(platform, "etl-engine");
      assert.deepEqual(engine.container.mounts?.[0], {
        kind: "claim",
        claim: "etl-deduplication",
        path: "/data",
        readOnly: false,
      });
      assert.deepEqual(
        applicationOf(platform, "etl-engine").claims.map(({ name, accessMode }) => [name, accessMode]),
        [["etl-deduplication", "ReadWriteOnce"]],
      );
      assert.equal(engine.strategy, "recreate");
      for (const stack of ["dev", "staging", "production"]) {
        const { size } = workloadOf(page(stack, everything), "etl-engine");
        assert.deepEqual([size.replicas, size.autoscaling], [1, undefined]);
      }
    });

    it("is probed on its metrics (seed 003, Multi-Architecture Docker Images: Metrics endpoint health checks)", () => {
      const { liveness, readiness, startup } = workloadOf(page("production", everything), "etl-engine")
        .container.probes;
      for (const probe of [liveness, readiness, startup]) {
        assert.deepEqual([probe?.path, probe?.port], ["/metrics", "metrics"]);
      }
    });

    it("reads records and writes narratives, and cannot do it the other way round", () => {
      const { users } = dataOf(page("dev"), "object-store");
      assert.deepEqual(users, [
        { name: "health-api", access: { "health-data": "write", narratives: "read" } },
        { name: "etl-engine", access: { "health-data": "read", narratives: "write" } },
      ]);
      const { S3_ACCESS_KEY } = environmentOf(workloadOf(page("dev"), "etl-engine"));
      assert.deepEqual(S3_ACCESS_KEY, { secret: "health-objects-etl-engine", key: "access-key" });
    });
  });

  it("runs on both architectures and prefers arm64 (seed 003, Multi-Architecture Docker Images)", () => {
    for (const { workloads } of page("dev").applications) {
      for (const { architectures, prefersArchitecture } of workloads) {
        assert.deepEqual([...architectures].sort(), ["amd64", "arm64"]);
        assert.equal(prefersArchitecture, "arm64");
      }
    }
  });

  it("has metrics and traces of every server (seed 003, Monitoring Integration)", () => {
    for (const { workloads } of page("dev").applications) {
      for (const spec of workloads) {
        assert.equal(spec.monitor?.path, "/metrics");
        assert.deepEqual(spec.egress, [{ kind: "telemetry" }]);
        assert.equal(
          environmentOf(spec).OTEL_EXPORTER_OTLP_ENDPOINT,
          "http://otel-gateway.platform-monitoring:4317",
        );
      }
    }
  });

  it("takes users to the API and the WebAuthn stack under hosts of its own", () => {
    const platform = page("dev");
    const ends = { api: "health-api", auth: "webauthn-server", example: "webauthn-example-service" };
    for (const [name, service] of Object.entries(ends)) {
      const { rules } = routeOf(platform, `${name}.health-data.quint.localhost`);
      assert.deepEqual(
        rules.map((rule) => [rule.prefix, rule.service]),
        [["/", service]],
      );
    }
    assert.equal(page("production").applications.flatMap(({ routes }) => routes).length, 1);
  });

  it("ties passkeys to its own domain", () => {
    const env = environmentOf(workloadOf(page("dev"), "webauthn-server"));
    assert.equal(env.WEBAUTHN_RP_ID, "health-data.quint.localhost");
    assert.equal(env.WEBAUTHN_ORIGINS, "https://example.health-data.quint.localhost");
  });

  it("reaches a replicated cache at its master, a single one by its name", () => {
    const env = (stack: string) => environmentOf(workloadOf(page(stack), "health-api"));
    assert.equal(env("production").REDIS_HOST, "health-cache-master");
    assert.equal(env("dev").REDIS_HOST, "health-cache");
    assert.deepEqual(env("dev").REDIS_PASSWORD, { secret: "health-cache", key: "password" });
  });

  it("takes a stack's word on images and replicas", () => {
    const image = "registry.example/health-api:1.2.3";
    const { container, size } = workloadOf(
      page("production", { workloads: { "health-api": { image, replicas: 5 } } }),
      "health-api",
    );
    assert.equal(container.image, image);
    assert.deepEqual([size.replicas, size.autoscaling], [5, undefined]);
    assert.equal(container.probes.liveness.path, "/health");
  });

  it("runs samples in dev, probed where they answer", () => {
    const { image, probes } = workloadOf(page("dev"), "etl-engine").container;
    assert.match(image, /podinfo/);
    assert.equal(probes.liveness.path, "/healthz");
  });
});
