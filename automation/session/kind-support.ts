/** What the engine needs on this machine to make kind clusters: the program, and the host of dynamic providers. */
import { dirname, join } from "node:path";
import { ensureProgram } from "../../simulation/programs/ensure.ts";
import type { Report } from "../console/steps.ts";
import type { LocalPlugin } from "../engine/plugins.ts";

/** Programs and plugins that a kind of cluster adds to the engine's. */
export interface EngineSupport {
  /** Folders that come first on PATH. */
  readonly programs: readonly string[];
  readonly plugins: readonly LocalPlugin[];
}

export const noSupport: EngineSupport = { programs: [], plugins: [] };

/** @throws SimulationError where kind has to be built and cannot be. */
export async function kindSupport(root: string, report: Report): Promise<EngineSupport> {
  const kind = await ensureProgram("kind", report);
  return {
    // The host runs the first `node` of PATH, and has to be of the version that the provider was written for.
    programs: [dirname(process.execPath), dirname(kind)],
    // Named, since plugins that lie on PATH are not taken (engine/home.ts).
    plugins: [{ name: "pulumi-nodejs", path: join(root, "node_modules", "@pulumi", "pulumi") }],
  };
}
