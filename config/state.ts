/** Where a stack's state lives and what encrypts it. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Finding } from "./issues.ts";
import { problemOf } from "./parse.ts";
import { SettingsError } from "./problems.ts";
import { isLocal } from "./schema/cluster.ts";
import type { Settings } from "./settings.ts";

/** A state backend and a secrets provider, as the engine takes them. */
export interface State {
  /** Address of the backend, e.g. `s3://bucket?region=…`. */
  readonly backend: string;
  /** What encrypts secrets, e.g. `passphrase` or `awskms://…`. */
  readonly secretsProvider: string;
}

export interface ResolveStateOptions {
  /** Folder of the project; local state lives under its `.quint/state`. */
  readonly root: string;
  /** The environment's variables; those of this process unless a test says otherwise. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Where the state of a stack lives. A simulated cluster always uses local state; dev does unless it chooses; staging
 * and production must choose.
 *
 * @throws SettingsError when nothing usable is chosen, or the chosen provider's passphrase is not in the environment.
 */
export function resolveState(
  settings: Settings,
  { root, environment = process.env }: ResolveStateOptions,
): State {
  const local: State = {
    backend: pathToFileURL(join(root, ".quint", "state")).href,
    secretsProvider: "passphrase",
  };
  const { state } = settings;
  if (isLocal(settings.cluster)) return local;
  if (state === undefined) {
    if (settings.environment === "dev") return local;
    throw refused(settings, [unchosen(settings)]);
  }
  const found = [...backendFindings(settings, state), ...passphraseFindings(state, environment)];
  if (found.length > 0) throw refused(settings, found);
  return state.backend === "local" ? { ...state, backend: local.backend } : state;
}

/** How to choose, where nothing is chosen: complete lines, to be pasted. */
const choices = `
quint:state:
  # AWS S3, with a KMS key:
  backend: s3://your-bucket?region=eu-central-1
  secretsProvider: awskms://alias/your-key?region=eu-central-1
or
quint:state:
  # OCI Object Storage through its S3 interface, with PULUMI_CONFIG_PASSPHRASE_FILE (or PULUMI_CONFIG_PASSPHRASE) set:
  backend: s3://your-bucket?endpoint=your-namespace.compat.objectstorage.eu-frankfurt-1.oraclecloud.com&region=eu-frankfurt-1&s3ForcePathStyle=true
  secretsProvider: passphrase`.trim();

function unchosen({ environment }: Settings): Finding {
  return {
    path: ["state"],
    reason: `is required in ${environment}: its state must outlive this machine, and hold secrets encrypted`,
    remedy: choices,
  };
}

function backendFindings({ environment }: Settings, { backend, secretsProvider }: State): Finding[] {
  if (backend === "local" && environment !== "dev") {
    return [
      {
        path: ["state", "backend"],
        reason: `keeps the state on this machine, which only dev may do; this stack is ${environment}`,
        remedy: choices,
      },
    ];
  }
  if (secretsProvider === "default" && !backend.startsWith("https://")) {
    return [
      {
        path: ["state", "secretsProvider"],
        reason: "is offered by a Pulumi service only, and the backend is none",
        remedy: "`awskms://…`, `gcpkms://…`, `azurekeyvault://…`, `hashivault://…`, or `passphrase`",
      },
    ];
  }
  return [];
}

function passphraseFindings(
  { backend, secretsProvider }: State,
  environment: Readonly<Record<string, string | undefined>>,
): Finding[] {
  const given = [environment.PULUMI_CONFIG_PASSPHRASE, environment.PULUMI_CONFIG_PASSPHRASE_FILE];
  if (backend === "local" || secretsProvider !== "passphrase" || given.some(Boolean)) return [];
  return [
    {
      path: ["state", "secretsProvider"],
      reason: "needs a passphrase, and the environment holds none",
      remedy:
        "set PULUMI_CONFIG_PASSPHRASE_FILE to the path of a file with the passphrase, or PULUMI_CONFIG_PASSPHRASE to the passphrase itself",
    },
  ];
}

function refused({ stack, state }: Settings, found: readonly Finding[]): SettingsError {
  const written = { stack, values: { state }, source: `Pulumi.${stack}.yaml` };
  return new SettingsError(
    found.map((finding) => problemOf(finding, written)),
    written.source,
  );
}
