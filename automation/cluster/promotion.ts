/** What a person decides about a new version that comes in by and by, as Argo Rollouts' own command line does it. */
import type { Client } from "./access.ts";
import type { Workload } from "./workloads.ts";

type Named = Pick<Workload, "namespace" | "object">;

interface Rollout {
  readonly spec: { readonly strategy: { readonly canary?: { readonly steps?: readonly unknown[] } } };
  readonly status?: {
    readonly currentStepIndex?: number;
    readonly controllerPause?: boolean;
    readonly pauseConditions?: readonly { readonly reason: string }[];
  };
}

/** Lets a version that waits go on: a canary to its next step, a preview into use. */
export async function promote(client: Client, workload: Named): Promise<void> {
  const { spec, status } = (await client.custom.getNamespacedCustomObject(pathOf(workload))) as Rollout;
  const steps = spec.strategy.canary?.steps;
  const undecided = (status?.pauseConditions ?? []).some(
    ({ reason }) => reason === "InconclusiveAnalysisRun",
  );
  // A step whose analysis could not decide would only be tried again.
  const next =
    steps !== undefined && undecided
      ? {
          controllerPause: false,
          currentStepIndex: Math.min((status?.currentStepIndex ?? 0) + 1, steps.length),
        }
      : {};
  await patchStatus(client, workload, { pauseConditions: null, ...next });
}

/** Refuses the new version: all calls go back to the one before. */
export async function abort(client: Client, workload: Named): Promise<void> {
  await patchStatus(client, workload, { abort: true });
}

function pathOf({ namespace, object }: Named) {
  return { group: "argoproj.io", version: "v1alpha1", plural: "rollouts", namespace, name: object } as const;
}

async function patchStatus(client: Client, workload: Named, status: object): Promise<void> {
  const { PatchStrategy, setHeaderOptions } = await import("@kubernetes/client-node");
  await client.custom.patchNamespacedCustomObjectStatus(
    { ...pathOf(workload), body: { status }, fieldManager: "quint" },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
}
