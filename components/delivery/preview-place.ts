/** The place that a preview takes: an object in the namespace of all previews, whose quota counts them. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PreviewsSpec } from "../../platforms/model/index.ts";
import { ownerLabels } from "../labels.ts";

/**
 * Applied before everything else of its preview and removed after it: a preview too many waits for it, and Argo CD says
 * why. The Applications themselves must not be counted: a generator that cannot make one removes none either. Nothing
 * acts on a ControllerRevision, and nobody else makes one in a namespace without pods.
 */
export class PreviewPlace extends pulumi.ComponentResource {
  constructor(
    name: string,
    { platform, nameOfEach, namespace }: PreviewsSpec,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("quint:delivery:PreviewPlace", name, {}, opts);
    new k8s.apps.v1.ControllerRevision(
      name,
      {
        metadata: {
          name: nameOfEach,
          namespace: namespace.name,
          labels: ownerLabels({ platform: platform.name }),
          annotations: { "argocd.argoproj.io/sync-wave": "-1" },
        },
        revision: 1,
        data: {},
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
