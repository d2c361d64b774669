/** Has requests carried out and waits for them; where no controller runs, has the API server look at them alone. */
import { setTimeout as sleep } from "node:timers/promises";
import type { V1CronJob } from "@kubernetes/client-node";
import { apiMessage, statusOf, type Client } from "../cluster/access.ts";
import type { Report } from "../console/steps.ts";
import { failure } from "../exit.ts";
import type { ClusterObject, Request } from "./requests.ts";

/** A restore of terabytes takes hours; in seconds. */
export const patience = 8 * 3_600;
const lookAgain = 2_000;

export interface Outcome {
  readonly title: string;
  /** `accepted`: the API server would take it, and nothing was carried out. */
  readonly result: "done" | "accepted" | "missing";
  readonly object: string;
}

interface Observed {
  readonly status?: {
    readonly phase?: string;
    readonly error?: string;
    readonly failureReason?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

/**
 * @param really false where the objects' controllers do not run: nothing is left behind then.
 * @throws CommandError where it fails, or takes too long.
 */
export async function carryOut(
  client: Client,
  request: Request,
  really: boolean,
  report: Report,
): Promise<Outcome> {
  const object = "object" in request ? request.object : await jobOf(client, request.cronJob);
  const { title } = request;
  if (object === undefined) return { title, result: "missing", object: "" };
  const { kind, metadata } = object;
  const name = `${kind} ${metadata.namespace}/${metadata.name}`;
  try {
    await client.objects.create(object, undefined, really ? undefined : "All", "quint");
  } catch (error) {
    // An interrupted run asked for it already.
    if (statusOf(error) !== 409) throw failure(`${title}: ${name} was refused: ${apiMessage(error)}`);
  }
  if (!really) return { title, result: "accepted", object: name };
  const deadline = Date.now() + patience * 1000;
  for (;;) {
    const of: object = await client.objects.read({ apiVersion: object.apiVersion, kind, metadata });
    const found: Observed = of;
    const state = stateOf(kind, found);
    if (state.done) return { title, result: "done", object: name };
    if (state.failed !== undefined) throw failure(`${title}: ${name} failed: ${state.failed}`);
    if (Date.now() > deadline) throw failure(`${title}: ${name} is not done after ${patience / 3_600} h.`);
    report(`${name}: ${state.words}`);
    await sleep(lookAgain);
  }
}

interface State {
  readonly done: boolean;
  readonly failed?: string;
  readonly words: string;
}

/** What a controller says of an object: Velero and CloudNativePG by phases, Jobs and servers by conditions. */
export function stateOf(kind: string, { status = {} }: Observed): State {
  const { phase = "waits", conditions = [] } = status;
  const condition = (type: string) => conditions.find((one) => one.type === type && one.status === "True");
  const why = status.error ?? status.failureReason;
  switch (kind) {
    case "Job":
    case "Cluster": {
      const failed = condition("Failed");
      const done = condition(kind === "Job" ? "Complete" : "Ready") !== undefined;
      return {
        done,
        words: phase,
        ...(failed === undefined ? {} : { failed: failed.message ?? "it says no reason" }),
      };
    }
    default: {
      const wrong = /fail/i.test(phase);
      return {
        done: phase.toLowerCase() === "completed",
        words: phase,
        ...(wrong ? { failed: why === undefined ? phase : `${phase}: ${why}` } : {}),
      };
    }
  }
}

/** A run of a CronJob, as `kubectl create job --from` makes it; nothing where there is no such CronJob. */
export async function jobOf(
  client: Client,
  of: { readonly name: string; readonly namespace: string },
): Promise<ClusterObject | undefined> {
  let cronJob: V1CronJob;
  try {
    cronJob = await client.batch.readNamespacedCronJob(of);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
  const template = cronJob.spec.jobTemplate;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${of.name}-${Math.floor(Date.now() / 1000).toString(36)}`,
      namespace: of.namespace,
      labels: { ...template.metadata?.labels },
      annotations: { "cronjob.kubernetes.io/instantiate": "manual" },
    },
    ...(template.spec === undefined ? {} : { spec: template.spec }),
  };
}
