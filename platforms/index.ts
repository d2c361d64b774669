/** The platforms, one page each, and the foundation that they stand on. */
import { platformNames, type PlatformName, type Settings } from "../config/index.ts";
import { mirroredImage } from "../config/catalog/mirror.ts";
import { withBackupUsers } from "./backup-users.ts";
import { cancer } from "./cancer/index.ts";
import { describeFoundation, quintImages, type StackArtifacts } from "./foundation/index.ts";
import { refuseSharedHosts, routesOf } from "./hosts.ts";
import { withImages } from "./images.ts";
import { login } from "./login/index.ts";
import { refuseSharedNamespaces } from "./namespaces.ts";
import { gatewayOf, type FoundationSpec } from "./model/foundation.ts";
import type { GatewaySpec, Platform, SyncSource } from "./model/index.ts";
import { chestXray } from "./chest-xray/index.ts";
import { clinicalTrials } from "./clinical-trials/index.ts";
import { codeReview } from "./code-review/index.ts";
import { healthData } from "./health-data/index.ts";
import { refuseWrongBackups, withRecovery } from "./recovery.ts";
import { withRestoreDrill } from "./restore-drill/index.ts";
import { refuseFullNodes } from "./room.ts";
import { withRules } from "./monitoring/index.ts";
import { refuseWrongSecrets, withPullSecret, withSeals, withStore } from "./secrets.ts";

/** Describes a platform, or nothing where the stack does not name it. */
type Page = (settings: Settings) => Platform | undefined;

const pages: Record<PlatformName, Page> = {
  cancer: (all) => all.platforms.cancer && cancer(all, all.platforms.cancer),
  "clinical-trials": (all) =>
    all.platforms["clinical-trials"] && clinicalTrials(all, all.platforms["clinical-trials"]),
  "code-review": (all) => all.platforms["code-review"] && codeReview(all, all.platforms["code-review"]),
  "health-data": (all) => all.platforms["health-data"] && healthData(all, all.platforms["health-data"]),
  "chest-xray": (all) => all.platforms["chest-xray"] && chestXray(all, all.platforms["chest-xray"]),
};

/** The platforms that a stack names, in the order of deployment. */
export function describePlatforms(settings: Settings): readonly Platform[] {
  return platformNames
    .flatMap((name) => pages[name](settings) ?? [])
    .map((platform) => (settings.progressive ? platform : rollingPlainly(platform)))
    .map((platform) => withBackupUsers(withRecovery(platform, settings), settings))
    .map((platform) => withRestoreDrill(withStore(platform, settings.secrets), settings))
    .map((platform) => withPullSecret(platform, settings))
    .map((platform) => watched(platform, settings));
}

/** Without Prometheus nobody would evaluate rules. */
function watched(platform: Platform, { foundation }: Settings): Platform {
  return foundation.disable.includes("prometheus") ? platform : withRules(platform);
}

/** The platform without its canaries and blue-greens. */
function rollingPlainly(platform: Platform): Platform {
  return {
    ...platform,
    applications: platform.applications.map((application) => ({
      ...application,
      workloads: application.workloads.map(({ progressive: _progressive, ...workload }) => workload),
    })),
  };
}

/** Everything that a stack's settings describe. */
export interface StackDescription {
  readonly foundation: FoundationSpec;
  /** The gateway that routes are on. */
  readonly gateway: GatewaySpec;
  /** Where Argo CD syncs the platforms from; none where they are created directly. */
  readonly sync: SyncSource | undefined;
  /** Before those that the stack names the login, where a route asks for it. */
  readonly platforms: readonly Platform[];
}

/**
 * Describes a stack.
 *
 * @throws SettingsError where platforms need what the foundation leaves out, nodes cannot run what it needs, two routes
 * want the same host, two platforms the same namespace, a database has no archive to recover from, something is sealed that is no Secret of the stack, or its pods request more than
 * all nodes have.
 */
export function describeStack(settings: Settings): StackDescription {
  const { platforms, ...described } = describe(settings);
  const mirror = { images: settings.images.mirror };
  return {
    ...described,
    // The description of a preview is inside of its platform's.
    platforms: platforms.map((platform) => withImages(platform, (image) => mirroredImage(image, mirror))),
  };
}

/**
 * Lists the charts and images that a stack needs, with where they come from and where this stack takes them from.
 *
 * @throws SettingsError as {@link describeStack} does.
 */
export function artifactsOf(settings: Settings): StackArtifacts {
  const { foundation, platforms } = describe(settings);
  return quintImages(settings, foundation, platforms);
}

/** The stack with its images at their publishers' addresses. */
function describe(settings: Settings): StackDescription {
  const platforms = describePlatforms(settings);
  refuseSharedNamespaces(platforms, settings.stack);
  refuseWrongBackups(platforms, settings);
  const foundation = describeFoundation(settings, platforms);
  const tools = foundation.routes.map(({ spec: route }) => ({
    by: `foundation (route ${route.name})`,
    route,
  }));
  refuseSharedHosts([...tools, ...routesOf(platforms)], settings.stack);
  const all = foundation.options.login ? [watched(login(settings), settings), ...platforms] : platforms;
  refuseWrongSecrets(all, settings);
  refuseFullNodes(foundation, all, settings);
  return {
    foundation,
    gateway: gatewayOf(foundation),
    sync: syncOf(settings),
    platforms: all.map((platform) => withSeals(platform, settings.secrets)),
  };
}

function syncOf({ delivery, gitops, stack }: Settings): SyncSource | undefined {
  if (delivery !== "gitops" || gitops === undefined) return undefined;
  const { repository, revision, folder, signatureKeys } = gitops;
  return { repository, revision, folder, stack, signatureKeys };
}
