/** `quint switch-traffic`: requests move from one copy of a platform to the other, a share at a time. */
import { accessTo, connect, reaching } from "../cluster/access.ts";
import { badInput, declined } from "../exit.ts";
import { namespacesOf, type DeliveryContext } from "./context.ts";
import { plainlyWrong, platformState, wordsOf } from "./health.ts";
import { checkWindows } from "./permission.ts";
import type { OperationPlan, PlannedStage } from "./plan.ts";
import { begun, resumed, type Asked, type Done } from "./run.ts";

export interface SwitchRequest {
  readonly from: string;
  readonly to: string;
  /** Share of `to` afterwards. */
  readonly percentage: number;
  /** Whether a step that is not the last is watched, too. */
  readonly watch: boolean;
}

export async function switchTraffic(asked: Asked, request: SwitchRequest): Promise<Done> {
  const again = await resumed(asked);
  if (again !== undefined) return again;
  const { context, options } = asked;
  const plan = switchPlan(context, request);
  const permission = checkWindows(context, options);
  await refuseUnhealthy(context, gainingCopy(context, request));
  return await begun(asked, { plan, permission });
}

/**
 * The stages of a switch. The copy that is about to take requests grows to its full size first; at the end the other
 * one keeps its size until this one has been watched.
 * @throws CommandError (bad input) where the platform has no two copies, or these are not theirs.
 */
export function switchPlan(context: DeliveryContext, request: SwitchRequest): OperationPlan {
  const { name, release, settings } = context;
  const { from, to, percentage, watch } = request;
  const { copies } = release;
  if (copies === undefined) {
    throw badInput(
      `${name} has no two copies that traffic could be switched between.`,
      "A platform with canaries moves it by itself: ./quint deploy, ./quint promote.",
    );
  }
  for (const copy of [from, to]) {
    if (!copies.names.includes(copy))
      throw badInput(`${name} has no copy "${copy}".`, `It has: ${copies.names.join(", ")}.`);
  }
  if (from === to)
    throw badInput("--from and --to name the same copy.", `${name} has: ${copies.names.join(", ")}.`);
  const shares = copies.shares(settings);
  const before = shares[to] ?? 0;
  if (before === percentage) throw declined(`${to} has ${percentage} % already: nothing was changed.`);
  const gaining = percentage > before ? to : from;
  const last = percentage === 100 || percentage === 0;
  const losing = gaining === to ? from : to;
  const stages: PlannedStage[] = [
    ...((shares[gaining] ?? 0) > 0 || copies.fullSize(settings).includes(gaining)
      ? []
      : [{ step: `${gaining} to full size`, edits: [copies.fullSizeEdit([gaining])] }]),
    {
      step: `${percentage} % to ${to}`,
      edits: [copies.trafficEdit(to, percentage), copies.fullSizeEdit(last ? [losing] : [])],
      watched: last || watch,
    },
    ...(last ? [{ step: `${losing} to standby`, edits: [copies.fullSizeEdit([])] }] : []),
  ];
  return {
    kind: "switch-traffic",
    environment: to,
    from: `${to} ${before} %`,
    to: `${to} ${percentage} %`,
    stages,
    // What goes wrong goes wrong with the copy that has gained: all requests to the other one.
    fallback: [copies.trafficEdit(losing, 100), copies.fullSizeEdit([])],
    namespaces: namespacesOf(context, gaining),
    takesBack: true,
  };
}

function gainingCopy(
  { release, settings }: DeliveryContext,
  { from, to, percentage }: SwitchRequest,
): string {
  return percentage > (release.copies?.shares(settings)[to] ?? 0) ? to : from;
}

/** @throws CommandError (declined) where the copy that is to take requests is not well. */
async function refuseUnhealthy(context: DeliveryContext, copy: string): Promise<void> {
  const access = accessTo(context.settings, context.root);
  const client = await connect(access);
  const scope = { platform: context.platform, namespaces: namespacesOf(context, copy) };
  const state = await reaching(access, () => platformState(client, access, scope));
  const [unready] = state.unready;
  const wrong = plainlyWrong(state) ?? (unready && `not ready: ${wordsOf(unready)}`);
  if (wrong === undefined) return;
  throw declined(
    `${copy} is not healthy, and gets no requests: ${wrong}. Nothing was changed.`,
    `./quint health-check ${context.name} --environment ${copy} --stack ${context.stack} tells more.`,
  );
}
