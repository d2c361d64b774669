/** What a restore in place does to a stack beside asking its cluster: settings, deployment, and Git where Argo CD delivers. */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { editStack, openStack, planEdits } from "../../config/index.ts";
import type { Client } from "../cluster/access.ts";
import { note } from "../console/terminal.ts";
import { applicationsNamed } from "../delivery/application.ts";
import type { DeliveryContext } from "../delivery/context.ts";
import { checkWindows, type PermissionOptions } from "../delivery/permission.ts";
import { settingAt } from "../delivery/plan.ts";
import { refuseWithoutGit } from "../delivery/run.ts";
import { commitRender, inSession } from "../delivery/world.ts";
import { describeStack } from "../../platforms/index.ts";
import { deploy } from "../session/deploy.ts";
import { applicationsOf } from "./by-argo-cd.ts";
import type { InPlace } from "./in-place.ts";
import type { KeptJournal, Points } from "./journal.ts";
import { archivedServers } from "./requests.ts";

/** Whether Argo CD makes the platform's servers. */
export function deliversServers({ settings, platform }: DeliveryContext): boolean {
  return settings.delivery === "gitops" && archivedServers(platform).length > 0;
}

/**
 * Where Argo CD delivers a restore is a delivery like any other: windows and approval of the project, a commit that can be
 * made, signed and pushed, and Applications to sync it.
 *
 * @param again whether an interrupted restore goes on, which was permitted then.
 * @returns what was passed over, or has to be.
 * @throws CommandError (declined) before anything changes.
 */
export async function permitted(
  context: DeliveryContext,
  client: Client,
  options: PermissionOptions,
  again: boolean,
): Promise<readonly string[]> {
  if (!deliversServers(context)) return [];
  const notes = again ? [] : checkWindows(context, options).notes;
  await refuseWithoutGit(context, again);
  await applicationsNamed(client, applicationsOf(archivedServers(context.platform)));
  for (const line of notes) note(`  ${line}`);
  return notes;
}

/**
 * What the settings would say has to hold before a server is removed for it: one without an archive would be lost.
 * @throws SettingsError where they would be wrong.
 */
export function refuseWrongPoints(
  { root, stack, name, settings }: Pick<DeliveryContext, "root" | "stack" | "name" | "settings">,
  points: Points,
): void {
  const { after } = planEdits(
    root,
    stack,
    Object.entries(points).map(([server, value]) => ({ path: [...recoverFrom(name), server], value })),
  );
  const { platforms } = openStack({ root, stack, overrides: { platforms: [name] }, text: after }).settings;
  describeStack({ ...settings, platforms });
}

const recoverFrom = (platform: string): readonly string[] => ["quint:platforms", platform, "recoverFrom"];

/** @param message why, for the stack's history and for the commit. */
export function inPlaceOf(context: DeliveryContext, journal: KeptJournal, message: string): InPlace {
  const { root, stack, file, name, who } = context;
  const up = (): Promise<void> =>
    inSession(context, "restore", (session) =>
      deploy(session, { yes: true, verbose: false, quiet: true, onBegin: () => undefined, message }),
    );
  return {
    journal,
    settle: (points) => {
      const path = recoverFrom(name);
      for (const [server, value] of Object.entries(points))
        editStack({ root, stack, path: [...path, server], value });
      // What has lost its last server was not there before, or says nothing.
      const left = settingAt(parse(readFileSync(file, "utf8")), path);
      if (isDeepStrictEqual(left, {})) editStack({ root, stack, path, value: undefined });
    },
    deploy: up,
    ...(deliversServers(context)
      ? {
          gitops: {
            who,
            publish: async () => {
              await up();
              return await commitRender(context, message);
            },
          },
        }
      : {}),
  };
}
