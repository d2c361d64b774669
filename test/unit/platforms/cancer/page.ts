/** The page of the cancer platform as its tests read it: production's, whose figures are the seed's, unless changed. */
import assert from "node:assert/strict";
import type { CancerSettings, Settings } from "../../../../config/index.ts";
import { cancer } from "../../../../platforms/cancer/index.ts";
import type { Platform, WorkloadSpec } from "../../../../platforms/model/index.ts";
import { settingsOf } from "../../../support/stacks.ts";

/** The page of a stack with some of the platform's settings changed. */
export function page(
  changes: Partial<CancerSettings> = {},
  settings: Settings = settingsOf("production"),
): Platform {
  assert.ok(settings.platforms.cancer);
  return cancer(settings, { ...settings.platforms.cancer, ...changes });
}

export const application = (platform: Platform) => platform.applications[0]!;

export function workload(platform: Platform, name: string): WorkloadSpec {
  const found = application(platform).workloads.find((spec) => spec.name === name);
  assert.ok(found, name);
  return found;
}

export function config(platform: Platform, name: string): Readonly<Record<string, string>> {
  const found = application(platform).configs.find((spec) => spec.name === name);
  assert.ok(found, name);
  return found.data;
}

/** The Services that answer outside, and how. */
export function outside(spec: WorkloadSpec) {
  return spec.services.filter(({ exposure }) => exposure.type !== "ClusterIP");
}

export const direct = { expose: "direct" } as const;
export const paths = { routing: "paths" } as const;

/** ConfigMaps that a server mounts, and where. */
export function configMounts(platform: Platform, name: string) {
  return workload(platform, name).container.mounts?.flatMap((mount) =>
    mount.kind === "config" ? [[mount.config, mount.path]] : [],
  );
}
