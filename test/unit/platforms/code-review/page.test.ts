/**
 * The code-review platform against its seed. Expected figures are literals of seed 002 ("Kubernetes & CI/CD
 * Implementation Summary"), whose heading each test names.
 */
import assert from "node:assert/strict";
import { codeReview as schema } from "../../../../config/schema/platforms/code-review.ts";
import { codeReview } from "../../../../platforms/code-review/index.ts";
import {
  applicationOf,
  callersOf,
  dataOf,
  environmentOf,
  routeOf,
  shareOf,
  workloadOf,
} from "../../../support/pages.ts";
import { settingsOf } from "../../../support/stacks.ts";

const image = (service: string, release: string) => `registry.example/${service}:${release}`;
const releaseOf = (release: string, ...more: string[]) =>
  Object.fromEntries(
    ["auth-service", "analysis-service", "ai-orchestrator", ...more].map((service) => [
      service,
      image(service, release),
    ]),
  );
const releases = {
  "v2.3.0": releaseOf("v2.3.0"),
  "v2.4.0-rc.1": releaseOf("v2.4.0-rc.1"),
  "v2.1.0": releaseOf("v2.1.0"),
};
const versions = { stable: "v2.3.0", experiment: "v2.4.0-rc.1", quarantine: "v2.1.0" };
const page = (changes: object = {}, stack = "production") =>
  codeReview(settingsOf(stack), schema.parse({ releases, versions, ...changes }));

const stable = "platform-v2-stable";
const experiment = "platform-v1-exp";
const quarantine = "platform-v3-quarantine";
const services = ["auth-service", "analysis-service", "ai-orchestrator"];

