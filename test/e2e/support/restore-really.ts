/**
 * A restore in place that is carried out where the command only looks: on a simulated cluster no operator runs, and the test
 * that starts this stands in for them. Arguments: stack, platform, time.
 */
import { recoveryOf } from "../../../automation/commands/recovery-options.ts";
import { openContext } from "../../../automation/delivery/context.ts";
import { projectRoot } from "../../../automation/paths.ts";
import { restorePlatform } from "../../../automation/recovery/run.ts";

const [stack = "", platform = "", at = ""] = process.argv.slice(2);
const { client, access, folder } = await recoveryOf(platform, { stack });
const context = openContext(projectRoot, stack, platform, {});
const request = { at, to: "in-place", force: true, confirm: platform, reason: "a wrong DELETE" };
await restorePlatform({ context, client, access, folder, really: true }, request, "");
