/** How far a run has come, for each unit of delivery. */
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Report, Step } from "../console/steps.ts";
import { counted } from "../console/terminal.ts";
import { displayName, isObject } from "./objects.ts";
import type { Change } from "./plan.ts";
import { kindOf, typeOf } from "./urn.ts";

interface Group {
  readonly pending: Set<string>;
  readonly total: number;
  /** What is being worked on, latest last. */
  readonly underWay: Map<string, string>;
  failed: boolean;
  report: Report;
  readonly ended: PromiseWithResolvers<string>;
}

/** Follows a run whose changes are known from its plan. */
export class Progress {
  readonly #groups = new Map<string, Group>();
  readonly #groupOfUrn = new Map<string, string>();

  constructor(changes: readonly Change[]) {
    for (const { urn, group } of changes) this.#groupOfUrn.set(urn, group);
    for (const name of [...new Set(changes.map((change) => change.group))].sort()) {
      const urns = changes.filter((change) => change.group === name).map((change) => change.urn);
      const ended = Promise.withResolvers<string>();
      ended.promise.catch(() => undefined); // Shown by the step, where there is one.
      this.#groups.set(name, {
        pending: new Set(urns),
        total: urns.length,
        underWay: new Map(),
        failed: false,
        report: () => undefined,
        ended,
      });
    }
  }

  /** One step a unit of delivery; each ends when all its changes are made. */
  steps(): Step[] {
    return [...this.#groups].map(([title, group]) => ({
      title,
      chatty: true,
      run: (report) => {
        group.report = report;
        return group.ended.promise;
      },
    }));
  }

  /** Takes in an event of the run. */
  observe(event: EngineEvent): void {
    const metadata = (event.resourcePreEvent ?? event.resOutputsEvent ?? event.resOpFailedEvent)?.metadata;
    if (metadata === undefined || !isObject(metadata)) return;
    const group = this.#groups.get(this.#groupOfUrn.get(metadata.urn) ?? "");
    if (!group?.pending.has(metadata.urn)) return;
    if (event.resourcePreEvent !== undefined) {
      group.underWay.set(metadata.urn, `${kindOf(typeOf(metadata.urn))} ${displayName(metadata)}`);
    } else {
      group.underWay.delete(metadata.urn);
      if (event.resOpFailedEvent !== undefined) group.failed = true;
      // A replacement is over when its new object is there; deleting the old one follows.
      else if (metadata.op !== "delete-replaced") group.pending.delete(metadata.urn);
    }
    tell(group);
  }

  /** Ends the steps that are not over: the run came to an end without them. */
  end(): void {
    for (const group of this.#groups.values()) {
      if (group.pending.size === 0) group.ended.resolve(counted(group.total, "object"));
      else
        group.ended.reject(new Error(`${group.total - group.pending.size} of ${group.total} when it ended`));
    }
  }
}

function tell(group: Group): void {
  const done = group.total - group.pending.size;
  const latest = [...group.underWay.values()].at(-1);
  group.report(`${done} of ${group.total}${latest === undefined ? "" : `, ${latest}`}`);
  if (done === group.total && !group.failed) group.ended.resolve(counted(group.total, "object"));
}
