/** Builds one program from its pinned Go module into the cache. */
import { spawn } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { diesWithParent } from "../process/dies-with-parent.ts";
import { codeOf, SimulationError } from "../problem.ts";
import { moduleFolder, pinnedVersion } from "./pins.ts";
import { type ProgramName, programs } from "./table.ts";

/** What the last lines of a failed build mean, and what to do about it. */
const remedies: readonly { readonly when: RegExp; readonly say: string }[] = [
  {
    when: /no such host|dial tcp|i\/o timeout|connection refused|proxyconnect|TLS handshake|network is unreachable/,
    say: "The Go module proxy cannot be reached. Set GOPROXY to one that can, or put the program on PATH.",
  },
  {
    when: /toolchain not available|requires go >= /,
    say: "The installed Go is too old. Install a newer Go, or allow it to fetch one with GOTOOLCHAIN=auto.",
  },
  {
    when: /no space left on device/,
    say: "The disk is full. A first build needs about 6 GiB for modules and Go's build cache.",
  },
  {
    when: /checksum mismatch|SECURITY ERROR/,
    say: "A module is not what go.sum pins. Do not go on; find out why.",
  },
];

/** What passes when a download is asked for again. Go itself asks once. */
const passing =
  /i\/o timeout|TLS handshake timeout|Client\.Timeout|connection reset|unexpected EOF|GOAWAY|stream error|server misbehaving|: (429|5\d\d) /;
/** How often it is, each time after more seconds: 2, 4, 6 ... */
const retries = 5;

/**
 * Runs `go build` and puts the program at `target` in one step, so that nobody ever sees half of it.
 * @throws SimulationError with the last lines of the build and a remedy.
 */
export async function buildProgram(name: ProgramName, target: string): Promise<void> {
  const temporary = `${target}.partial`; // The caller holds the lock of this target.
  mkdirSync(dirname(target), { recursive: true });
  const stamps = Object.entries(programs[name].stamp(pinnedVersion(name))).map(
    ([key, value]) => `-X ${key}=${value}`,
  );
  try {
    await runGo(
      [
        "build",
        "-trimpath",
        "-ldflags",
        ["-s -w", ...stamps].join(" "),
        "-o",
        temporary,
        programs[name].package,
      ],
      moduleFolder(name),
      { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" },
      `${name} ${pinnedVersion(name)} could not be built`,
      `, or put ${name} ${pinnedVersion(name)} on PATH`,
    );
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Runs the Go command in a folder and returns what it prints. A download that breaks off is tried again; what was
 * downloaded before stays.
 * @param failure what the error begins with.
 * @param otherwise what else helps where there is no Go, as the end of a sentence.
 * @throws SimulationError with the last lines of the command and a remedy.
 */
export async function runGo(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
  failure: string,
  otherwise = "",
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const { code, output, errors } = await goOnce(args, folder, environment);
    if (code === 0) return output;
    // 127 is the wrapper's way to say that it found no Go.
    if (code === 127)
      throw new SimulationError(`${failure}: there is no Go on PATH. Install Go 1.26 or newer${otherwise}.`);
    if (passing.test(errors) && attempt <= retries) {
      await sleep(attempt * 2000);
      continue;
    }
    const last = errors.trim().split("\n").slice(-6).join("\n  ");
    const remedy = remedies.find(({ when }) => when.test(errors))?.say ?? "";
    throw new SimulationError(
      `${failure} (go ${args[0] ?? ""} ended with ${code ?? "a signal"}):\n  ${last}\n${remedy}`.trim(),
    );
  }
}

/** @returns the exit code; 127 where there is no Go. */
async function goOnce(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  const [command, ...rest] = diesWithParent(["go", ...args]);
  const child = spawn(command, rest, {
    cwd: folder,
    // The checksum database does not know Pulumi's modules; their go.sum is committed instead.
    env: {
      ...process.env,
      GOTOOLCHAIN: "auto",
      GONOSUMDB: "github.com/pulumi/*",
      GOWORK: "off",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (errors = (errors + data.toString()).slice(-8000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => {
      if (codeOf(error) === "ENOENT") resolve(127);
      else reject(error);
    });
    child.once("close", resolve);
  });
  return { code, output, errors };
}
