/** `quint rollback`: back to the version before, or to one that is named. */
import { isDeepStrictEqual } from "node:util";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { SettingEdit } from "../../config/index.ts";
import type { Copies } from "../../platforms/release/index.ts";
import { declined } from "../exit.ts";
import { namespacesOf, type DeliveryContext } from "./context.ts";
import { imagesOf, notesOn, releaseOf } from "./deploy.ts";
import { lastKnownGood, type Delivery } from "./history.ts";
import { readJournal } from "./journal.ts";
import { checkWindows } from "./permission.ts";
import { reversed, settingAt, type OperationPlan, type PlannedStage } from "./plan.ts";
import { begun, resumed, takenBack, type Asked, type Done } from "./run.ts";

/** Seed 004's word for a version that nobody has to remember. */
const lastKnownGoodVersion = "last-known-good";

export interface RollbackRequest {
  /** Left out: what the latest delivery changed is changed back. */
  readonly version?: string;
}

/** An unfinished delivery is taken back; otherwise the one that ended last. */
export async function rollBack(
  asked: Asked,
  { version }: RollbackRequest,
  history: () => Promise<readonly Delivery[]>,
): Promise<Done> {
  const { context, options, request } = asked;
  const left = readJournal(context.journal);
  // A way back that was interrupted is finished by its own command: undone, it would lead forward again.
  const ofPlatform =
    left?.record.platform === context.name && left.record.kind !== "rollback" && left.request !== request;
  if (left !== undefined && ofPlatform && version === undefined)
    return await takenBack(context, left, options.reason ?? "rolled back");
  const again = await resumed(asked);
  if (again !== undefined) return again;
  const deliveries = await history();
  const permission = checkWindows(context, options);
  const wanted = version === lastKnownGoodVersion ? goodVersion(context, deliveries) : version;
  const plan = rollbackPlan(context, wanted, deliveries);
  // An emergency waits for no registry, and nodes may have what it has not.
  const notes = options.emergency === true ? [] : notesOn(await imagesOf(context, imagesIn(plan)));
  return await begun(asked, { plan, permission, notes });
}

/** Images that the plan goes back to: an old one may have been pruned from its registry. */
export function imagesIn({ stages }: Pick<OperationPlan, "stages">): string[] {
  const edits = stages.flatMap((stage) => stage.edits);
  return edits.flatMap(({ path, value }) =>
    path.at(-1) === "image" && typeof value === "string" ? [value] : [],
  );
}

/** @throws CommandError (declined) where the history knows of none. */
function goodVersion({ release, settings, name }: DeliveryContext, deliveries: readonly Delivery[]): string {
  const found = lastKnownGood(deliveries, release.current(settings));
  if (found !== undefined) return found.version;
  throw declined(
    `The history has no version of ${name} that ended well before this one.`,
    "Name one: --to VERSION.",
  );
}

export function rollbackPlan(
  context: DeliveryContext,
  version: string | undefined,
  deliveries: readonly Delivery[],
): OperationPlan {
  const { release, settings } = context;
  if (release.copies !== undefined && (version !== undefined || movesRequests(context, deliveries)))
    return backToCopy(context, release.copies, version, deliveries);
  const from = release.current(settings);
  const common = { kind: "rollback", ...(from === undefined ? {} : { from }), takesBack: false } as const;
  if (version !== undefined) {
    if (version === from) throw declined(`${context.name} runs ${version} already: nothing was changed.`);
    const { edits, environment } = releaseOf(context, { version });
    return {
      ...common,
      to: version,
      stages: [{ step: `back to ${version}`, edits }],
      namespaces: namespacesOf(context, environment),
    };
  }
  const last = lastChange(context, deliveries);
  const { environment } = last;
  // Of a copy that takes no requests the version before is not what users had, nor is theirs the one that is left.
  const copy = release.copies === undefined ? undefined : environment;
  const left = copy === undefined ? from : release.copies?.versionOf(settings, copy);
  const to = (copy === undefined ? last.from : undefined) ?? `before ${last.to ?? last.operation}`;
  return {
    kind: "rollback",
    takesBack: false,
    ...(left === undefined ? {} : { from: left }),
    to,
    ...(environment === undefined ? {} : { environment }),
    stages: [{ step: `back to ${to}`, edits: reversed(last.changes) }],
    namespaces: namespacesOf(context, environment),
  };
}

/**
 * Whether going back from the latest delivery is a matter of requests. One that only brought a version to the copy that
 * takes none is changed back: moving requests would bring users to what nobody wants.
 * @throws CommandError (declined) where the latest was a rollback: its way back leads to what was left.
 */
