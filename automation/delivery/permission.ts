/** Whether a delivery may go on: sync windows, approval, and the word of whoever asks. */
import { mainProject } from "../../platforms/model/index.ts";
import { ask, isInteractive, note } from "../console/terminal.ts";
import { badInput, declined } from "../exit.ts";
import type { DeliveryContext } from "./context.ts";
import { windowsState } from "./windows.ts";

export interface PermissionOptions {
  readonly emergency?: boolean;
  readonly reason?: string;
  readonly yes?: boolean;
}

export interface Permission {
  /** For the record: what was passed over, who had to approve. */
  readonly notes: readonly string[];
  /** Whether Argo CD may not sync by itself now. */
  readonly byHand: boolean;
}

/**
 * Checks the windows of the platform's project.
 * @throws CommandError (declined) outside of them, unless it is an emergency; that needs a reason (bad input).
 */
export function checkWindows(
  { platform, stack }: Pick<DeliveryContext, "platform" | "stack">,
  { emergency = false, reason }: PermissionOptions,
  now = new Date(),
): Permission {
  if (emergency && (reason === undefined || reason.trim() === "")) {
    throw badInput(
      "--emergency needs a reason: it is what the record of it consists of.",
      'Add --reason "…".',
    );
  }
  const project = mainProject(platform);
  const { open, because, opens, manual } = windowsState(project.windows, now);
  const approvers = project.approvers ?? [];
  const approval = approvers.length === 0 ? "" : `approval by one of ${approvers.join(", ")}`;
  if (open) {
    const passed = emergency && approval !== "" ? [`emergency: passed over the ${approval}`] : [];
    return {
      notes: [...passed, ...(emergency || approval === "" ? [] : [`needs ${approval}`])],
      byHand: false,
    };
  }
  if (!emergency) {
    const next =
      opens === undefined ? "No window opens." : `The next window opens at ${opens.toISOString()}.`;
    throw declined(
      `${platform.name} may not be delivered to ${stack} now: ${because}. Nothing was changed.`,
      next,
      'In an emergency: --emergency --reason "…", which is recorded.',
    );
  }
  if (!manual) note("Argo CD lets nobody sync now: its project's windows have no `manualSync`.");
  return {
    notes: [
      `emergency: outside of the windows (${because})`,
      ...(approval === "" ? [] : [`emergency: passed over the ${approval}`]),
    ],
    byHand: true,
  };
}

/**
 * Has the stack's name typed in production, and a yes elsewhere; --yes and --emergency answer beforehand.
 * @throws CommandError (declined) when the answer is another, or nobody is there to answer.
 */
export async function askForDelivery(
  { settings, stack }: Pick<DeliveryContext, "settings" | "stack">,
  { yes = false, emergency = false }: PermissionOptions,
): Promise<void> {
  if (yes || emergency) return;
  if (!isInteractive())
    throw declined("Nobody is there to answer, and --yes was not given; nothing was changed.", "Add --yes.");
  const production = settings.environment === "production";
  const question = production ? `Type the name of the stack, ${stack}, to go on:` : "Go on? [y/N]";
  const answer = await ask(question);
  if (production ? answer !== stack : !/^y(es)?$/i.test(answer)) throw declined("Nothing was changed.");
}