describe("code-review, as its page describes it", () => {
  it("has the seed's namespaces; monitoring and ingress are the cluster's (seed 002, Namespaces (6))", () => {
    for (const stack of ["dev", "staging", "production"]) {
      assert.deepEqual(
        page({}, stack).namespaces.map(({ name }) => name),
        [stable, experiment, quarantine, "platform-infrastructure"],
      );
    }
  });

  // seed 002, Deployments (3)
  const figures = {
    "auth-service": [3, "250m", "512Mi", "1000m", "2Gi"],
    "analysis-service": [3, "500m", "1Gi", "2000m", "4Gi"],
    "ai-orchestrator": [2, "1000m", "2Gi", "4000m", "8Gi"],
  };
  for (const [service, [replicas, ...share]] of Object.entries(figures)) {
    it(`sizes ${service} as the seed does (seed 002, Deployments (3))`, () => {
      const spec = workloadOf(page(), service, stable);
      assert.equal(spec.size.replicas, replicas);
      assert.deepEqual(shareOf(spec), share);
    });

    it(`probes ${service} every 30 s for life, every 10 s for traffic (seed 002, Deployments (3): Probes)`, () => {
      const { liveness, readiness } = workloadOf(page(), service, stable).container.probes;
      assert.deepEqual([liveness.periodSeconds, readiness.periodSeconds], [30, 10]);
    });
  }

  // seed 002, Horizontal Pod Autoscaling (3); Scaling Strategy: 100 % per 15 s up, 50 % per 60 s down, windows 0 s, 300 s
  const scaling = {
    "auth-service": [3, 20, 70, 80, undefined],
    "analysis-service": [3, 50, 70, 80, 4],
    "ai-orchestrator": [2, 30, 75, 80, 2],
  };
  for (const [service, [min, max, cpu, memory, pods]] of Object.entries(scaling)) {
    it(`scales ${service} as the seed does (seed 002, Horizontal Pod Autoscaling (3))`, () => {
      const { autoscaling } = workloadOf(page(), service, stable).size;
      assert.ok(autoscaling);
      const { cpuPercent, memoryPercent, scaleUp, scaleDown } = autoscaling;
      assert.deepEqual(
        [autoscaling.min, autoscaling.max, cpuPercent, memoryPercent],
        [min, max, cpu, memory],
      );
      assert.deepEqual(scaleUp?.policies, [
        { type: "Percent", value: 100, periodSeconds: 15 },
        ...(pods === undefined ? [] : [{ type: "Pods", value: pods, periodSeconds: 15 }]),
      ]);
      assert.deepEqual(scaleDown?.policies, [{ type: "Percent", value: 50, periodSeconds: 60 }]);
      assert.deepEqual([scaleUp.stabilizationWindowSeconds, scaleDown.stabilizationWindowSeconds], [0, 300]);
    });
  }

  it("puts the orchestrator alone on compute nodes (seed 002, AI Orchestrator: Node Selector)", () => {
    const selectors = services.map((service) => workloadOf(page(), service, stable).nodeSelector);
    assert.deepEqual(selectors, [undefined, undefined, { "workload-type": "compute" }]);
  });

  it("runs one or two of each experiment, one of each quarantined (seed 002, Namespaces (6))", () => {
    for (const stack of ["dev", "staging", "production"]) {
      for (const service of services) {
        const replicas = (namespace: string) => workloadOf(page({}, stack), service, namespace).size.replicas;
        assert.ok([1, 2].includes(replicas(experiment)));
        assert.equal(replicas(quarantine), 1);
        assert.equal(workloadOf(page({}, stack), service, quarantine).size.autoscaling, undefined);
      }
    }
  });

  it("runs as user 1000 in restricted namespaces (seed 002, Pod Security)", () => {
    for (const { workloads } of page().applications) {
      for (const { runAs } of workloads) assert.equal(runAs.user, 1000);
    }
    for (const { podSecurity } of page().namespaces) assert.equal(podSecurity, "restricted");
  });

  it("has metrics on port 8000, scraped every 15 s (seed 002, Prometheus)", () => {
    for (const service of services) {
      const { container, monitor } = workloadOf(page(), service, stable);
      assert.deepEqual(container.ports, [{ name: "http", port: 8000 }]);
      assert.deepEqual(monitor, { port: "http", path: "/metrics", intervalSeconds: 15 });
    }
  });

  describe("releases", () => {
    const imageOf = (changes: object, namespace: string) =>
      workloadOf(page(changes), "auth-service", namespace).container.image;

    it("are promoted by a line of the settings", () => {
      assert.equal(imageOf({}, stable), image("auth-service", "v2.3.0"));
      const promoted = { versions: { ...versions, stable: "v2.4.0-rc.1", quarantine: "v2.3.0" } };
      assert.equal(imageOf(promoted, stable), image("auth-service", "v2.4.0-rc.1"));
      assert.equal(imageOf(promoted, quarantine), image("auth-service", "v2.3.0"));
    });

    it("carry nothing over but images: sizes and rights stay the version's", () => {
      const both = page({ versions: { ...versions, experiment: "v2.3.0" } });
      const [one, other] = [stable, experiment].map((namespace) =>
        workloadOf(both, "auth-service", namespace),
      );
      assert.equal(one?.container.image, other?.container.image);
      assert.notDeepEqual(one?.size, other?.size);
      assert.notDeepEqual(environmentOf(one!).DATABASE_USER, environmentOf(other!).DATABASE_USER);
    });

    it("run the seed's other services and the frontend where they have images (seed 002, build-images (7 services))", () => {
      const more = [
        "project-service",
        "version-control-service",
        "comparison-service",
        "provider-service",
        "frontend",
      ];
      const names = (platform: ReturnType<typeof page>) =>
        applicationOf(platform, "stable").workloads.map(({ name }) => name);
      assert.deepEqual(names(page()), services);
      const full = page({ releases: { ...releases, "v2.3.0": releaseOf("v2.3.0", ...more) } });
      assert.deepEqual(names(full), [...services, ...more]);
      assert.deepEqual(
        routeOf(full, "api.coderev.example.com").rules.map(({ service }) => service),
        [...services, ...more],
      );
      assert.equal(workloadOf(full, "frontend", stable).monitor, undefined);
    });

    it("leave a version empty that has none, and lets nobody into the stores for it", () => {
      const platform = page({ versions: { stable: "v2.3.0" } });
      assert.deepEqual(applicationOf(platform, "experiment").workloads, []);
      assert.deepEqual(applicationOf(platform, "quarantine").routes, []);
      assert.ok(callersOf(dataOf(platform, "postgresql")).every((caller) => !caller.includes("v1-exp")));
    });

    it("are samples of the three services in every version in dev", () => {
      const platform = codeReview(settingsOf("dev"), schema.parse({}));
      for (const version of ["stable", "experiment", "quarantine"]) {
        const { workloads } = applicationOf(platform, version);
        assert.deepEqual(
          workloads.map(({ name }) => name),
          services,
        );
        for (const { container } of workloads) assert.match(container.image, /podinfo/);
      }
    });
  });

  describe("network", () => {
    const everyServer = (platform = page()) =>
      ["stable", "experiment", "quarantine"].flatMap((name) => applicationOf(platform, name).workloads);

    it("lets the gateway in, and Prometheus, and nobody else (seed 002, Network Policies (5))", () => {
      for (const spec of everyServer()) {
        assert.deepEqual(callersOf(spec), ["(gateway):http", "(monitoring):http"], spec.name);
      }
    });

    it("lets V1 out to everything, V2 and V3 to nothing undeclared (seed 002, Network Policies (5))", () => {
      const egress = (version: string) =>
        applicationOf(page(), version).workloads.map((spec) => spec.egress?.map(({ kind }) => kind));
      assert.deepEqual(
        egress("experiment"),
        services.map(() => ["telemetry", "everywhere"]),
      );
      assert.deepEqual(
        egress("stable"),
        services.map(() => ["telemetry"]),
      );
      assert.deepEqual(
        egress("quarantine"),
        services.map(() => ["telemetry"]),
      );
    });

    it("lets stable's orchestrator call AI providers that the settings name", () => {
      const platform = page({ providerCidrs: ["203.0.113.0/24"] });
      const providers = everyServer(platform).filter((spec) =>
        spec.egress?.some(({ kind }) => kind === "cidr"),
      );
      assert.deepEqual(
        providers.map(({ name, egress }) => [name, egress?.[1]]),
        [["ai-orchestrator", { kind: "cidr", cidr: "203.0.113.0/24", ports: [443] }]],
      );
    });

    it("lets V2 reach databases, queues and the policy engine (seed 002, V2 Isolation)", () => {
      const reached = (namespace: string) =>
        applicationOf(page(), "infrastructure")
          .data!.filter((store) => callersOf(store).some((caller) => caller.startsWith(`${namespace}/`)))
          .map(({ kind }) => kind);
      const all = ["postgresql", "valkey", "neo4j", "object-store", "kafka", "opa"];
      assert.deepEqual(reached(stable), all);
      assert.deepEqual(reached(experiment), all);
      // seed 002, V3 Isolation: Egress: databases (read-only)
      assert.deepEqual(reached(quarantine), ["postgresql"]);
    });

    it("opens the stores to everything in their own namespace, as a wildcard (seed 002, Infrastructure)", () => {
      for (const store of applicationOf(page(), "infrastructure").data!) {
        assert.ok(
          callersOf(store).some((caller) => caller.startsWith("platform-infrastructure/*:")),
          store.name,
        );
      }
    });
  });

  describe("quarantine", () => {
    it("reads the experiment's database as a user who cannot write, and no other", () => {
      const postgresql = dataOf(page(), "postgresql");
      assert.deepEqual(postgresql.databases, ["stable", "experiment"]);
      assert.deepEqual(postgresql.readers, [{ name: "quarantine", database: "experiment" }]);
      for (const service of services) {
        const env = environmentOf(workloadOf(page(), service, quarantine));
        assert.equal(env.DATABASE_HOST, "postgresql-ro.platform-infrastructure");
        assert.deepEqual(env.DATABASE_PASSWORD, { secret: "postgresql-quarantine", key: "password" });
        assert.equal(env.READ_ONLY, "true");
      }
    });

    it("gets no Secret that opens anything to write", () => {
      const copies = applicationOf(page(), "infrastructure").data!.flatMap(
        ({ copiesOfSecrets = {} }) => copiesOfSecrets[quarantine] ?? [],
      );
      assert.deepEqual(copies, ["postgresql-quarantine"]);
      const named = services.flatMap((service) =>
        Object.values(environmentOf(workloadOf(page(), service, quarantine))).flatMap((value) =>
          typeof value === "string" ? [] : [value.secret],
        ),
      );
      assert.deepEqual([...new Set(named)].sort(), ["postgresql-quarantine", "service-secrets"]);
    });

    it("mounts no volume, and lets in only methods that read (seed 002, V3 Isolation)", () => {
      for (const service of services) {
        const { mounts } = workloadOf(page(), service, quarantine).container;
        assert.deepEqual(
          mounts?.map(({ kind }) => kind),
          ["scratch"],
        );
      }
      assert.deepEqual(routeOf(page(), "v3.coderev.example.com").access?.methods, ["GET", "HEAD", "OPTIONS"]);
    });
  });

  it("keeps the experiment's data apart from stable's", () => {
    const { users } = dataOf(page(), "object-store");
    assert.deepEqual(users, [
      { name: "stable", access: { "stable-artifacts": "write" } },
      { name: "experiment", access: { "experiment-artifacts": "write" } },
    ]);
    for (const user of dataOf(page(), "kafka").users) {
      const own = user.name.replace("kafka-", "");
      for (const topic of [...user.produces, ...user.consumes.map((consumed) => consumed.topic)]) {
        assert.match(topic, new RegExp(`^${own}\\.`));
      }
    }
  });

  describe("hosts", () => {
    it("take the API's paths to its services, 100 requests a second (seed 002, Production Ingress)", () => {
      const { rules, access } = routeOf(page(), "api.coderev.example.com");
      assert.deepEqual(
        rules.map(({ prefix, service }) => [prefix, service]),
        [
          ["/api/auth", "auth-service"],
          ["/api/analyze", "analysis-service"],
          ["/api/orchestrate", "ai-orchestrator"],
        ],
      );
      assert.deepEqual(access, { rateLimit: { requestsPerSecond: 100 } });
    });

    it("take every path of V1 and V3 (seed 002, V1 Ingress, V3 Ingress)", () => {
      for (const host of ["v1", "v3"]) {
        const { rules } = routeOf(page(), `${host}.coderev.example.com`);
        assert.ok(rules.some(({ prefix }) => prefix === "/"));
      }
    });
  });

  describe("secrets", () => {
    it("are generated, and made anew by a number (seed 002, Secrets Management: Regular rotation)", () => {
      const [secret, ...more] = applicationOf(page({ rotation: 4 }), "stable").secrets;
      assert.deepEqual(secret?.keys, { "signing-key": { kind: "key", length: 32 } });
      assert.equal(secret.rotation, 4);
      assert.deepEqual(more, []);
      for (const { rotation } of applicationOf(page({ rotation: 4 }), "infrastructure").data!) {
        assert.equal(rotation, 4);
      }
    });

    it("of AI providers are there where these are called, and made by people", () => {
      const platform = page({ providerCidrs: ["203.0.113.0/24"] });
      assert.equal(applicationOf(platform, "stable").secrets[1]?.existing, true);
      assert.equal(applicationOf(platform, "experiment").secrets.length, 1);
      assert.deepEqual(environmentOf(workloadOf(platform, "ai-orchestrator", stable)).PROVIDER_API_KEY, {
        secret: "provider-credentials",
        key: "api-key",
      });
      assert.equal(environmentOf(workloadOf(platform, "auth-service", stable)).PROVIDER_API_KEY, undefined);
    });
  });

  describe("monitoring", () => {
    const { alerts = [], dashboards = [] } = applicationOf(page(), "observability");

    it("fires where stable misses its objectives: p95 < 3 s, errors < 2 % (seed 002, Namespaces (6): SLO)", () => {
      const [slow, errors] = alerts;
      assert.match(slow?.expression ?? "", /histogram_quantile\(0\.95,.*platform-v2-stable.* > 3$/);
      assert.match(errors?.expression ?? "", /5\.\..*platform-v2-stable.* > 0\.02$/);
    });

    it("has the seed's dashboards (seed 002, Grafana)", () => {
      assert.deepEqual(
        dashboards.map(({ model }) => model.title),
        ["Service health", "Request metrics", "Database performance", "Pod resource usage"],
      );
    });
  });

  it("takes a stack's word on stable's replicas, and leaves the other versions alone", () => {
    const platform = page({ workloads: { "auth-service": { replicas: 7 } } });
    assert.deepEqual(workloadOf(platform, "auth-service", stable).size.replicas, 7);
    assert.equal(workloadOf(platform, "auth-service", stable).size.autoscaling, undefined);
    assert.equal(workloadOf(platform, "auth-service", quarantine).size.replicas, 1);
  });
});
