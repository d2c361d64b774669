/** The node's programs in the order they start, with their flags. */
import type { ProcessDefinition } from "../control-plane/processes.ts";
import { realNodeLabel, realNodeName } from "./addresses.ts";
import { insidePath } from "./folder.ts";
import type { NodePlan } from "./plan.ts";
import { join } from "node:path";

export function nodeProgramsOf(plan: NodePlan): ProcessDefinition[] {
  const flags = (all: Readonly<Record<string, string>>): string[] =>
    Object.entries(all).map(([flag, value]) => `--${flag}=${value}`);
  return [
    {
      name: "containerd",
      program: join(plan.packages, "usr", "bin", "containerd"),
      arguments: flags({ config: insidePath("configuration", "containerd.toml"), "log-level": "warn" }),
      endsWithin: 3,
    },
    {
      name: "kubelet",
      program: plan.programs.kubelet,
      arguments: flags({
        config: insidePath("configuration", "kubelet.yaml"),
        kubeconfig: insidePath("pki", "kubelet.kubeconfig"),
        "root-dir": insidePath("kubelet"),
        "hostname-override": realNodeName,
        "node-ip": plan.link.node,
        "node-labels": `${realNodeLabel}=real`,
      }),
      endsWithin: 3,
    },
    {
      name: "kube-proxy",
      program: plan.programs["kube-proxy"],
      arguments: flags({
        config: insidePath("configuration", "kube-proxy.yaml"),
        "hostname-override": realNodeName,
      }),
      endsWithin: 2,
    },
    {
      name: "coredns",
      program: plan.programs.coredns,
      arguments: ["-conf", insidePath("configuration", "Corefile")],
      endsWithin: 2,
    },
  ];
}
