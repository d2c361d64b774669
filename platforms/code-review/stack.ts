/** What the parts of the code-review page share: its versions, their namespaces and hosts, and the services they run. */
import {
  codeReviewCore,
  codeReviewServices,
  type CodeReviewService,
  type CodeReviewSettings,
  type CodeReviewVersion,
  type Settings,
} from "../../config/index.ts";

export interface CodeReviewStack {
  readonly settings: Settings;
  readonly codeReview: CodeReviewSettings;
}

/** Seed 002, "Namespaces (6)": four are the platform's; monitoring and ingress are the cluster's. */
export const infrastructureNamespace = "platform-infrastructure";

interface Version {
  readonly namespace: string;
  readonly purpose: string;
  /** First part of its host: `<host>.coderev.<domain>`. */
  readonly host: string;
}

export const versions: Record<CodeReviewVersion, Version> = {
  stable: { namespace: "platform-v2-stable", purpose: "Production", host: "api" },
  experiment: { namespace: "platform-v1-exp", purpose: "Experimentation", host: "v1" },
  quarantine: {
    namespace: "platform-v3-quarantine",
    purpose: "Archive of failed experiments, read-only",
    host: "v3",
  },
};

export const versionNames = ["stable", "experiment", "quarantine"] as const satisfies CodeReviewVersion[];

export function hostOf({ settings }: CodeReviewStack, version: CodeReviewVersion): string {
  return `${versions[version].host}.coderev.${settings.domain}`;
}

/** A service that a version runs, and its image; nothing where a sample stands in. */
export interface Deployed {
  readonly service: CodeReviewService;
  readonly image?: string;
}

/**
 * The services of a version: those of its release that have images. A version without a release runs samples of the
 * three where samples stand in, and is empty elsewhere.
 */
export function deployedIn(
  { settings, codeReview }: CodeReviewStack,
  version: CodeReviewVersion,
): Deployed[] {
  const release = codeReview.versions[version];
  if (release === undefined) {
    return settings.images.sample ? codeReviewCore.map((service) => ({ service })) : [];
  }
  const images = codeReview.releases[release] ?? {};
  return codeReviewServices.flatMap((service) => {
    const image = images[service];
    return image === undefined ? [] : [{ service, image }];
  });
}
