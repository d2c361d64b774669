/** Objects of Quint in the cluster that the state does not know. */
import { isSimulated } from "../../config/index.ts";
import { connect, reaching } from "../cluster/access.ts";
import { listNamespaces } from "../cluster/surroundings.ts";
import { runSteps } from "../console/steps.ts";
import { exportState, type ExportedResource } from "../engine/pending.ts";
import { failure } from "../exit.ts";
import type { Keep } from "./keep.ts";
import type { Session } from "./session.ts";

/** Everything in the state, components included. */
export async function resourcesOf({ engine, options, work }: Session): Promise<readonly ExportedResource[]> {
  const { deployment } = await exportState((args) => engine.run(args, work.folder, {}), options.stack);
  return deployment?.resources ?? [];
}

/** Those that exist outside the engine. */
export function objectsOf(resources: readonly ExportedResource[]): readonly ExportedResource[] {
  return resources.filter(({ custom, type }) => custom === true && !type.startsWith("pulumi:"));
}

/**
 * A simulated cluster's state is written at the end of a run, and can be lost: the cluster may hold what the state does
 * not know. Deploying once more takes that into it, so that it goes with the rest.
 */
export async function adoptStrays(session: Session): Promise<void> {
  if (!isSimulated(session.settings.cluster)) return;
  const known = objectsOf(await resourcesOf(session)).length > 0;
  if (session.interrupted !== "up" && (known || (await namespacesLeft(session)).length === 0)) return;
  await runSteps([
    {
      title: "Taking into the state what it does not know",
      run: async () => {
        const outcome = await session.run("up");
        return outcome.ok ? undefined : "not all of it could be; going on with the rest";
      },
    },
  ]);
}

/** @throws CommandError when a namespace is left that should be gone. */
export async function lookAround(session: Session, { keepData, keepNamespaces }: Keep): Promise<void> {
  if (keepData || keepNamespaces) return;
  const left = await namespacesLeft(session);
  if (left.length === 0) return;
  throw failure(
    `Namespaces are left: ${left.join(", ")}.`,
    `The state of ${session.options.stack} does not know them: another stack's, or made by hand. Look at them with kubectl get all -n ${left[0] ?? ""}`,
  );
}

async function namespacesLeft(session: Session): Promise<string[]> {
  const access = session.accessIfThere;
  if (access === undefined) return [];
  const namespaces = await reaching(access, async () => listNamespaces(await connect(access)));
  return namespaces.map(({ metadata }) => metadata?.name ?? "");
}
