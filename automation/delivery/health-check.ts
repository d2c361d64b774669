/** `quint health-check`: how a platform is: one line for each thing that can be well or not. */
import { accessTo, connect, reaching } from "../cluster/access.ts";
import type { RolloutState } from "../cluster/rollout-state.ts";
import { throughApi } from "../cluster/service-proxy.ts";
import { wordsOf } from "../cluster/tables.ts";
import { messageOf } from "../exit.ts";
import { namespacesOf, type DeliveryContext } from "./context.ts";
import { listAnalyses, platformState } from "./health.ts";
import { queryOf } from "./query.ts";
import { runSmokeTests, smokeTests } from "./smoke.ts";
import { metricTriggers } from "./triggers.ts";

export interface HealthCheck {
  readonly kind: "pods" | "endpoints" | "http" | "rollout" | "analysis" | "slo";
  readonly name: string;
  /** `undefined`: it could not be looked at. */
  readonly ok: boolean | undefined;
  readonly detail: string;
}

/** What an analysis ended with; one that runs, or found nothing to judge by, is neither. */
const verdicts: Readonly<Record<string, boolean>> = { Successful: true, Failed: false, Error: false };

/** What a version's phase says; one that comes in, or waits for somebody, is neither well nor ill. */
const phases: Readonly<Record<RolloutState["phase"], boolean | undefined>> = {
  Healthy: true,
  Progressing: undefined,
  Paused: undefined,
  Degraded: false,
};

/** @param environment e.g. `blue`; left out: all of the platform. */
export async function checkHealth(context: DeliveryContext, environment?: string): Promise<HealthCheck[]> {
  const { settings, root, platform } = context;
  const namespaces = namespacesOf(context, environment);
  const access = accessTo(settings, root);
  const client = await connect(access);
  const scope = { platform, namespaces };
  const state = await reaching(access, () => platformState(client, access, scope));
  const smoke = await runSmokeTests(smokeTests(scope), state.workloads, await throughApi(access));
  const slices = await Promise.all(
    namespaces.map((namespace) => client.discovery.listNamespacedEndpointSlice({ namespace })),
  );
  const ready = new Map<string, number>();
  for (const { metadata, endpoints } of slices.flatMap(({ items }) => items)) {
    const service = `${metadata?.namespace ?? ""}/${metadata?.labels?.["kubernetes.io/service-name"] ?? ""}`;
    const count = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).length;
    ready.set(service, (ready.get(service) ?? 0) + count);
  }
  const analyses = await listAnalyses(client, namespaces);
  return [
    ...state.workloads.map(({ namespace, name, settled, incoming, ready: count, desired }): HealthCheck => {
      // Both versions serve while a new one comes in.
      const changing = !settled && incoming === "none";
      return {
        kind: "pods",
        name: `${namespace}/${name}`,
        ok: !changing && count >= desired,
        detail: `${count} of ${desired} ready${changing ? ", changing" : ""}`,
      };
    }),
    ...state.missing.map((name): HealthCheck => ({ kind: "pods", name, ok: false, detail: "not there" })),
    ...smokeTests(scope).map(({ namespace, service }): HealthCheck => {
      const count = ready.get(`${namespace}/${service}`) ?? 0;
      return { kind: "endpoints", name: `${namespace}/${service}`, ok: count > 0, detail: `${count} ready` };
    }),
    ...smoke.passed.map((name): HealthCheck => ({ kind: "http", name, ok: true, detail: "answers" })),
    ...smoke.failed.map((detail): HealthCheck => ({
      kind: "http",
      name: detail.split(" ")[0] ?? "",
      ok: false,
      detail,
    })),
    ...smoke.notes.map((detail): HealthCheck => ({
      kind: "http",
      name: platform.name,
      ok: undefined,
      detail,
    })),
    ...state.workloads.flatMap(({ namespace, name, rollout }): HealthCheck[] =>
      rollout === undefined
        ? []
        : [
            {
              kind: "rollout",
              name: `${namespace}/${name}`,
              ok: phases[rollout.phase],
              detail: wordsOf(rollout),
            },
          ],
    ),
    ...analyses.slice(0, 10).map(({ metadata, status }): HealthCheck => ({
      kind: "analysis",
      name: `${metadata.namespace}/${metadata.name}`,
      ok: status?.phase === undefined ? undefined : verdicts[status.phase],
      detail: `${status?.phase ?? "Pending"}${status?.message === undefined ? "" : `: ${status.message}`}`,
    })),
    ...(await objectives(context, namespaces)),
  ];
}

/** The service-level objectives that the triggers stand for. */
async function objectives(context: DeliveryContext, namespaces: readonly string[]): Promise<HealthCheck[]> {
  const query = await queryOf(context);
  if (query === undefined)
    return [{ kind: "slo", name: context.name, ok: undefined, detail: "no Prometheus to ask" }];
  return await Promise.all(
    metricTriggers.map(async ({ name, query: promql, crossed, words }): Promise<HealthCheck> => {
      try {
        const samples = await query(promql(namespaces));
        const wrong = samples.filter(crossed);
        if (wrong.length > 0) return { kind: "slo", name, ok: false, detail: wrong.map(words).join("; ") };
        const measured = samples.some(({ value }) => !Number.isNaN(value));
        return name !== "critical-alert" && !measured
          ? { kind: "slo", name, ok: undefined, detail: "no requests to judge by" }
          : { kind: "slo", name, ok: true, detail: "within its limit" };
      } catch (error) {
        return { kind: "slo", name, ok: undefined, detail: messageOf(error) };
      }
    }),
  );
}
