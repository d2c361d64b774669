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
    readonly validationErrors?: readonly string[];
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
    await asked(client, object, really);
  } catch (error) {
    throw failure(`${title}: ${name} was refused: ${apiMessage(error)}`);
  }
  if (!really) return { title, result: "accepted", object: name };
  const deadline = Date.now() + patience * 1000;
  for (;;) {
    const state = await stateNow(client, object);
    if (state.done) return { title, result: "done", object: name };
    if (state.failed !== undefined) throw failure(`${title}: ${name} failed: ${state.failed}`);
    if (Date.now() > deadline) throw failure(`${title}: ${name} is not done after ${patience / 3_600} h.`);
    report(`${name}: ${state.words}`);
    await sleep(lookAgain);
  }
}

/** Creates it, unless an interrupted run did so already. One that has failed will not succeed any more: it is made anew. */
async function asked(client: Client, object: ClusterObject, really: boolean): Promise<void> {
  for (;;) {
    try {
      await client.objects.create(object, undefined, really ? undefined : "All", "quint");
      return;
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
    }
    // A server is never removed for its condition.
    if (!really || object.kind === "Cluster") return;
    try {
      if ((await stateNow(client, object)).failed === undefined) return;
      await client.objects.delete(object);
    } catch (error) {
      // Gone meanwhile.
      if (statusOf(error) !== 404) throw error;
    }
    await sleep(lookAgain);
  }
}

async function stateNow(client: Client, { apiVersion, kind, metadata }: ClusterObject): Promise<State> {
  const found: object = await client.objects.read({ apiVersion, kind, metadata });
  return stateOf(kind, found);
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
  const why = status.error ?? status.failureReason ?? status.validationErrors?.join("; ");
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
