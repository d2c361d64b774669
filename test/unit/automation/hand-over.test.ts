/** A stack that changes its delivery: what leaves the state, and what stays in the cluster. */
import assert from "node:assert/strict";
import type { ExportedState } from "../../../automation/engine/pending.ts";
import type { Change } from "../../../automation/engine/plan.ts";
import { handOver, withHandOver } from "../../../automation/session/hand-over.ts";
import type { Session } from "../../../automation/session/session.ts";
import { openStack } from "../../../config/index.ts";
import { root } from "../../support/stacks.ts";

const urn = (chain: string, name: string): string => `urn:pulumi:production::quint::${chain}::${name}`;
const workload = "quint:platform:Platform$quint:platform:Application$quint:workload:Workload";

function deletion(kind: string, name: string, chain = `${workload}$kubernetes:apps/v1:${kind}`): Change {
  return { action: "delete", urn: urn(chain, name), kind, name, group: "", properties: [], because: [] };
}

/** A session whose engine has a state, and notes the state that it is given. */
function sessionOf(
  delivery: "direct" | "gitops",
  state: ExportedState = {},
  imported: string[][] = [],
): Session {
  const overrides = { cluster: "simulated", delivery, platforms: ["cancer"] } as const;
  const { settings } = openStack({ root, stack: "production", overrides });
  const run = async (args: readonly string[]) => {
    if (args[1] === "import") {
      const { readFile } = await import("node:fs/promises");
      const { deployment } = JSON.parse(await readFile(args.at(-1)!, "utf8")) as ExportedState;
      imported.push(
        (deployment?.resources ?? []).map((one) => `${one.urn} ${JSON.stringify(one.dependencies)}`),
      );
    }
    return { stdout: JSON.stringify(state) };
  };
  const work = { folder: process.env.TMPDIR ?? "/tmp" };
  return {
    settings,
    options: { root, stack: "production", overrides },
    engine: { run },
    work,
  } as unknown as Session;
}

describe("a stack that goes over to GitOps", () => {
  const api = deletion("Deployment", "cancer-mlops/api");
  const unknown = deletion("Deployment", "cancer-mlops/of-yesterday");
  const namespace = deletion("Namespace", "old", "quint:platform:Platform$kubernetes:core/v1:Namespace");

  it("leaves to Argo CD what is rendered, and deletes the rest", async () => {
    const plan = await withHandOver(sessionOf("gitops"), {
      changes: [api, unknown, namespace],
      unchanged: 3,
    });
    assert.deepEqual(
      plan.changes.map(({ action, name }) => [action, name]),
      [
        ["forget", "cancer-mlops/api"],
        ["delete", "cancer-mlops/of-yesterday"],
        ["delete", "old"],
      ],
    );
    assert.equal(plan.unchanged, 3);
  });

  it("strikes it from the state, and from what depends on it", async () => {
    const type = "kubernetes:apps/v1:Deployment";
    const stays = urn("quint:platform:Platform", "stays");
    const imported: string[][] = [];
    const resources = [
      { urn: api.urn, type },
      { urn: stays, type, dependencies: [api.urn, namespace.urn] },
    ];
    const session = sessionOf("gitops", { deployment: { resources } }, imported);
    await handOver(session, { changes: [{ ...api, action: "forget" }, namespace], unchanged: 0 });
    assert.deepEqual(imported, [[`${stays} ["${namespace.urn}"]`]]);
    await handOver(session, { changes: [namespace], unchanged: 0 });
    assert.equal(imported.length, 1);
  });

  it("is refused the way back while Argo CD would take everything with it", async () => {
    const chain =
      "quint:platform:Platform$quint:delivery:PlatformDelivery$kubernetes:argoproj.io/v1alpha1:Application";
    const application = deletion("Application", "argocd/cancer-cancer-mlops", chain);
    await assert.rejects(withHandOver(sessionOf("direct"), { changes: [application], unchanged: 0 }), {
      ending: "declined",
      message: /production delivers directly now, and its 1 Application of Argo CD/,
    });
    const plan = { changes: [api], unchanged: 0 };
    assert.deepEqual(await withHandOver(sessionOf("direct"), plan), plan);
  });
});
