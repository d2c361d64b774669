/** Grafana (seed 001, "Grafana Service"). */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { Platform } from "../../../../platforms/model/index.ts";
import { settingsOf } from "../../../support/stacks.ts";
import { application, config, configMounts, direct, page, paths, workload } from "./page.ts";

describe("Grafana of cancer", () => {
  it("has Prometheus for a datasource from the start (seed 001, Grafana Service: Datasource)", () => {
    const source = (platform: Platform) =>
      (
        parse(config(platform, "grafana-datasources")["datasources.yaml"] ?? "") as {
          datasources: Record<string, unknown>[];
        }
      ).datasources[0];
    assert.equal(source(page())?.type, "prometheus");
    assert.equal(source(page())?.url, "http://prometheus-service:9090");
    assert.equal(source(page())?.isDefault, true);
    assert.equal(source(page(paths))?.url, "http://prometheus-service:9090/prometheus");
    assert.equal(source(page({ ...direct, ...paths }))?.url, "http://prometheus-service:9090");
  });

  it("has a generated password in place of admin/admin (seed 001, Grafana Service: Credentials)", () => {
    const [secret, ...more] = application(page()).secrets;
    assert.deepEqual(more, []);
    assert.equal(secret?.name, "grafana-admin");
    assert.equal(secret.rotation, 1);
    assert.deepEqual(secret.keys, {
      username: { kind: "plain", value: "admin" },
      password: { kind: "password", length: 24 },
    });
    const { env } = workload(page(), "grafana").container;
    assert.deepEqual(env?.GF_SECURITY_ADMIN_USER, { secret: "grafana-admin", key: "username" });
    assert.deepEqual(env.GF_SECURITY_ADMIN_PASSWORD, { secret: "grafana-admin", key: "password" });
    for (const settings of [settingsOf("dev"), settingsOf("staging"), settingsOf("production")]) {
      assert.doesNotMatch(
        JSON.stringify(page({}, settings)),
        /admin\/admin|"password","value"|ADMIN_PASSWORD":"/,
      );
    }
  });

  describe("at its start", () => {
    const password = "new password";
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "quint-grafana-"));
      const note = (name: string, script: string) => {
        writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      };
      note("grafana", `echo "$*" >> ${folder}/arguments; cat >> ${folder}/stdin`);
      note("run.sh", `echo started`);
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    /** Runs what the container runs, with a Grafana that notes what it is told. */
    function start(): { stdout: string; told: string; password: string } {
      const [shell = "", option = "", script = ""] = workload(page(), "grafana").container.command ?? [];
      const { stdout, stderr, status } = spawnSync(
        shell,
        [option, script.replace("/run.sh", `${folder}/run.sh`)],
        {
          encoding: "utf8",
          env: {
            PATH: `${folder}:/usr/bin:/bin`,
            GF_PATHS_DATA: folder,
            GF_PATHS_HOME: "/usr/share/grafana",
            GF_PATHS_CONFIG: "/etc/grafana/grafana.ini",
            GF_SECURITY_ADMIN_PASSWORD: password,
          },
        },
      );
      assert.equal(status, 0, stderr);
      const noted = (name: string) =>
        existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";
      return { stdout, told: noted("arguments"), password: noted("stdin") };
    }

    it("gives its existing database the password of the Secret, unseen among the arguments", () => {
      writeFileSync(join(folder, "grafana.db"), "SQLite");
      assert.deepEqual(start(), {
        stdout: "started\n",
        told: "cli --homepath /usr/share/grafana --config /etc/grafana/grafana.ini admin reset-admin-password --password-from-stdin\n",
        password: `${password}\n`,
      });
    });

    it("leaves a database that is not made yet to Grafana, which takes the password from its environment", () => {
      assert.deepEqual(start(), { stdout: "started\n", told: "", password: "" });
    });

    it("does not start with a password that could not be set", () => {
      writeFileSync(join(folder, "grafana.db"), "SQLite");
      writeFileSync(join(folder, "grafana"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
      assert.throws(start);
    });
  });

  it("has four dashboards, and asks in them about this platform's API and its own monitoring", () => {
    const files = config(page(), "grafana-dashboards");
    assert.deepEqual(Object.keys(files), [
      "cancer-overview.json",
      "cancer-api.json",
      "cancer-resources.json",
      "cancer-monitoring.json",
    ]);
    for (const [name, text] of Object.entries(files)) {
      const { panels } = JSON.parse(text) as {
        panels: { targets?: { expr: string }[]; datasource?: { uid: string } }[];
      };
      const asked = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
      assert.ok(asked.length > 1, name);
      for (const { datasource } of panels)
        assert.ok(datasource === undefined || datasource.uid === "prometheus");
      for (const expr of name === "cancer-monitoring.json" ? [] : asked) {
        assert.match(expr, /\{job="cancer-api",namespace="cancer-mlops"[,}]/);
      }
    }
  });

  it("starts Grafana with its datasource and dashboards, quiet towards its makers", () => {
    const { env, mounts } = workload(page(direct), "grafana").container;
    assert.deepEqual(env, {
      GF_SECURITY_ADMIN_USER: { secret: "grafana-admin", key: "username" },
      GF_SECURITY_ADMIN_PASSWORD: { secret: "grafana-admin", key: "password" },
      GF_LOG_MODE: "console",
      GF_ANALYTICS_REPORTING_ENABLED: "false",
      GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
    });
    assert.deepEqual(mounts?.[0], {
      kind: "claim",
      claim: "grafana-data-pvc",
      path: "/var/lib/grafana",
      readOnly: false,
    });
    assert.deepEqual(configMounts(page(direct), "grafana"), [
      ["grafana-datasources", "/etc/grafana/provisioning/datasources"],
      ["grafana-dashboard-provider", "/etc/grafana/provisioning/dashboards"],
      ["grafana-dashboards", "/etc/grafana/dashboards"],
    ]);
  });

  it("has Grafana look for dashboards where they are mounted, with the datasource that is provisioned", () => {
    const provider = parse(config(page(), "grafana-dashboard-provider")["provider.yaml"] ?? "") as unknown;
    assert.deepEqual(provider, {
      apiVersion: 1,
      providers: [
        {
          name: "cancer",
          type: "file",
          allowUiUpdates: false,
          options: { path: "/etc/grafana/dashboards" },
        },
      ],
    });
    assert.deepEqual(parse(config(page(), "grafana-datasources")["datasources.yaml"] ?? ""), {
      apiVersion: 1,
      datasources: [
        {
          name: "Prometheus",
          uid: "prometheus",
          type: "prometheus",
          access: "proxy",
          url: "http://prometheus-service:9090",
          isDefault: true,
          editable: false,
          jsonData: { timeInterval: "10s" },
        },
      ],
    });
  });
});
