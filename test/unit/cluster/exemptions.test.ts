/** What a cluster's maker puts into `kube-system` holds the rules that hold everywhere, with the table's one exemption. */
import assert from "node:assert/strict";
import { kubernetesObjects } from "../../../automation/render/objects.ts";
import { namespaceExemptions } from "../../../config/catalog/namespaces.ts";
import { violations } from "../../../policy/index.ts";
import { recordOke } from "./oke-stack.ts";

const context = {
  environment: "production",
  sidecar: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
  nodes: 9,
  secrets: new Map(),
} as const;

describe("Calico in kube-system", () => {
  it("breaks no rule, because the table of exemptions names the namespace, and without the table only that of restricted pods", async () => {
    const { registered } = await recordOke();
    const { objects } = kubernetesObjects(
      registered
        .filter(({ type }) => /:(DaemonSet|ClusterRole|ClusterRoleBinding|ServiceAccount)$/.test(type))
        .map((each) => ({ ...each, parents: [], protect: false })),
    );
    assert.ok(
      objects.some(({ kind, metadata }) => kind === "DaemonSet" && metadata.namespace === "kube-system"),
    );
    const found = violations(objects, { ...context, exemptions: namespaceExemptions });
    assert.deepEqual(found, []);
    const unexempt = violations(objects, { ...context, exemptions: new Map() });
    assert.deepEqual([...new Set(unexempt.map(({ rule }) => rule))], ["restricted-pods"]);
  });
});
