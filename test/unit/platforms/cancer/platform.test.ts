/** What the cancer platform is made of. Expected figures are literals of seed 001 ("Kubernetes Implementation Summary"),
 * whose heading each test names; what differs on purpose is listed in docs/decisions.md. */
import assert from "node:assert/strict";
import type { Platform } from "../../../../platforms/model/index.ts";
import { describePlatforms } from "../../../../platforms/index.ts";
import { settingsOf } from "../../../support/stacks.ts";
import { application, config, direct, page, workload } from "./page.ts";

describe("the cancer platform", () => {
  it("is one namespace with four services (seed 001, Components Deployed)", () => {
    const platform = page();
    assert.deepEqual(
      platform.namespaces.map(({ name }) => name),
      ["cancer-mlops"],
    );
    assert.equal(platform.namespaces[0]?.podSecurity, "restricted");
    assert.equal(platform.namespaces[0].injected, true);
    assert.deepEqual(platform.namespaces[0].labels, {
      "app.kubernetes.io/name": "cancer-mlops",
      environment: "production",
    });
    assert.deepEqual(
      platform.applications.map(({ name, namespace }) => ({ name, namespace })),
      [{ name: "cancer-mlops", namespace: "cancer-mlops" }],
    );
    assert.deepEqual(
      application(platform).workloads.map(({ name }) => name),
      ["api", "mlflow", "prometheus", "grafana"],
    );
  });

  it("is deployed where a stack names it, and only there", () => {
    const settings = settingsOf("production");
    const names = (platforms: typeof settings.platforms) =>
      describePlatforms({ ...settings, platforms }).map(({ name }) => name);
    const { cancer, ...others } = settings.platforms;
    assert.deepEqual(names({ cancer }), ["cancer"]);
    assert.ok(!names(others).includes("cancer"));
  });

  it("follows its namespace wherever it is named", () => {
    const platform = page({ namespace: "oncology" });
    assert.equal(platform.namespaces[0]!.name, "oncology");
    assert.equal(application(platform).namespace, "oncology");
    assert.match(config(platform, "prometheus-config")["prometheus.yml"] ?? "", /names: \[oncology\]/);
    assert.doesNotMatch(JSON.stringify(platform.applications), /"namespace":"cancer-mlops"/);
  });

  it("has the seed's three ConfigMaps, and two more for Grafana's dashboards (seed 001, ConfigMaps)", () => {
    const names = application(page()).configs.map(({ name }) => name);
    assert.deepEqual(names, [
      "app-config",
      "prometheus-config",
      "grafana-datasources",
      "grafana-dashboard-provider",
      "grafana-dashboards",
    ]);
  });

  it("lets each be called by whom the seed connects, and from outside by the gateway alone", () => {
    const callers = (platform: Platform) =>
      Object.fromEntries(
        application(platform).workloads.map((spec) => [
          spec.name,
          spec.callers.map((caller) => (caller.kind === "workload" ? caller.workload : `(${caller.kind})`)),
        ]),
      );
    assert.deepEqual(callers(page()), {
      api: ["prometheus", "(gateway)"],
      mlflow: ["api", "(gateway)"],
      prometheus: ["grafana", "(gateway)"],
      grafana: ["(gateway)"],
    });
    assert.deepEqual(callers(page(direct)), {
      api: ["prometheus", "(world)"],
      mlflow: ["api", "(world)"],
      prometheus: ["grafana", "(world)"],
      grafana: ["(world)"],
    });
  });

  describe("environments", () => {
    it("scale the API in production and staging, and keep it fixed in dev", () => {
      const scaling = ["dev", "staging", "production"].map((stack) => {
        const { autoscaling } = workload(page({}, settingsOf(stack)), "api").size;
        return autoscaling && [autoscaling.min, autoscaling.max];
      });
      assert.deepEqual(scaling, [undefined, [2, 4], [3, 6]]);
    });

    it("demand an even spread in production, and prefer it elsewhere", () => {
      const spread = ["dev", "staging", "production"].map(
        (stack) => workload(page({}, settingsOf(stack)), "api").spread,
      );
      assert.deepEqual(spread, ["preferred", "preferred", "required"]);
    });

    it("have the same services, volumes and configs: only sizes and exposure differ", () => {
      const shape = (stack: string) => {
        const { workloads, claims, configs } = application(page({ expose: "gateway" }, settingsOf(stack)));
        return [workloads, claims, configs].map((list) => list.map(({ name }) => name));
      };
      assert.deepEqual(shape("dev"), shape("production"));
      assert.deepEqual(shape("staging"), shape("production"));
    });

    it("let developers change dev and look at the others", () => {
      const access = ["dev", "staging", "production"].map(
        (stack) => page({}, settingsOf(stack)).namespaces[0]?.access,
      );
      const group = "quint:cancer-developers";
      assert.deepEqual(access, [
        [{ group, role: "edit" }],
        [{ group, role: "view" }],
        [{ group, role: "view" }],
      ]);
    });
  });
});
