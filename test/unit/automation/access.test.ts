/** Reaching a cluster: what is wrong with its kubeconfig or on the way to it is said, and before anything is planned. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, reaching, type ClusterAccess } from "../../../automation/cluster/access.ts";
import { bringUpCluster } from "../../../automation/session/cluster.ts";
import type { Settings } from "../../../config/index.ts";
import { settingsOf } from "../../support/stacks.ts";

describe("a cluster that is there already", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-access-"));
  const kubeconfig = join(folder, "kubeconfig");
  const access: ClusterAccess = { kubeconfig, context: "ours", simulated: false };
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const refused: readonly (readonly [what: string, text: string, says: RegExp])[] = [
    ["nothing", "", /kubeconfig is no kubeconfig: .*empty/],
    ["no YAML", "users:\n- token: [opens-it", /is no kubeconfig: [^\n]*\.$/],
  ];
  for (const [what, text, says] of refused)
    it(`is refused where its kubeconfig has ${what}`, async () => {
      writeFileSync(kubeconfig, text);
      await assert.rejects(connect(access), (error: Error) => {
        assert.match(error.message, says);
        assert.doesNotMatch(error.message, /opens-it/);
        return true;
      });
    });

  const unanswered: readonly (readonly [error: Error, says: RegExp])[] = [
    [
      fetchFailed("CERT_HAS_EXPIRED", "certificate has expired"),
      /does not answer \(ours: CERT_HAS_EXPIRED\)/,
    ],
    [fetchFailed(undefined, "bad port"), /does not answer \(ours: bad port\)/],
    [fetchFailed("ECONNREFUSED", "connect"), /does not answer \(ours: ECONNREFUSED\)/],
    [new TypeError("nothing to read"), /^nothing to read$/],
  ];
  for (const [error, says] of unanswered)
    it(`says: ${says.source}`, async () => {
      await assert.rejects(
        reaching(access, () => Promise.reject(error)),
        { message: says },
      );
    });

  it("is asked for its version before a plan is made", async () => {
    const settings = existing(kubeconfig);
    const server = createServer((_, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ gitVersion: "v1.36.2" }));
    }).listen(0, "127.0.0.1");
    // Where the test fails before it is closed.
    server.unref();
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    writeFileSync(kubeconfig, configuration(`http://127.0.0.1:${port}`));
    assert.equal(await bringUp(settings), "context ours, Kubernetes v1.36.2");
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
    await assert.rejects(bringUp(settings), /does not answer \(ours: ECONNREFUSED\)/);
    rmSync(kubeconfig);
    await assert.rejects(bringUp(settings), /There is no kubeconfig at/);
  });

  function bringUp(settings: Settings): Promise<string> {
    return bringUpCluster(settings, { root: folder, cluster: "start" }, () => undefined);
  }
});

function existing(kubeconfig: string): Settings {
  const settings = settingsOf("dev");
  const { nodePools, storageClasses } = settings.cluster;
  const cluster = { type: "existing", kubeconfig, context: "ours", enforcesNetworkPolicy: false } as const;
  return { ...settings, cluster: { ...cluster, loadBalancer: true, nodePools, storageClasses } };
}

function configuration(server: string): string {
  return JSON.stringify({
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user: {} }],
    contexts: [{ name: "ours", context: { cluster: "c", user: "u" } }],
  });
}

/** As undici says it. */
function fetchFailed(code: string | undefined, message: string): Error {
  const cause = Object.assign(new Error(message), code === undefined ? {} : { code });
  return new TypeError("fetch failed", { cause });
}
