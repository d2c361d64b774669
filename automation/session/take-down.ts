/** Takes a stack down: says what goes and what is lost with it, asks, deletes, and looks whether all of it is gone. */
import { rmSync } from "node:fs";
import { isInCloud, isLocal, isMade } from "../../config/index.ts";
import { connect, reaching } from "../cluster/access.ts";
import { listHeld, untilReleased } from "../cluster/held.ts";
import type { VolumeStatus } from "../cluster/report.ts";
import { listNamespaces, listVolumes } from "../cluster/surroundings.ts";
import { done, planLines } from "../console/plan.ts";
import { runSteps } from "../console/steps.ts";
import { table } from "../console/table.ts";
import { duration, paint, say } from "../console/terminal.ts";
import { isEmpty, type Plan } from "../engine/plan.ts";
import { carryOut } from "./carry-out.ts";
import { dropKubeconfig } from "./kept-kubeconfig.ts";
import { keptUrns, keptWords, type Keep } from "./keep.ts";
import { askForName, askToGoOn } from "./permission.ts";
import { makePlan } from "./plan.ts";
import type { Session } from "./session.ts";
import { destroyInStages } from "./stages.ts";
import { adoptStrays, lookAround, objectsOf, resourcesOf } from "./strays.ts";

export interface TakeDownOptions extends Keep {
  readonly yes: boolean;
  readonly verbose: boolean;
  /** The stack's name, said beforehand; production asks for it. */
  readonly confirm: string | undefined;
}

/** How long load balancers and disks of a cloud may take to go, in milliseconds. They take a minute or two. */
const releasePatience = 15 * 60_000;

/** Takes the session's stack down. */
export async function takeDown(session: Session, options: TakeDownOptions): Promise<void> {
  const { settings } = session;
  const { stack } = session.options;
  await adoptStrays(session);
  const resources = await resourcesOf(session);
  const exclude = keptUrns(resources, options);
  const plan = await makePlan(session, "take-down", exclude);
  if (isEmpty(plan)) {
    await lookAround(session, options);
    say(
      `\nNothing of ${stack} is deployed${exclude.length > 0 ? " but what is kept" : ""}: there is nothing to take down.`,
    );
    return;
  }
  const goes = planLines(plan, `What goes with ${stack}`, { verbose: options.verbose, countDeletions: true });
  for (const line of ["", ...goes, "", ...lostLines(await volumesLost(session, plan, options))]) say(line);
  if (settings.environment === "production" && !isLocal(settings.cluster))
    await askForName(stack, options.confirm, {
      act: "take it down",
      why: "Production is only taken down by its name",
    });
  else await askToGoOn(`Take ${stack} down?`, options.yes);
  const destroy = (part: Plan, kept: readonly string[]): Promise<number> =>
    carryOut(session, { kind: "destroy", plan: part, exclude: kept, doing: "Taking down" });
  const seconds = isInCloud(settings.cluster)
    ? await destroyInStages({ plan, exclude, resources, destroy, release: () => release(session) })
    : await destroy(plan, exclude);
  if (exclude.length === 0 && isMade(settings.cluster)) dropKubeconfig(settings, session.options.root);
  await lookAround(session, options);
  const kept = exclude.length > 0 ? `; kept: ${keptWords(await resourcesOf(session), options)}` : "";
  say(`\n${paint("green", "✔")} ${stack}: ${done(plan)} in ${duration(seconds)}${kept}.`);
}

/** Takes a stack down whose simulated cluster is gone: there is only its state to forget. */
export async function forget(session: Session): Promise<void> {
  const { stack } = session.options;
  const count = objectsOf(await resourcesOf(session)).length;
  await session.engine.run(["stack", "rm", stack, "--force", "--yes"], session.work.folder, {});
  rmSync(session.work.lastCluster, { force: true });
  say(
    count === 0
      ? `\nNothing of ${stack} is deployed: there is nothing to take down.`
      : `\nThe simulated cluster of ${stack} is gone, and everything on it. Its state told of ${count} objects and is removed.`,
  );
}

/** Waits for load balancers and disks of the cloud. A cluster that was never reachable holds none. */
async function release({ accessIfThere: access }: Session): Promise<void> {
  if (access === undefined) return;
  await runSteps([
    {
      title: "Load balancers and volumes",
      run: async (report) => {
        await reaching(access, async () => {
          const client = await connect(access);
          await untilReleased(() => listHeld(client), report, { limit: releasePatience });
        });
        return "released";
      },
    },
  ]);
}

/** Volumes whose data goes: claims of the plan, and those of any namespace that goes. */
async function volumesLost(session: Session, plan: Plan, { keepNamespaces }: Keep): Promise<VolumeStatus[]> {
  const going = (kind: string): Set<string> =>
    new Set(plan.changes.filter((change) => change.kind === kind).map((change) => change.name));
  const [namespaces, claims] = [going("Namespace"), going("PersistentVolumeClaim")];
  const access = session.accessIfThere;
  if (access === undefined) return [];
  const volumes = await reaching(access, async () => {
    const client = await connect(access);
    const ours = new Set((await listNamespaces(client)).map(({ metadata }) => metadata?.name ?? ""));
    return await listVolumes(client, ours);
  });
  return volumes.filter(
    ({ namespace, name }) =>
      (!keepNamespaces && namespaces.has(namespace)) || claims.has(`${namespace}/${name}`),
  );
}

function lostLines(volumes: readonly VolumeStatus[]): string[] {
  if (volumes.length === 0) return [];
  return [
    paint(["bold", "red"], "Data that is lost for good"),
    ...table(
      [{ title: "volume" }, { title: "size", align: "right" }, { title: "keeps" }],
      volumes.map(({ namespace, name, size, purpose }) => [`${namespace}/${name}`, size, purpose]),
    ),
    "  --keep-data leaves volumes and passwords.",
    "",
  ];
}
