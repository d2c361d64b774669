/** What workflows have to know of a stack before they can choose a runner and credentials for it. */
import { openStack, platformNames, type PlatformName, type Settings } from "../../config/index.ts";
import { releases } from "../../platforms/release/index.ts";

export interface StackFacts {
  readonly stack: string;
  /** Whether CI deploys it: its settings name a runner. */
  readonly deploys: boolean;
  /** Labels of the runner; GitHub's own where CI does not deploy it. */
  readonly runner: readonly string[];
  /** Whether a role of AWS is needed: for the cluster, or for state and secrets. */
  readonly aws: boolean;
  /** Whether a session of OCI is needed. */
  readonly oci: boolean;
  /** Region and tenancy of OCI; empty elsewhere. */
  readonly region: string;
  readonly tenancy: string;
  /** Whether the state lives with a Pulumi service, which has short-lived tokens of its own. */
  readonly pulumi: boolean;
  /**
   * The platforms, and the version that `deploy` would be given to deliver what the settings say. Empty where that is not one
   * version, and where the platform has copies: the settings say which copy runs what.
   */
  readonly platforms: readonly { readonly name: string; readonly version: string }[];
}

/** Where nothing is deployed, nothing private has to be reached. */
const anyRunner = ["ubuntu-24.04"];

/** The facts of a stack. @throws SettingsError where its settings are wrong. */
export function factsOf(root: string, stack: string): StackFacts {
  return factsIn(openStack({ root, stack }).settings);
}

export function factsIn(settings: Settings): StackFacts {
  const { stack, ci, cluster, state, platforms } = settings;
  const oke = cluster.type === "oke" ? cluster : undefined;
  return {
    stack,
    deploys: ci !== undefined,
    runner: ci?.runner ?? anyRunner,
    aws:
      cluster.type === "eks" ||
      onAws(state?.backend) ||
      state?.secretsProvider.startsWith("awskms:") === true,
    oci: oke !== undefined,
    region: oke?.region ?? "",
    tenancy: oke?.tenancy ?? "",
    pulumi: state?.backend.startsWith("https:") === true,
    platforms: platformNames
      .filter((name) => platforms[name] !== undefined)
      .map((name) => ({ name, version: versionOf(name, settings) })),
  };
}

function versionOf(name: PlatformName, settings: Settings): string {
  const { copies, current } = releases[name];
  return copies === undefined ? (current(settings) ?? "") : "";
}

/** S3 without an endpoint of somebody else's. */
function onAws(backend: string | undefined): boolean {
  return backend?.startsWith("s3:") === true && !backend.includes("endpoint=");
}

/** One `name=value` a line, as `$GITHUB_OUTPUT` takes it; lists as JSON. */
export function outputLines(facts: object): string[] {
  return Object.entries(facts).map(
    ([name, value]: [string, unknown]) =>
      `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
}
