/** Deployment metrics on their way to Prometheus: the rule that `quint` writes, as an API server receives it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect } from "../../../automation/cluster/access.ts";
import { applyRule, seriesRule } from "../../../automation/delivery/series.ts";

describe("series of deliveries", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-series-"));
  const kubeconfig = join(folder, "config");
  let server: Server;
  let status: number;
  let patched: { readonly request: IncomingMessage; readonly body: unknown }[];

  before(async () => {
    server = createServer((request, response) => {
      const answer = (code: number, body: object) =>
        response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
      if (request.method === "GET") {
        answer(200, {
          kind: "APIResourceList",
          apiVersion: "v1",
          groupVersion: "monitoring.coreos.com/v1",
          resources: [
            { name: "prometheusrules", kind: "PrometheusRule", namespaced: true, verbs: ["patch"] },
          ],
        });
        return;
      }
      void text(request).then((body) => {
        patched.push({ request, body: JSON.parse(body) });
        answer(status, { kind: "Status", apiVersion: "v1", code: status, message: "no" });
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        { name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } },
      ],
      users: [{ name: "u", user: {} }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    };
    writeFileSync(kubeconfig, JSON.stringify(config));
  });

  beforeEach(() => {
    patched = [];
    status = 200;
  });

  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const apply = async () =>
    applyRule(await connect({ kubeconfig, context: "x", simulated: true }), seriesRule("dev", []));

  it("are applied as one rule beside the cluster's Prometheus, whoever wrote it last", async () => {
    await apply();
    const [{ request, body }] = patched as [(typeof patched)[number]];
    const url = new URL(request.url ?? "", "http://api");
    assert.equal(
      url.pathname,
      "/apis/monitoring.coreos.com/v1/namespaces/platform-monitoring/prometheusrules/quint-deliveries",
    );
    assert.deepEqual(Object.fromEntries(url.searchParams), { fieldManager: "quint", force: "true" });
    assert.match(request.headers["content-type"] ?? "", /apply-patch/);
    assert.deepEqual(body, seriesRule("dev", []));
  });

  it("are left where a cluster has no monitoring, and an error elsewhere", async () => {
    status = 404;
    await apply();
    status = 403;
    await assert.rejects(apply());
    assert.equal(patched.length, 2);
  });
});
