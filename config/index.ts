/** Settings: this folder alone reads configuration, the environment and files of settings. */
export type { Settings } from "./settings.ts";
export { SettingsError, type Problem } from "./problems.ts";
export {
  architectures,
  isInCloud,
  isLocal,
  isMade,
  isSimulated,
  type Architecture,
  type ClusterSettings,
  type ClusterType,
  type NodePool,
} from "./schema/cluster.ts";
export {
  platformNames,
  type CancerSettings,
  type ClinicalTrialsJob,
  type ClinicalTrialsSettings,
  type ClinicalTrialsWorkload,
  codeReviewCore,
  codeReviewServices,
  type CodeReviewService,
  type CodeReviewSettings,
  type CodeReviewVersion,
  healthDataApplications,
  type ChestXrayColor,
  type ChestXraySettings,
  type HealthDataSettings,
  type HealthDataWorkload,
  type PlatformName,
  type WorkloadOverride,
} from "./schema/platforms.ts";
export { deliveries, type Delivery, type GitopsSettings } from "./schema/delivery.ts";
export { environments, type Environment } from "./schema/settings.ts";
export type * from "./sizes/index.ts";
export { images, type ImagePin } from "./catalog/images.ts";
export { clusterOverrides, type ClusterOverride } from "./cluster-override.ts";
export { loadSettings } from "./program.ts";
export { openStack, type OpenStack, type StackOverrides } from "./sources.ts";
export { noSuchStack, stacksIn } from "./stackfile.ts";
export { resolveState } from "./state.ts";
export { editStack, planEdits, writeStackFile, type SettingEdit } from "./edit.ts";
export { environmentVariables } from "./environment.ts";
export { kubeconfigOf, sharedFolderOf } from "./kubeconfig.ts";
