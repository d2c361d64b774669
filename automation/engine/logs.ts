/** What the engine printed, kept for the last runs under `.quint/logs/`. Secrets are masked by the engine itself. */
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** Runs whose log is kept, for each stack. */
const kept = 20;

export interface RunLog {
  readonly file: string;
  readonly write: (text: string) => void;
}

/** Opens the log of a run, and removes the stack's oldest logs. */
export function openLog(folder: string, stack: string, command: string, now = new Date()): RunLog {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const time = now.toISOString().replace(/[:.]/g, "-");
  const file = join(folder, `${stack}-${time}.log`);
  writeFileSync(file, `# quint ${command} ${stack}, ${now.toISOString()}\n`, { mode: 0o600 });
  const logs = readdirSync(folder)
    .filter((name) => name.startsWith(`${stack}-2`) && name.endsWith(".log"))
    .sort();
  for (const name of logs.slice(0, Math.max(0, logs.length - kept)))
    rmSync(join(folder, name), { force: true });
  return {
    file,
    write: (text) => {
      appendFileSync(file, stripVTControlCharacters(text));
    },
  };
}
