/** The clinical-trials page of an environment, as data, and its parts by name. */
import assert from "node:assert/strict";
import { clinicalTrials } from "../../../../platforms/clinical-trials/index.ts";
import type {
  ApplicationSpec,
  DataServiceSpec,
  Platform,
  RouteSpec,
  WorkloadSpec,
} from "../../../../platforms/model/index.ts";
import { changed, type Stack } from "../../config/project-folder.ts";

/** Services whose images the stack must set (seed 000, "Kubernetes Manifests"). */
const services = [
  "clinical-gateway",
  "kafka-producer",
  "kafka-consumer",
  "feature-engineering",
  "model-serving",
  "monitoring-service",
  "spark-streaming",
  "spark-batch",
  "training",
];

/** A stack's settings of the platform; images are `registry.example/<service>:v1.0.0` outside dev. */
export function page(stack: Stack, clinical: Readonly<Record<string, unknown>> = {}): Platform {
  const workloads = stack === "dev" ? {} : Object.fromEntries(services.map((name) => [name, image(name)]));
  const settings = changed(stack, {
    "platforms.clinical-trials": {
      ...clinical,
      workloads: { ...workloads, ...(clinical.workloads as object | undefined) },
    },
  });
  const chosen = settings.platforms["clinical-trials"];
  assert.ok(chosen);
  return clinicalTrials(settings, chosen);
}

const image = (name: string) => ({ image: `registry.example/${name}:v1.0.0` });

export function workload(platform: Platform, name: string): WorkloadSpec {
  return only(platform, ({ workloads }) => workloads, name);
}

export function data(platform: Platform, name: string): DataServiceSpec {
  return only(platform, (application) => application.data ?? [], name);
}

export function route(platform: Platform, name: string): RouteSpec {
  return only(platform, ({ routes }) => routes, name);
}

function only<Item extends { readonly name: string }>(
  platform: Platform,
  of: (application: ApplicationSpec) => readonly Item[],
  name: string,
): Item {
  const found = platform.applications.flatMap(of).filter((item) => item.name === name);
  assert.equal(found.length, 1, `${name}: ${found.length} of them`);
  return found[0]!;
}