function movesRequests(context: DeliveryContext, deliveries: readonly Delivery[]): boolean {
  const last = deliveries.findLast(changedSomething);
  if (last === undefined) return true; // The copies and their shares are all that is known.
  if (last.kind === "rollback")
    throw declined(
      `The latest delivery of ${context.name} is a rollback already (${last.reason ?? last.operation}): nothing was changed.`,
      "Name the version to go to: --to VERSION.",
    );
  return lastChange(context, deliveries).kind === "switch-traffic";
}

function changedSomething({ changes, result }: Delivery): boolean {
  return changes.length > 0 && (result === "succeeded" || result === "waiting");
}

/** The latest delivery whose changes still stand in the stack file. */
function lastChange({ name, file }: DeliveryContext, deliveries: readonly Delivery[]): Delivery {
  const content: unknown = parse(readFileSync(file, "utf8"));
  const stands = ({ changes }: Delivery): boolean =>
    changes.every(({ path: [first = "", ...rest], to }) =>
      isDeepStrictEqual(settingAt(content, [`quint:${first}`, ...rest]), to),
    );
  // A promotion lets in what another one changed; a version that was there already changed nothing.
  const last = deliveries.findLast((delivery) => delivery.kind !== "rollback" && changedSomething(delivery));
  if (last !== undefined && stands(last)) return last;
  throw declined(
    last === undefined
      ? `The history has no delivery of ${name} that could be taken back.`
      : `What the latest delivery of ${name} changed has been changed again since.`,
    "Name the version: --to VERSION.",
  );
}

/**
 * Back to a copy that runs the version, else to one that gets it first (seed 004, "Rollback Process"): it grows, takes
 * all requests, and the other one goes to standby.
 */
function backToCopy(
  context: DeliveryContext,
  copies: Copies,
  version: string | undefined,
  deliveries: readonly Delivery[],
): OperationPlan {
  const { settings } = context;
  const shares = copies.shares(settings);
  const share = (copy: string): number => shares[copy] ?? 0;
  const otherThan = (copy: string): string => copies.names.find((one) => one !== copy) ?? copy;
  const running = copies.names.filter((copy) => copies.versionOf(settings, copy) === version);
  const target =
    version === undefined
      ? standbyOrEarlier(context, copies, deliveries)
      : (running[0] ?? copies.names.find((copy) => share(copy) === 0) ?? otherThan(latest(deliveries) ?? ""));
  if (share(target) === 100 && (version === undefined || running.includes(target)))
    throw declined(
      `${target} takes all requests${version === undefined ? "" : ` with ${version}`} already: nothing was changed.`,
    );
  const left = otherThan(target);
  const from = copies.versionOf(settings, left);
  const to = version ?? copies.versionOf(settings, target) ?? target;
  const images: readonly SettingEdit[] =
    version === undefined || running.includes(target) ? [] : copies.imageEdits(settings, target, version);
  const grows = images.length > 0 || (share(target) === 0 && !copies.fullSize(settings).includes(target));
  const stages: PlannedStage[] = [
    ...(grows
      ? [
          {
            step: `${target} to full size${images.length === 0 ? "" : ` with ${to}`}`,
            edits: [...images, copies.fullSizeEdit([target])],
          },
        ]
      : []),
    { step: `100 % to ${target}`, edits: [copies.trafficEdit(target, 100), copies.fullSizeEdit([])] },
  ];
  return {
    kind: "rollback",
    environment: target,
    ...(from === undefined ? {} : { from }),
    to: to === target ? target : `${to} on ${target}`,
    stages,
    namespaces: [context.release.namespaceOf(settings, target)],
    takesBack: false,
  };
}

/** Where requests came from: the copy that has none, else the one that the latest switch took them from. */
function standbyOrEarlier(
  { settings, name }: DeliveryContext,
  copies: Copies,
  deliveries: readonly Delivery[],
): string {
  const shares = copies.shares(settings);
  const standby = copies.names.find((copy) => shares[copy] === 0);
  if (standby !== undefined) return standby;
  const to = latest(deliveries);
  const from = copies.names.find((copy) => copy !== to);
  if (to !== undefined && from !== undefined) return from;
  throw declined(
    `Both copies of ${name} take requests, and the history does not say which one had them before.`,
    "Name the version to go back to: --to VERSION.",
  );
}

/** The copy that the latest switch gave requests to. */
function latest(deliveries: readonly Delivery[]): string | undefined {
  return deliveries.findLast(({ kind }) => kind === "switch-traffic")?.environment;
}
