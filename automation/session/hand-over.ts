/**
 * A stack whose delivery changed: what Argo CD syncs from now on leaves the state and stays in the cluster. Nothing is
 * deleted that somebody still wants.
 */
import type { KubernetesObject } from "../../policy/index.ts";
import { counted, note } from "../console/terminal.ts";
import { exportState, importState, withoutResources } from "../engine/pending.ts";
import type { Change, Plan } from "../engine/plan.ts";
import { declined } from "../exit.ts";
import type { Session } from "./session.ts";

/** Objects of the applications, in the engine's names for them. */
const ofApplications = "quint:platform:Application$";
/** Argo CD's objects for them. */
const ofDelivery = "quint:delivery:PlatformDelivery$";

/**
 * The plan with what is handed over to Argo CD in it as such: the program registers it no longer, and the rendered files
 * have it.
 *
 * @throws CommandError (declined) where the way is the other one: Argo CD removes what its Applications own with them.
 */
export async function withHandOver(session: Session, plan: Plan): Promise<Plan> {
  const { options, settings } = session;
  const deletions = plan.changes.filter(({ action }) => action === "delete");
  if (settings.delivery === "direct") {
    const applications = deletions.filter(
      ({ kind, urn }) => kind === "Application" && urn.includes(ofDelivery),
    );
    if (applications.length > 0) throw takeOverFirst(options.stack, applications);
    return plan;
  }
  const candidates = deletions.filter(({ urn }) => urn.includes(ofApplications));
  if (candidates.length === 0) return plan;
  const { renderStack } = await import("../render/index.ts");
  const { root, stack, overrides } = options;
  const rendered = new Set((await renderStack({ root, stack, overrides })).objects.map(labelOf));
  const handed = new Set(
    candidates.filter(({ kind, name }) => rendered.has(`${kind} ${name}`)).map(({ urn }) => urn),
  );
  if (handed.size > 0) {
    const [is, stays] = handed.size === 1 ? ["is", "it stays"] : ["are", "they stay"];
    note(`${counted(handed.size, "object")} ${is} handed over to Argo CD: ${stays} in the cluster.`);
  }
  return {
    ...plan,
    changes: plan.changes.map((change) =>
      handed.has(change.urn) ? { ...change, action: "forget" } : change,
    ),
  };
}

/** Strikes from the state what the plan leaves to Argo CD. */
export async function handOver(session: Session, plan: Plan): Promise<void> {
  const handed = new Set(
    plan.changes
      .filter(({ action, urn }) => action === "forget" && urn.includes(ofApplications))
      .map(({ urn }) => urn),
  );
  if (handed.size === 0) return;
  const { stack } = session.options;
  const run = (args: string[]) => session.engine.run(args, session.work.folder, {});
  const state = await exportState(run, stack);
  await importState(run, stack, withoutResources(state, handed), session.work.folder);
}

/** As the engine's plan calls an object. */
function labelOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

function takeOverFirst(stack: string, applications: readonly Change[]): Error {
  const names = applications.map(({ name }) => name.replace(/^.*\//, ""));
  return declined(
    `${stack} delivers directly now, and its ${counted(names.length, "Application")} of Argo CD would take what they ` +
      "synced with them.",
    "Take Argo CD's hands off first; everything stays as it is:",
    `  kubectl --namespace argocd patch application ${names.join(" ")} --type merge --patch '{"metadata":{"finalizers":null}}'`,
    `  kubectl --namespace argocd delete application ${names.join(" ")}`,
    `Then ./quint refresh ${stack}, and ./quint up ${stack}, which asks for what it finds there.`,
  );
}
