/** `--platforms`: what belongs to the platforms that are left out stays as it is. */
import { openStack } from "../../config/index.ts";
import { labels } from "../cluster/access.ts";
import { exportState } from "../engine/pending.ts";
import { textAt } from "../engine/property.ts";
import type { Session } from "./session.ts";

/**
 * URNs that a run must not touch: objects of platforms that the stack file names and `--platforms` does not. Without
 * this they would be deleted, since the program does not register them. What they depend on stays with them.
 */
export async function leftOut(session: Session): Promise<readonly string[]> {
  const { root, stack, overrides } = session.options;
  const chosen = overrides.platforms;
  if (chosen === undefined) return [];
  const { cluster } = overrides;
  const opened = openStack({ root, stack, overrides: cluster === undefined ? {} : { cluster } });
  const configured = Object.keys(opened.settings.platforms);
  const others = new Set(configured.filter((platform) => !chosen.includes(platform)));
  if (others.size === 0) return [];
  const { deployment } = await exportState(
    (args) => session.engine.run(args, session.work.folder, {}),
    stack,
  );
  return (deployment?.resources ?? [])
    .filter(({ inputs }) => others.has(textAt(inputs, `metadata.labels["${labels.platform}"]`) ?? ""))
    .map(({ urn }) => urn);
}
