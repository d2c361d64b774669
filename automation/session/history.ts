/** The engine's history of a stack, read without touching it: also while another run works on it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSimulated } from "../../config/index.ts";
import { EngineCommand } from "../engine/command.ts";
import { findEngine } from "../engine/find.ts";
import { prepareHome } from "../engine/home.ts";
import { engineSources } from "../engine/sources.ts";
import { project } from "../engine/stack.ts";
import { sdkVersion } from "../engine/version.ts";
import { messageOf } from "../exit.ts";
import { foldersOf } from "../paths.ts";
import { note } from "../console/terminal.ts";
import type { EngineUpdate } from "../delivery/history.ts";
import { openForRun, type OpenOptions } from "./open.ts";
import { stateOf } from "./with-session.ts";

/** Updates that are asked for at a time. */
const page = 100;

/** Every update, newest first; none where the stack was never deployed. */
export async function readUpdates(options: OpenOptions): Promise<EngineUpdate[]> {
  const { root, stack } = options;
  const { settings, apart } = openForRun(options);
  const { backend } = stateOf(settings, root, apart);
  const folders = foldersOf(root);
  const home = prepareHome({ folders, backend, disposable: isSimulated(settings.cluster) });
  const engine = await findEngine(engineSources(), sdkVersion(), note);
  const command = new EngineCommand(engine, home.environment);
  // A folder of its own: the one that runs work in has files that they rewrite.
  const folder = join(folders.quint, "work", "history");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
  const updates: EngineUpdate[] = [];
  for (let number = 1; ; number++) {
    const found = await pageOf(command, folder, stack, number);
    updates.push(...found);
    if (found.length < page) return updates;
  }
}

async function pageOf(
  command: EngineCommand,
  folder: string,
  stack: string,
  number: number,
): Promise<EngineUpdate[]> {
  const args = ["stack", "history", "--json", "--stack", stack];
  try {
    const { stdout } = await command.run(
      [...args, "--page-size", String(page), "--page", String(number)],
      folder,
      {},
    );
    return JSON.parse(stdout) as EngineUpdate[];
  } catch (error) {
    if (messageOf(error).includes("no stack named")) return [];
    throw error;
  }
}
