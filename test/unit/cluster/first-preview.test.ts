/** Whole stacks whose cluster does not exist yet, or takes its time: everything in them is registered, in order. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { openStack } from "../../../config/index.ts";
import { root } from "../../support/stack-files.ts";
import { awsComputed, eksSettings } from "./eks-stack.ts";
import { kindSettings } from "./kind-stack.ts";
import { okeAnswers, okeComputed, okeSettings } from "./oke-stack.ts";
import { record, type Registered, type RecorderOptions } from "./recorder.ts";
import { goesBefore, named, ofType } from "./registrations.ts";

/** What the program registers for a stack on a cluster. */
async function registeredOn(
  cluster: { readonly type: string },
  options: RecorderOptions,
): Promise<readonly Registered[]> {
  const { engineConfig } = openStack({
    root,
    // A laptop's cluster has nowhere to put backups, which production may not be without.
    stack: cluster.type === "kind" ? "dev" : "production",
    overrides: { cluster: "simulated" },
  });
  const config = Object.fromEntries(Object.entries(engineConfig).map(([key, { value }]) => [key, value]));
  const { default: program } = await import("../../../index.ts");
  const { registered } = await record(
    () => {
      pulumi.runtime.setAllConfig({ ...config, "quint:cluster": JSON.stringify(cluster) });
      return program();
    },
    {
      answers: okeAnswers,
      computed: {
        ...okeComputed,
        ...awsComputed,
        "pulumi-nodejs:dynamic/kind:Cluster": () => ({ kubeconfig: "k" }),
      },
      ...options,
    },
  );
  return registered;
}

/** Objects in the cluster that do not come with it. */
function applications(registered: readonly Registered[]): readonly Registered[] {
  return registered.filter(
    ({ custom, type, provider, parent }) =>
      custom &&
      type.startsWith("kubernetes:") &&
      provider === "pulumi:providers:kubernetes::cluster-kubernetes" &&
      parent?.startsWith("quint:cluster:") !== true,
  );
}

const clusters = [
  { settings: okeSettings, resource: "oci:ContainerEngine/cluster:Cluster" },
  { settings: eksSettings, resource: "aws:eks/cluster:Cluster" },
  { settings: kindSettings, resource: "pulumi-nodejs:dynamic/kind:Cluster" },
];

describe("a stack whose cluster is to be made", () => {
  for (const { settings, resource } of clusters) {
    it(`on ${settings.type} can be previewed before there is a kubeconfig, and with one that comes late`, async () => {
      const first = await registeredOn(settings, { firstPreview: true });
      assert.equal(named(first, "kubernetes", "cluster-kubernetes").inputs.kubeconfig, "<unknown>");
      const late = await registeredOn(settings, { slow: { [resource]: 300 } });
      assert.notEqual(named(late, "kubernetes", "cluster-kubernetes").inputs.kubeconfig, "<unknown>");
      const keys = (registered: readonly Registered[]) => registered.map(({ key }) => key).sort();
      assert.deepEqual(keys(first), keys(late));
      assert.ok(applications(late).length > 40, "the platforms are missing");
    });
  }

  it("has its policies enforced before anything runs, and loses nothing of the network before that is gone", async () => {
    const registered = await registeredOn(okeSettings, {});
    const [gateway] = ofType(registered, "NatGateway");
    const before = [
      "kubernetes:apps/v1:DaemonSet::cluster-calico-agent",
      "oci:ContainerEngine/cluster:Cluster::cluster-control-plane",
      gateway!.key,
    ];
    for (const { key } of applications(registered)) {
      for (const earlier of before) {
        assert.ok(goesBefore(registered, key, earlier), `${key} does not depend on ${earlier}`);
      }
    }
  });
});
