/** Whether a Docker engine answers on this machine. */
import { spawnSync } from "node:child_process";

export type Docker =
  | { readonly version: string }
  | {
      /** Why there is none, in one line. */
      readonly reason: string;
    };

/** An engine that takes longer to answer, in milliseconds, counts as none: every command would wait for it. */
const patience = 3_000;

/**
 * Asks the engine for its version; a `docker` on PATH alone is no engine.
 * @param within milliseconds that it gets.
 */
export function dockerEngine(program = "docker", within = patience): Docker {
  const { error, status, stdout, stderr } = spawnSync(program, ["info", "--format", "{{.ServerVersion}}"], {
    encoding: "utf8",
    timeout: within,
    killSignal: "SIGKILL",
  });
  if (error !== undefined) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { reason: "there is no `docker` on PATH" };
    return {
      reason: code === "ETIMEDOUT" ? `Docker did not answer within ${within / 1000} s` : error.message,
    };
  }
  const version = stdout.trim();
  if (status === 0 && version !== "") return { version };
  const [said = ""] = stderr.trim().split("\n");
  return { reason: `no Docker engine answers${said === "" ? "" : ` (${said})`}` };
}
