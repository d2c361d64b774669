/**
 * The chest-xray platform against its seed. Expected figures are literals of seed 004 ("Production Deployment Pipeline
 * Documentation"), whose heading each test names.
 */
import assert from "node:assert/strict";
import { chestXray as schema } from "../../../../config/schema/platforms/chest-xray.ts";
import { chestXray } from "../../../../platforms/chest-xray/index.ts";
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

const page = (changes: object = {}, stack = "production") =>
  chestXray(settingsOf(stack), schema.parse(changes));
const external = (more: object = {}) => ({
  database: {
    type: "external",
    external: {
      cidrs: ["10.0.16.0/24"],
      ...more,
    },
  },
});
const server = (color: string, changes: object = {}, stack = "production") =>
  workloadOf(page(changes, stack), "chest-xray-mlops", `${stack}-${color}`);
const configOf = (color: string, changes: object = {}) => applicationOf(page(changes), color).configs[0]!;

describe("chest-xray, as its page describes it", () => {
  it("is two copies in namespaces of their own (seed 004, Environment-Specific Values)", () => {
    assert.deepEqual(
      page().namespaces.map(({ name }) => name),
      ["production-blue", "production-green"],
    );
    assert.deepEqual(
      page({}, "dev").namespaces.map(({ name }) => name),
      ["dev-blue", "dev-green"],
    );
    assert.deepEqual(
      page().applications.map(({ deliveryName, namespace }) => [deliveryName, namespace]),
      [
        // seed 004, Common Issues: argocd app get chest-xray-mlops-prod-blue
        ["chest-xray-mlops-prod-blue", "production-blue"],
        ["chest-xray-mlops-prod-green", "production-green"],
        [undefined, "production-blue"],
      ],
    );
  });

  it("has the same in both copies, but for names", () => {
    const shape = (color: string) =>
      JSON.stringify(applicationOf(page({ traffic: { blue: 50, green: 50 } }), color)).replaceAll(
        color,
        "(color)",
      );
    assert.equal(shape("blue"), shape("green"));
  });

  it("has the seed's size where requests come in (seed 004, Production Values: Resource Configuration)", () => {
    const blue = server("blue");
    assert.deepEqual(shareOf(blue), ["1000m", "2Gi", "2000m", "4Gi"]);
    assert.equal(blue.size.replicas, 3);
    assert.deepEqual([blue.size.autoscaling?.min, blue.size.autoscaling?.max], [3, 10]);
  });

  it("keeps a copy without requests small, and both big while they share them (seed 004, Blue-Green Deployment: Cleanup)", () => {
    const sizes = (changes: object) =>
      ["blue", "green"].map((color) => {
        const { size } = server(color, changes);
        return [size.replicas, size.autoscaling?.max];
      });
    assert.deepEqual(sizes({}), [
      [3, 10],
      [1, 1],
    ]);
    assert.deepEqual(sizes({ traffic: { blue: 50, green: 50 } }), [
      [3, 10],
      [3, 10],
    ]);
    assert.deepEqual(sizes({ traffic: { blue: 0, green: 100 }, standbyReplicas: 2 }), [
      [2, 2],
      [3, 10],
    ]);
    assert.deepEqual(shareOf(server("green")), shareOf(server("blue")));
  });

  it("runs as user 1000, and is found by the seed's label (seed 004, Security Configuration; Common Issues)", () => {
    assert.equal(server("green").runAs.user, 1000);
    assert.equal(server("green").labels?.app, "chest-xray-mlops");
    assert.deepEqual(
      page().namespaces.map(({ podSecurity, injected }) => [podSecurity, injected]),
      [
        ["restricted", true],
        ["restricted", true],
      ],
    );
  });

  it("is scraped every 30 s (seed 004, Monitoring Configuration)", () => {
    assert.deepEqual(server("blue").monitor, { port: "http", path: "/metrics", intervalSeconds: 30 });
  });

  it("lets in the gateway and the monitoring alone", () => {
    assert.deepEqual(callersOf(server("blue")), ["(gateway):http", "(monitoring):http"]);
  });

  describe("hosts", () => {
    it("has one for each copy, reached from inside alone (seed 004, Environment-Specific Values: Ingress)", () => {
      for (const color of ["blue", "green"]) {
        const { access, rules } = routeOf(page(), `api-${color}.production.example.com`);
        assert.deepEqual(access?.allowCidrs, ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]);
        assert.deepEqual(
          rules.map(({ service, weights }) => [service, weights]),
          [["chest-xray-mlops", undefined]],
        );
      }
    });

    it("shares the public host between them as the settings say (seed 004, switch-traffic)", () => {
      const weights = (changes: object) =>
        routeOf(page(changes), "api.production.example.com").rules[0]?.weights;
      assert.deepEqual(weights({}), [
        { namespace: "production-blue", weight: 100 },
        { namespace: "production-green", weight: 0 },
      ]);
      assert.deepEqual(weights({ traffic: { blue: 50, green: 50 } }), [
        { namespace: "production-blue", weight: 50 },
        { namespace: "production-green", weight: 50 },
      ]);
    });

    it("refuses shares that are not the whole", () => {
      const { error } = schema.safeParse({ traffic: { blue: 50, green: 40 } });
      assert.match(error?.message ?? "", /does not add up to 100/);
    });
  });

  it("has a project for office hours, with the seed's roles (seed 004, Access Control; Application Configuration)", () => {
    const { automated, windows, roles, sync } = page().projects![0]!;
    assert.equal(automated, true);
    assert.deepEqual(windows, [{ schedule: "0 9 * * 1-5", hours: 8, timeZone: "Etc/UTC", manualSync: true }]);
    assert.deepEqual(
      roles.map(({ name, right }) => [name, right]),
      [
        ["production-admin", "admin"],
        ["production-developer", "sync"],
        ["production-viewer", "view"],
      ],
    );
    assert.equal(sync?.foregroundPruning, true);
    assert.ok(sync.retries > 0 && sync.history > 0);
    assert.equal(page({}, "dev").projects![0]?.windows, undefined);
  });

  describe("database", () => {
    it("is refused outside the cluster where nobody says where", () => {
      for (const database of [{ type: "external" }, { ...external().database, type: "managed" }]) {
        assert.match(schema.safeParse({ database }).error?.message ?? "", /does not go together/);
      }
    });

    it("is each copy's own, in its namespace", () => {
      for (const color of ["blue", "green"]) {
        const namespace = `production-${color}`;
        assert.deepEqual(callersOf(dataOf(page(), "postgresql", namespace)), [
          "chest-xray-mlops:postgresql",
          "(monitoring):metrics",
        ]);
        assert.equal(
          configOf(color).data.database_url,
          "postgresql://chest-xray-db-rw:5432/predictions?sslmode=require",
        );
        assert.deepEqual(environmentOf(server(color)).DATABASE_PASSWORD, {
          secret: "chest-xray-db-predictions",
          key: "password",
        });
      }
    });

    it("may be outside, at the seed's hosts (seed 004, Environment-Specific Values: Database)", () => {
      const platform = page(external());
      assert.deepEqual(
        platform.applications.flatMap(({ data = [] }) => data),
        [],
      );
      for (const color of ["blue", "green"]) {
        assert.equal(
          configOf(color, external()).data.database_url,
          `postgresql://prod-postgres-${color}.internal:5432/predictions?sslmode=require`,
        );
        assert.deepEqual(server(color, external()).egress, [
          { kind: "telemetry" },
          { kind: "cidr", cidr: "10.0.16.0/24", ports: [5432] },
        ]);
      }
      const [secret] = applicationOf(platform, "blue").secrets;
      // Nobody makes up the user of a server that is not here.
      assert.equal(secret?.existing, true);
      assert.deepEqual(environmentOf(server("blue", external())).DATABASE_PASSWORD, {
        secret: "database-credentials",
        key: "password",
      });
    });

    it("turns to a backup server for both copies (seed 004, Emergency Procedures: Database Issues)", () => {
      for (const color of ["blue", "green"]) {
        const { name, data } = configOf(color, external({ useBackup: true, backup: "standby.db.internal" }));
        assert.equal(name, "app-config");
        assert.equal(data.database_url, "postgresql://standby.db.internal:5432/predictions?sslmode=require");
      }
    });
  });

  it("gives each copy the image that the stack names for it, and the replicas", () => {
    const image = "registry.example/chest-xray-mlops:v2.1.0";
    const changes = { workloads: { green: { image, replicas: 4 } } };
    assert.equal(server("green", changes).container.image, image);
    assert.equal(server("green", changes).size.replicas, 4);
    assert.notEqual(server("blue", changes).container.image, image);
    assert.equal(server("blue", changes).size.autoscaling?.max, 10);
  });

  describe("monitoring", () => {
    const { alerts = [], recordings = [], dashboards = [] } = applicationOf(page(), "traffic");
    const alert = (name: string) => alerts.find((found) => found.name === name)!;

    it("fires on each of the seed's four triggers, critically (seed 004, Automatic Rollback Triggers)", () => {
      assert.match(alert("ChestXrayHealthCheckFailing").expression, /replicas_unavailable.*> 0$/);
      assert.match(alert("ChestXrayErrorRateHigh").expression, /response_code=~"5\.\.".*\[5m\].* > 0\.01$/);
      assert.match(
        alert("ChestXrayResponseSlow").expression,
        /histogram_quantile\(0\.95,.*\[5m\].*\/ 1000 > 2$/,
      );
      assert.match(alert("ChestXrayCriticalAlert").expression, /ALERTS\{.*severity="critical"/);
      for (const { severity } of alerts) assert.equal(severity, "critical");
    });

    it("looks at both copies, and at nothing of other platforms", () => {
      for (const { expression } of alerts) {
        assert.match(expression, /production-blue\|production-green|prod-\(blue\|green\)/);
      }
    });

    it("has alerts for a failed deployment and each of the seed's others (seed 004, Alerts)", () => {
      assert.deepEqual(
        alerts.map(({ name }) => name),
        [
          "ChestXrayHealthCheckFailing",
          "ChestXrayErrorRateHigh",
          "ChestXrayResponseSlow",
          "ChestXrayCriticalAlert",
          "ChestXrayDeploymentFailed",
        ],
      );
    });

    it("measures deployments as the seed does (seed 004, Deployment Metrics)", () => {
      const names = recordings.map(({ record }) => record);
      for (const metric of [
        "deployment_success",
        "deployment_duration_seconds",
        "rollbacks",
        "time_to_recovery_seconds",
      ]) {
        assert.ok(
          names.some((name) => name.startsWith(`chest_xray:${metric}:`)),
          metric,
        );
      }
    });

    it("has the seed's four dashboards, which ask for no series that nothing records (seed 004, Dashboards)", () => {
      const titles = dashboards.map(({ model }) => model.title);
      for (const title of [
        "Production Deployment Overview",
        "Blue-Green Environment Status",
        "Application Performance Metrics",
        "Infrastructure Resource Usage",
      ]) {
        assert.ok(titles.includes(title), title);
      }
      const recorded = new Set(recordings.map(({ record }) => record));
      const asked = JSON.stringify([dashboards, recordings]).match(/chest_xray:\w+(:\w+)?/g) ?? [];
      assert.ok(asked.length > 0);
      for (const name of asked) assert.ok(recorded.has(name), name);
    });
  });
});
