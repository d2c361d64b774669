/** What must be there before Argo Rollouts takes a workload over: the shares of its calls, and what judges them. */
import type * as pulumi from "@pulumi/pulumi";
import { customResource } from "../custom-resource.ts";
import type { Labels } from "../labels.ts";
import { weightedTraffic, weightsOf } from "../traffic/weights.ts";
import { analysisTemplates } from "./analysis.ts";
import type { Incoming } from "./incoming.ts";

/** Creates them; nothing for a workload that rolls plainly. */
export function versions(
  name: string,
  incoming: Incoming | undefined,
  metadata: { readonly name: string; readonly namespace: string; readonly labels: Labels },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  if (incoming === undefined) return [];
  const { beside, progressive, service } = incoming;
  const shares =
    progressive.kind === "canary"
      ? weightedTraffic({ ...metadata, service: service.name, canary: beside.name, port: service.port })
      : [];
  return [
    ...shares.map((route) =>
      customResource(`${name}-${route.metadata?.name ?? ""}`, route, {
        ...opts,
        ...(route.metadata?.name === weightsOf(service.name)
          ? { ignoreChanges: ["spec.http[*].route[*].weight"] }
          : {}),
      }),
    ),
    ...analysisTemplates(progressive, metadata).map((template) =>
      customResource(`${name}-${template.metadata?.name ?? ""}`, template, opts),
    ),
  ];
}
