/** The provider of kind clusters, driven as the engine drives it: as it stands here, and from its text in the state. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  kindProvider,
  type KindClusterInputs,
  type KindClusterState,
} from "../../../components/cluster/kind/provider.ts";
import { authority, FakePrograms } from "./kind-stack.ts";

type Provider = Required<
  Pick<
    pulumi.dynamic.ResourceProvider<KindClusterInputs, KindClusterState>,
    "create" | "read" | "diff" | "delete"
  >
>;

/** The provider as the engine's own process gets it: from serialised text, away from this file. */
async function fromText(): Promise<Provider> {
  const { text } = await pulumi.runtime.serializeFunction(() => kindProvider);
  const sdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
  // What the engine's process for dynamic providers reads it with.
  const requireFromString = sdk("require-from-string") as (text: string) => { handler: () => Provider };
  return requireFromString(text).handler();
}

const forms: Readonly<Record<string, () => Promise<Provider>>> = {
  "as it stands": () => Promise.resolve(kindProvider as Provider),
  "from its text": fromText,
};

for (const [form, load] of Object.entries(forms)) {
  describe(`the provider of kind clusters, ${form}`, () => {
    let provider: Provider;
    let programs: FakePrograms;
    let inputs: KindClusterInputs;
    before(async () => {
      provider = await load();
    });
    const begin = (there?: ConstructorParameters<typeof FakePrograms>[0]): void => {
      programs = new FakePrograms(there);
      inputs = {
        clusterName: "quint-dev",
        configuration: '{"kind":"Cluster"}',
        architecture: "amd64",
        sharedFolder: join(programs.folder, "shared"),
      };
    };
    beforeEach(() => {
      begin();
    });
    afterEach(() => {
      programs.remove();
    });

    it("makes, finds and removes a cluster", async () => {
      const { id, outs } = await provider.create(inputs);
      assert.ok(outs);
      assert.equal(id, "quint-dev");
      assert.equal(programs.configurationOf("quint-dev"), inputs.configuration);
      assert.ok(existsSync(inputs.sharedFolder));
      assert.ok(outs.kubeconfig.includes(authority));
      assert.match(outs.identity, /^[0-9a-f]{16}$/);

      assert.deepEqual(await provider.read(id, outs), { id, props: outs });

      await provider.delete(id, outs);
      assert.deepEqual(await provider.read(id, outs), {});
      // Gone is gone: a second time is no error.
      await provider.delete(id, outs);
    });

    it("never touches the user's own kubeconfig", async () => {
      await provider.create(inputs);
      const [create] = programs.calls();
      assert.match(
        create ?? "",
        /^kind create cluster --name quint-dev --config - --wait 180s --kubeconfig \S+quint-kind-\S+$/,
      );
      const [, written = ""] = /--kubeconfig (\S+)/.exec(create ?? "") ?? [];
      assert.ok(!existsSync(written));
    });

    it("sees that somebody removed the cluster, so that the engine makes it anew", async () => {
      const { id, outs } = await provider.create(inputs);
      programs.removeCluster("quint-dev");
      assert.deepEqual(await provider.read(id, outs), {});
    });

    it("replaces a cluster for other inputs, the old one first, and for nothing else", async () => {
      const { id, outs } = await provider.create(inputs);
      assert.ok(outs);
      assert.deepEqual(await provider.diff(id, outs, inputs), {
        changes: false,
        replaces: [],
        deleteBeforeReplace: true,
      });
      const other = { ...inputs, configuration: '{"kind":"Cluster","nodes":[]}' };
      assert.deepEqual(await provider.diff(id, outs, other), {
        changes: true,
        replaces: ["configuration"],
        deleteBeforeReplace: true,
      });
    });

    it("says what is wrong with Docker, and makes nothing", async () => {
      programs.set("docker-is-off");
      await assert.rejects(
        provider.create(inputs),
        /kind cluster "quint-dev" could not be made: Docker does not answer\. Start it, or use cluster type `simulated`.*\n {2}Cannot connect/,
      );
      assert.deepEqual(programs.calls(), []);
    });

    it("refuses pools of another architecture than the machine's", async () => {
      await assert.rejects(
        provider.create({ ...inputs, architecture: "arm64" }),
        /its pools are arm64, and Docker runs on amd64\. Set cluster\.nodePools\[\]\.architecture to amd64\./,
      );
    });

    it("shows kind's own reason, and leaves alone what it did not make", async () => {
      await provider.create(inputs);
      await assert.rejects(
        provider.create(inputs),
        /could not be made \(kind create cluster\):\n {2}ERROR: .*already exist[^]*Remove it \(kind delete cluster --name <name>\)/,
      );
      assert.ok(!programs.calls().some((call) => call.startsWith("kind delete")));
      programs.set("broken");
      await assert.rejects(provider.create({ ...inputs, clusterName: "other" }), /out of disk/);
    });

    it("says how to get kind, and Docker, where they are missing", async () => {
      programs.remove();
      begin(["docker"]);
      await assert.rejects(
        provider.create(inputs),
        /there is no kind on PATH\. \.\/quint builds it from tools\/kind/,
      );
      programs.remove();
      begin([]);
      await assert.rejects(
        provider.create(inputs),
        /there is no docker on PATH\. Install Docker, or use cluster type/,
      );
    });
  });
}

describe("the text of the provider of kind clusters", () => {
  it("stands by itself: it needs nothing but Node's own modules", async () => {
    const { text } = await pulumi.runtime.serializeFunction(() => kindProvider);
    assert.doesNotMatch(text, /require\(/);
    const imports = [...text.matchAll(/import\("([^"]+)"\)/g)].map(([, module]) => module);
    assert.ok(imports.length > 0 && imports.every((module) => module?.startsWith("node:")), imports.join());
  });
});
