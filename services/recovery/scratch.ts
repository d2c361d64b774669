/**
 * The scratch place of a drill: a folder that one run owns. What a run that was killed left behind is removed by the
 * next: its servers died with it (processes.ts).
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RecoveryFailure } from "./failure.ts";

const ownerFile = "owner.json";

export interface Scratch {
  readonly folder: string;
  readonly remove: () => void;
}

/**
 * @param below folder that is there and can be written to.
 * @param report is told of what other runs left behind.
 * @throws RecoveryFailure where the folder is not there, or another run is at work in it.
 */
export function makeScratch(below: string, report: (line: string) => void): Scratch {
  if (!existsSync(below)) {
    throw new RecoveryFailure(
      `The scratch folder ${below} is not there: mount a volume as large as the stores.`,
    );
  }
  for (const name of readdirSync(below).filter((entry) => entry.startsWith("drill-"))) {
    const left = join(below, name);
    const owner = ownerOf(left);
    if (owner !== undefined && startOf(owner.pid) === owner.started) {
      throw new RecoveryFailure(`Process ${owner.pid} is at work in ${left}: wait until it has ended.`);
    }
    report(`removing ${name}, which an interrupted run left behind`);
    rmSync(left, { recursive: true, force: true });
  }
  const folder = join(below, `drill-${process.pid}`);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(
    join(folder, ownerFile),
    JSON.stringify({ pid: process.pid, started: startOf(process.pid) ?? "" }),
  );
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

function ownerOf(folder: string): { pid: number; started: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, ownerFile), "utf8")) as { pid: number; started: string };
  } catch {
    // Killed before it had written whose it is.
    return undefined;
  }
}

/** When a process began, in the kernel's own count: another process of the same number began at another time. */
function startOf(pid: number): string | undefined {
  try {
    // Behind the name, which may hold blanks and brackets: the 20th field is the 22nd of all.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : rest[18];
  } catch {
    return undefined;
  }
}
