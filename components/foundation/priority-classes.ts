/** The four priority classes that every platform workload chooses from. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { priorityClasses, type PriorityClassName } from "../../platforms/model/index.ts";

const purposes: Record<PriorityClassName, string> = {
  "critical-priority": "Databases and infrastructure",
  "high-priority": "API gateways and model serving",
  "medium-priority": "Processing and feature engineering",
  "low-priority": "Batch jobs and training",
};

/** Creates the four classes. None is the global default: every workload names its own. */
export class PriorityClasses extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("quint:foundation:PriorityClasses", name, {}, opts);
    for (const [className, value] of Object.entries(priorityClasses)) {
      new k8s.scheduling.v1.PriorityClass(
        `${name}-${className}`,
        {
          metadata: { name: className, labels: { "app.kubernetes.io/managed-by": "quint" } },
          value,
          globalDefault: false,
          description: purposes[className as PriorityClassName],
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
