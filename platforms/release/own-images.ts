/** Platforms whose services each have an image of their own in the settings: a version is the tag of all of them. */
import type { PlatformName, Settings, WorkloadOverride } from "../../config/index.ts";
import {
  commonVersion,
  settingPath,
  withTag,
  type ReleaseOf,
  type ReleasePlan,
  type ReleaseRefusal,
  type ReleaseRequest,
} from "./plan.ts";

type Overrides = Readonly<Record<string, Pick<WorkloadOverride, "image"> | undefined>>;

export interface OwnImagesArgs {
  readonly platform: PlatformName;
  readonly strategies: ReleaseOf["strategies"];
  /** What the stack says of its workloads. */
  readonly overrides: (settings: Settings) => Overrides;
  /** Workloads whose image is not part of a version: the catalog has one for them. */
  readonly others: readonly string[];
  /** The edits that a strategy is; left out: the platform has but one way. */
  readonly strategyEdits?: (strategy: ReleaseRequest["strategy"]) => ReleasePlan["edits"];
}

export function ownImages(args: OwnImagesArgs): ReleaseOf {
  const { platform, overrides, others, strategies } = args;
  const own = (settings: Settings): (readonly [workload: string, image: string])[] =>
    Object.entries(overrides(settings)).flatMap(([workload, override]) =>
      override?.image === undefined || others.includes(workload) ? [] : [[workload, override.image] as const],
    );
  return {
    strategies,
    environments: [],
    namespaceOf: (_, environment) => environment,
    current: (settings) => commonVersion(own(settings).map(([, image]) => image)),
    plan: (settings, { version, strategy }): ReleasePlan | ReleaseRefusal => {
      const found = own(settings);
      if (found.length === 0) {
        return {
          reason: `${platform} has no image of its own in ${settings.stack}: samples run in place of its services`,
          remedy: `Set them first: ./quint set-image ${settings.stack} ${platform}/WORKLOAD IMAGE:TAG`,
        };
      }
      const images = found.map(([workload, image]) => [workload, withTag(image, version)] as const);
      return {
        edits: [
          ...images.map(([workload, image]) => ({
            path: settingPath(platform, "workloads", workload, "image"),
            value: image,
          })),
          ...(args.strategyEdits?.(strategy) ?? []),
        ],
        images: images.map(([, image]) => image),
      };
    },
  };
}
