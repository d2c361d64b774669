/** A stack whose delivery changes, on a simulated cluster: to Argo CD and back, and no object is made anew. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PatchStrategy, setHeaderOptions, type V1ObjectMeta } from "@kubernetes/client-node";
import { accessTo, connect, type Client } from "../../../automation/cluster/access.ts";
import { openStack } from "../../../config/index.ts";
import { makeClone, type Clone } from "../support/clone.ts";

const here = ["dev", "--cluster", "simulated", "--platforms", "cancer"] as const;
const namespace = "cancer-mlops";
const applications = {
  group: "argoproj.io",
  version: "v1alpha1",
  namespace: "argocd",
  plural: "applications",
};

describe("a stack that changes its delivery", function () {
  this.timeout(1_800_000);
  this.slow(120_000);
  this.bail(true);
  let clone: Clone;
  let api: Client;
  let first: ReadonlyMap<string, string>;

  before(() => {
    clone = makeClone((root) => {
      const file = join(root, "Pulumi.dev.yaml");
      const text = readFileSync(file, "utf8");
      const repository = "  quint:gitops:\n    repository: https://git.example.com/quint.git\n";
      writeFileSync(file, text.replace(/^config:\n/m, `config:\n${repository}`));
    });
  });
  after(() => clone.remove());

  async function quint(code: number, ...args: readonly string[]) {
    const finished = await clone.quint(...args);
    assert.equal(finished.code, code, `quint ${args.join(" ")}\n${finished.text}`);
    return finished;
  }
  /** What runs, keeps data and is reached, by name: who each object is. */
  async function identities(): Promise<Map<string, string>> {
    const lists = {
      Deployment: await api.apps.listNamespacedDeployment({ namespace }),
      Service: await api.core.listNamespacedService({ namespace }),
      ConfigMap: await api.core.listNamespacedConfigMap({ namespace }),
      PersistentVolumeClaim: await api.core.listNamespacedPersistentVolumeClaim({ namespace }),
      Pod: await api.core.listNamespacedPod({ namespace }),
    };
    return new Map(
      Object.entries(lists).flatMap(([kind, list]) =>
        (list.items as readonly { readonly metadata?: V1ObjectMeta }[]).map(
          ({ metadata }) => [`${kind} ${metadata?.name ?? ""}`, metadata?.uid ?? ""] as const,
        ),
      ),
    );
  }
  async function names(): Promise<string[]> {
    const { items } = (await api.custom.listNamespacedCustomObject(applications)) as {
      readonly items: readonly { readonly metadata: { readonly name: string } }[];
    };
    return items.map(({ metadata }) => metadata.name);
  }

  it("has its objects from `up` first", async () => {
    await quint(0, "up", ...here, "--yes");
    const { settings } = openStack({
      root: clone.root,
      stack: "dev",
      overrides: { cluster: "simulated", platforms: ["cancer"] },
    });
    api = await connect(accessTo(settings, clone.root));
    first = await identities();
    assert.ok(first.has("Deployment api"));
  });

  it("leaves them to Argo CD as they are: they leave the state alone", async () => {
    const { text } = await quint(0, "up", ...here, "--delivery", "gitops", "--yes");
    assert.match(text, /\d+ objects are handed over to Argo CD: they stay in the cluster/);
    assert.deepEqual(await identities(), first);
    assert.ok((await names()).length > 0);
    assert.match((await quint(0, "up", ...here, "--delivery", "gitops", "--yes")).text, /no changes/);
    assert.deepEqual(await identities(), first);
  });

  it("is refused the way back while Argo CD would take them with it, and says what to do", async () => {
    const { text } = await quint(3, "up", ...here, "--delivery", "direct", "--yes");
    assert.match(text, /dev delivers directly now, and its \d+ Applications? of Argo CD would take/);
    for (const name of await names()) assert.match(text, new RegExp(`delete application .*\\b${name}\\b`));
    assert.deepEqual(await identities(), first);
  });

  it("takes them over where they are, once Argo CD's hands are off", async () => {
    for (const name of await names()) {
      await api.custom.patchNamespacedCustomObject(
        { ...applications, name, body: { metadata: { finalizers: null } } },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
      await api.custom.deleteNamespacedCustomObject({ ...applications, name });
    }
    await quint(0, "refresh", "dev", "--cluster", "simulated");
    await quint(0, "up", ...here, "--delivery", "direct", "--yes");
    assert.deepEqual(await identities(), first);
    assert.match((await quint(0, "up", ...here, "--delivery", "direct", "--yes")).text, /no changes/);
  });
});
