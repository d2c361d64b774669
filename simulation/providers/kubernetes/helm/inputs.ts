/** What a program may say of a Helm release, and the flags of `helm` that it becomes. */
import type { helm } from "@pulumi/kubernetes";
import type { CheckFailure } from "../../plugin/protocol.ts";
import { isMap, type Tree, type TreeMap } from "../../plugin/values.ts";
import { text } from "../object.ts";

/** Inputs that the stand-in honours; `silent` ones change nothing that it does; the others may only be left out. */
const treatment = {
  allowNullValues: "silent",
  atomic: "honoured",
  chart: "honoured",
  cleanupOnFail: "honoured",
  compat: "silent",
  createNamespace: "honoured",
  dependencyUpdate: "refused",
  description: "refused",
  devel: "refused",
  disableCRDHooks: "refused",
  disableOpenapiValidation: "refused",
  disableWebhooks: "refused",
  forceUpdate: "refused",
  keyring: "refused",
  lint: "refused",
  manifest: "silent",
  maxHistory: "honoured",
  name: "honoured",
  namespace: "honoured",
  postrender: "refused",
  recreatePods: "refused",
  renderSubchartNotes: "silent",
  replace: "refused",
  repositoryOpts: "honoured",
  resetValues: "refused",
  resourceNames: "silent",
  reuseValues: "refused",
  skipAwait: "honoured",
  skipCrds: "honoured",
  takeOwnership: "honoured",
  timeout: "honoured",
  valueYamlFiles: "refused",
  values: "honoured",
  verify: "refused",
  version: "honoured",
  waitForJobs: "honoured",
} as const satisfies Record<keyof helm.v3.ReleaseArgs, "honoured" | "silent" | "refused">;

/** The official provider's default for one operation, in seconds. */
const defaultTimeoutSeconds = 300;

/** The inputs with the defaults filled in that decide what is compared. */
export function completed(inputs: TreeMap, namespace: string): TreeMap {
  return {
    ...inputs,
    ...(text(inputs, "namespace") === "" ? { namespace } : {}),
    ...(inputs.timeout === undefined ? { timeout: defaultTimeoutSeconds } : {}),
  };
}

/** Everything that the stand-in cannot do as it is said. */
export function problemsOf(inputs: TreeMap): readonly CheckFailure[] {
  const failures = Object.entries(inputs).flatMap(([property, value]): CheckFailure[] => {
    const how = property in treatment ? treatment[property as keyof typeof treatment] : "refused";
    if (how !== "refused" || isNothing(value)) return [];
    return [{ property, reason: cannot(`a release with \`${property}\``) }];
  });
  const credentials = isMap(inputs.repositoryOpts)
    ? Object.keys(inputs.repositoryOpts).filter((key) => key !== "repo")
    : [];
  return [
    ...failures,
    ...(inputs.name === undefined
      ? [{ property: "name", reason: cannot("a release without a name of its own") }]
      : []),
    ...credentials.map((key) => ({
      property: `repositoryOpts.${key}`,
      reason: cannot("a repository that wants a login"),
    })),
  ];
}

const cannot = (what: string): string =>
  `the stand-in for the kubernetes provider has no ${what}: install the official plugin, or leave it out`;

function isNothing(value: Tree): boolean {
  if (isMap(value)) return Object.keys(value).length === 0;
  return value === null || value === false || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Where the chart comes from. */
export function chartFlags(inputs: TreeMap): string[] {
  const repository = text(inputs, "repositoryOpts", "repo");
  const version = text(inputs, "version");
  return [
    text(inputs, "chart"),
    ...(repository === "" ? [] : ["--repo", repository]),
    ...(version === "" ? [] : ["--version", version]),
  ];
}

/** How long and what for an operation waits. */
export function waitFlags(inputs: TreeMap): string[] {
  if (inputs.skipAwait === true) return [];
  return [
    "--wait",
    "--timeout",
    `${typeof inputs.timeout === "number" ? inputs.timeout : defaultTimeoutSeconds}s`,
  ];
}

/** Flags of an installation, or of an upgrade. */
export function deployFlags(inputs: TreeMap, operation: "install" | "upgrade"): string[] {
  const flag = (key: string, name: string): string[] => (inputs[key] === true ? [name] : []);
  return [
    ...waitFlags(inputs),
    ...(inputs.skipAwait === true ? [] : flag("waitForJobs", "--wait-for-jobs")),
    ...flag("atomic", "--atomic"),
    ...flag("skipCrds", "--skip-crds"),
    ...flag("takeOwnership", "--take-ownership"),
    ...(operation === "install"
      ? flag("createNamespace", "--create-namespace")
      : [
          ...flag("cleanupOnFail", "--cleanup-on-fail"),
          "--history-max",
          String(typeof inputs.maxHistory === "number" ? inputs.maxHistory : 0),
        ]),
  ];
}
