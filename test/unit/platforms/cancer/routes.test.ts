/** Names, paths and hosts from outside (seed 001, "Ingress (2 strategies)"). */
import assert from "node:assert/strict";
import type { Platform } from "../../../../platforms/model/index.ts";
import { application, config, direct, page, paths, workload } from "./page.ts";

describe("the routes of cancer", () => {
  /** Where a request ends, as the mesh finds it: the first prefix that fits, longest first. */
  function destination(platform: Platform, host: string, path: string) {
    const rules = application(platform).routes.find((route) => route.host === host)?.rules ?? [];
    const rule = [...rules]
      .sort((a, b) => b.prefix.length - a.prefix.length)
      .find(({ prefix }) => path.startsWith(prefix));
    return rule && [rule.service, rule.port, (rule.rewrite ?? rule.prefix) + path.slice(rule.prefix.length)];
  }

  it("1: one domain, a path for each (seed 001, Strategy 1: Path-based routing)", () => {
    const platform = page(paths);
    const host = "cancer-mlops.example.com";
    assert.deepEqual(
      application(platform).routes.map((route) => [route.name, route.host]),
      [["cancer-mlops", host]],
    );
    const ends = {
      "/api": ["api-service", 8000, "/"],
      "/api/": ["api-service", 8000, "/"],
      "/api/health": ["api-service", 8000, "/health"],
      "/mlflow": ["mlflow-service", 5000, "/mlflow"],
      "/mlflow/ajax-api": ["mlflow-service", 5000, "/mlflow/ajax-api"],
      "/prometheus": ["prometheus-service", 9090, "/prometheus"],
      "/grafana": ["grafana-service", 3000, "/grafana"],
      "/": undefined,
    };
    for (const [path, end] of Object.entries(ends)) {
      assert.deepEqual(destination(platform, host, path), end, path);
    }
  });

  it("1: the tools know the path they are served under", () => {
    const platform = page(paths);
    assert.ok(workload(platform, "mlflow").container.args?.includes("--static-prefix=/mlflow"));
    assert.equal(workload(platform, "mlflow").container.probes.liveness.path, "/mlflow/health");
    assert.ok(
      workload(platform, "prometheus").container.args?.includes(
        "--web.external-url=https://cancer-mlops.example.com/prometheus",
      ),
    );
    assert.equal(workload(platform, "prometheus").container.probes.readiness.path, "/prometheus/-/ready");
    assert.match(
      config(platform, "prometheus-config")["prometheus.yml"] ?? "",
      /metrics_path: \/prometheus\/metrics/,
    );
    const { env } = workload(platform, "grafana").container;
    assert.equal(env?.GF_SERVER_ROOT_URL, "https://cancer-mlops.example.com/grafana/");
    assert.equal(env.GF_SERVER_SERVE_FROM_SUB_PATH, "true");
  });

  it("2: a subdomain for each (seed 001, Strategy 2: Subdomain routing)", () => {
    const platform = page();
    const ends = {
      "api.cancer-mlops.example.com": ["api-service", 8000, "/x"],
      "mlflow.cancer-mlops.example.com": ["mlflow-service", 5000, "/x"],
      "prometheus.cancer-mlops.example.com": ["prometheus-service", 9090, "/x"],
      "grafana.cancer-mlops.example.com": ["grafana-service", 3000, "/x"],
    };
    assert.deepEqual(
      application(platform).routes.map(({ host }) => host),
      Object.keys(ends),
    );
    for (const [host, end] of Object.entries(ends)) {
      assert.deepEqual(destination(platform, host, "/x"), end);
    }
    assert.equal(workload(platform, "mlflow").container.probes.liveness.path, "/health");
    assert.equal(workload(platform, "prometheus").container.probes.readiness.path, "/-/ready");
    const { env } = workload(platform, "grafana").container;
    assert.equal(env?.GF_SERVER_ROOT_URL, "https://grafana.cancer-mlops.example.com/");
    assert.equal(env.GF_SERVER_SERVE_FROM_SUB_PATH, "false");
    for (const { rules } of application(platform).routes) {
      assert.deepEqual(
        rules.map(({ prefix, rewrite }) => [prefix, rewrite]),
        [["/", undefined]],
      );
    }
  });

  it("gives uploads to MLflow minutes, everything else half of one", () => {
    const timeouts = application(page()).routes.map(({ rules }) => rules[0]?.timeoutSeconds);
    assert.deepEqual(timeouts, [30, 300, 30, 30]);
  });

  it("asks for a login before the tools that have none: whoever writes to MLflow chooses the model", () => {
    assert.deepEqual(
      application(page()).routes.map(({ name, access }) => [name, access]),
      [
        ["cancer-api", undefined],
        ["cancer-mlflow", { login: true }],
        ["cancer-prometheus", { login: true }],
        ["cancer-grafana", undefined],
      ],
    );
    const [shared] = application(page(paths)).routes;
    assert.equal(shared?.access?.login, true);
    const closed = shared.rules.filter(({ prefix }) => !shared.access?.openPrefixes?.includes(prefix));
    assert.deepEqual(
      closed.map(({ prefix }) => prefix),
      ["/mlflow", "/prometheus"],
    );
  });

  it("is not there where it is reached directly", () => {
    assert.deepEqual(application(page(direct)).routes, []);
    assert.deepEqual(application(page({ ...direct, ...paths })).routes, []);
  });
});
