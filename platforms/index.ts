/** The platforms, one page each, and the foundation that they stand on. */
import { platformNames, type PlatformName, type PlatformsSettings, type Settings } from "../config/index.ts";
import { mirroredImage } from "../config/catalog/mirror.ts";
import { cancer } from "./cancer/index.ts";
import { describeFoundation, quintImages, type StackArtifacts } from "./foundation/index.ts";
import { refuseSharedHosts, routesOf } from "./hosts.ts";
import { withImages } from "./images.ts";
import { login } from "./login/index.ts";
import { gatewayOf, type FoundationSpec } from "./model/foundation.ts";
import type { GatewaySpec, Platform } from "./model/index.ts";
import { chestXray } from "./chest-xray/index.ts";
import { clinicalTrials } from "./clinical-trials/index.ts";
import { codeReview } from "./code-review/index.ts";
import { healthData } from "./health-data/index.ts";

/** A page, given what the stack says of its platform. */
type Page<Name extends PlatformName> = (
  settings: Settings,
  own: NonNullable<PlatformsSettings[Name]>,
) => Platform;

const pages: { readonly [Name in PlatformName]: Page<Name> } = {
  cancer,
  "clinical-trials": clinicalTrials,
  "code-review": codeReview,
  "health-data": healthData,
  "chest-xray": chestXray,
};

/** A platform, or nothing where the stack does not name it. */
function described<Name extends PlatformName>(name: Name, settings: Settings): Platform | undefined {
  const own = settings.platforms[name];
  return own && pages[name](settings, own);
}

/** The platforms that a stack names, in the order of deployment. */
export function describePlatforms(settings: Settings): readonly Platform[] {
  return platformNames.flatMap((name) => described(name, settings) ?? []);
}

/** Everything that a stack's settings describe. */
export interface StackDescription {
  readonly foundation: FoundationSpec;
  /** The gateway that routes are on. */
  readonly gateway: GatewaySpec;
  /** Before those that the stack names the login, where a route asks for it. */
  readonly platforms: readonly Platform[];
}

/**
 * Describes a stack.
 *
 * @throws SettingsError where platforms need what the foundation leaves out, nodes cannot run what it needs, or two
 * routes want the same host.
 */
export function describeStack(settings: Settings): StackDescription {
  const { platforms, ...described } = describe(settings);
  const mirror = { images: settings.images.mirror };
  return {
    ...described,
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
  const foundation = describeFoundation(settings, platforms);
  const tools = foundation.routes.map(({ spec: route }) => ({
    by: `foundation (route ${route.name})`,
    route,
  }));
  refuseSharedHosts([...tools, ...routesOf(platforms)], settings.stack);
  return {
    foundation,
    gateway: gatewayOf(foundation),
    platforms: foundation.options.login ? [login(settings), ...platforms] : platforms,
  };
}
