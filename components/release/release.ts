/** One Helm release, installed whole or not at all. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChartSource, Values } from "../../config/catalog/mirror.ts";
import { credentialPaths } from "./credentials.ts";

export interface ReleaseArgs {
  /** Name of the Helm release. */
  readonly release: string;
  readonly namespace: pulumi.Input<string>;
  /** Chart and version; a mirror is already in it. */
  readonly source: ChartSource;
  /** Values, images included. Names of Secrets, never their contents. */
  readonly values: Values | pulumi.Output<object>;
  /** How long the pods may take to become ready. Default 600. */
  readonly timeoutSeconds?: number;
  /** Leave the chart's `crds/` folder out: something else brings them. Default false. */
  readonly skipCrds?: boolean;
}

/** Ten minutes: the slowest add-on pulls five images and binds two volumes in about four. */
const defaultTimeoutSeconds = 600;

/**
 * Installs a chart: atomic, awaited, cleaned up where it fails.
 *
 * @throws where a value is a credential, or looks like one: values can be read by whoever reads the release.
 */
export class Release extends pulumi.ComponentResource {
  /** Name of the release, known once its pods are ready. */
  readonly releaseName: pulumi.Output<string>;

  constructor(name: string, args: ReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:release:Release", name, {}, opts);
    const { chart, repository, version } = args.source;
    const release = new k8s.helm.v3.Release(
      name,
      {
        name: args.release,
        namespace: args.namespace,
        createNamespace: false,
        chart,
        version,
        ...(repository === undefined ? {} : { repositoryOpts: { repo: repository } }),
        values: checkedValues(name, args.values),
        // A failed install is taken back; a failed upgrade returns to what ran before.
        atomic: true,
        cleanupOnFail: true,
        skipAwait: false,
        waitForJobs: true,
        timeout: args.timeoutSeconds ?? defaultTimeoutSeconds,
        skipCrds: args.skipCrds ?? false,
        // Each revision is a Secret of up to a megabyte.
        maxHistory: 5,
      },
      { parent: this, ...(opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }) },
    );
    this.releaseName = release.name;
    this.registerOutputs({ releaseName: this.releaseName });
  }
}

/**
 * Values as a release takes them.
 *
 * @throws where one is a credential; for values that a cloud makes known, once they are.
 */
export function checkedValues(
  name: string,
  values: ReleaseArgs["values"],
): pulumi.Input<Record<string, unknown>> {
  if (!pulumi.Output.isInstance(values)) return refuseCredentials(name, values);
  return pulumi.all([values, pulumi.isSecret(values)]).apply(([plain, secret]) => {
    if (secret) throw new Error(`release "${name}": a value is secret; name a Secret of the cluster instead`);
    return refuseCredentials(name, plain as Values);
  });
}

/** @throws where a value is a credential, or looks like one. */
export function refuseCredentials(name: string, values: Values): Record<string, unknown> {
  const paths = credentialPaths(values);
  if (paths.length > 0) {
    throw new Error(
      `release "${name}": ${paths.join(", ")} ${paths.length === 1 ? "holds a credential" : "hold credentials"}; ` +
        "name a Secret of the cluster instead",
    );
  }
  return { ...values };
}
