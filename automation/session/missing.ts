/**
 * Objects that were deployed and have been deleted by hand. The engine plans from its state alone and would call a
 * stack up to date whose objects are gone.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { connect, labels, reaching } from "../cluster/access.ts";
import { presenceOf, type Presence } from "../cluster/presence.ts";
import { runSteps } from "../console/steps.ts";
import { counted, note } from "../console/terminal.ts";
import { addressOf, labelOf, type ExportedResource, type ObjectAddress } from "../engine/pending.ts";
import { textAt } from "../engine/property.ts";
import { failure } from "../exit.ts";
import { failed } from "./failures.ts";
import type { Session } from "./session.ts";
import { resourcesOf } from "./strays.ts";

/** A deletion that takes longer than this, in seconds, is held up by something that waiting does not mend. */
const deletionPatience = 300;
/** Looks again this often, in milliseconds. */
const lookAgain = 500;
/** More objects than this are counted. */
const listed = 8;

/** An object of the state, and where it is in the cluster. */
export interface Deployed extends ObjectAddress {
  readonly urn: string;
  /** As people call it, e.g. `ConfigMap cancer-mlops/app-config`. */
  readonly label: string;
}

/**
 * The Kubernetes objects of a state that carry Quint's labels: the others are not ours to look for. Sorted by label: the
 * state's order is that of what the cluster answered first.
 */
export function deployedObjects(resources: readonly ExportedResource[]): Deployed[] {
  return resources
    .flatMap((resource) => {
      const address = addressOf(resource);
      const owner = textAt(resource.inputs, `metadata.labels["${labels.managedBy}"]`);
      if (address === undefined || owner === undefined) return [];
      return [{ ...address, urn: resource.urn, label: labelOf(resource) }];
    })
    .sort((one, other) => one.label.localeCompare(other.label, "en"));
}

/**
 * Says what was deployed and is not in the cluster any more.
 * @param exclude objects that the run must not touch, by URN.
 */
export async function noteMissing(
  session: Session,
  exclude: readonly string[],
): Promise<readonly Deployed[]> {
  const { missing } = await settledPresence(session);
  const gone = missing.filter(({ urn }) => !exclude.includes(urn));
  if (gone.length > 0)
    note(`Deployed, and not in the cluster any more: ${namesOf(gone)}. \`up\` makes them anew.`);
  return gone;
}

/** Strikes what is missing from the state, so that the plan makes it anew. */
export async function strikeMissing(session: Session, exclude: readonly string[]): Promise<void> {
  const gone = await noteMissing(session, exclude);
  if (gone.length === 0) return;
  const outcome = await session.run("refresh", { target: gone.map(({ urn }) => urn) });
  if (!outcome.ok) throw await failed(session, "Refreshing", outcome);
}

/** What is missing, once everything that is being deleted has gone: until then it reads as if it were to stay. */
export async function settledPresence(session: Session): Promise<Presence<Deployed>> {
  const wanted = deployedObjects(await resourcesOf(session));
  const access = session.accessIfThere;
  // Nothing was deployed, or this clone has no kubeconfig yet.
  if (wanted.length === 0 || access === undefined) return { missing: [], terminating: [] };
  const client = await connect(access);
  const look = (): Promise<Presence<Deployed>> => reaching(access, () => presenceOf(client, wanted));
  let presence = await look();
  if (presence.terminating.length === 0) return presence;
  const deadline = Date.now() + deletionPatience * 1000;
  await runSteps([
    {
      title: "Waiting for what is being deleted",
      run: async (report) => {
        while (presence.terminating.length > 0) {
          report(namesOf(presence.terminating));
          if (Date.now() > deadline) throw heldUp(presence.terminating);
          await sleep(lookAgain);
          presence = await look();
        }
        return "gone";
      },
    },
  ]);
  return presence;
}

function heldUp(terminating: readonly Deployed[]): Error {
  const [{ kind, name, namespace }] = terminating as [Deployed, ...Deployed[]];
  const where = namespace === undefined ? "" : ` -n ${namespace}`;
  return failure(
    `Being deleted for ${deletionPatience} s and still there: ${namesOf(terminating)}.`,
    `\`kubectl get ${kind.toLowerCase()} ${name}${where} -o yaml\` shows finalizers and conditions that hold it.`,
  );
}

function namesOf(objects: readonly Deployed[]): string {
  const names = objects.slice(0, listed).map(({ label }) => label);
  const rest = objects.length - names.length;
  return rest > 0 ? `${names.join(", ")} and ${counted(rest, "more object")}` : names.join(", ");
}
