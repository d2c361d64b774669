/** Quint: the table of contents. Settings -> cluster -> foundation -> platforms -> outputs. */
import { kubeconfigOf, loadSettings, sharedFolderOf } from "./config/index.ts";
import {
  createCluster,
  Foundation,
  offsiteStore,
  PlatformDeployment,
  PreviewPlace,
} from "./components/index.ts";
import { describeStack } from "./platforms/index.ts";

/** The program of every stack. Nothing is registered when the settings are wrong: they are read first. */
export default async function quint(): Promise<Record<string, unknown>> {
  const { settings, described, mirrors, cluster } = await opened();
  const offsite = await offsiteStore("offsite", {
    stack: settings.stack,
    settings: settings.foundation.offsite,
    facts: cluster.facts,
  });
  const foundation = new Foundation(
    "foundation",
    { cluster, spec: described.foundation, offsite },
    { dependsOn: [...cluster.prerequisites] },
  );

  const deployments = described.platforms.map(
    (platform) =>
      new PlatformDeployment(
        platform.name,
        {
          cluster,
          platform,
          gateway: described.gateway,
          mirrors,
          sync: described.sync,
          velero: foundation.addOns.get("velero"),
        },
        { dependsOn: [...foundation.prerequisites] },
      ),
  );

  return {
    stack: settings.stack,
    environment: settings.environment,
    addOns: [...foundation.addOns.keys()],
    platforms: described.platforms.map((platform) => platform.name),
    namespaces: [foundation, ...deployments].flatMap(({ namespaces }) => namespaces),
    // How people and tools reach a cluster that was made here: `quint` keeps it under .quint/.
    ...(cluster.kubeconfig === undefined ? {} : { kubeconfig: cluster.kubeconfig }),
  };
}

/**
 * What each pull request gets beside the stack, with marks for what only the pull request knows. Rendered for Argo CD,
 * which makes one for each; no engine runs it.
 */
export async function previews(): Promise<Record<string, unknown>> {
  const { described, mirrors, cluster } = await opened();
  for (const { previews } of described.platforms) {
    if (previews === undefined) continue;
    const { platform, project } = previews;
    const { gateway } = described;
    const copy = new PlatformDeployment(project.name, { cluster, platform, gateway, mirrors });
    new PreviewPlace(project.name, previews, { parent: copy });
  }
  return {};
}

async function opened() {
  const settings = loadSettings();
  const described = describeStack(settings);
  const mirrors = { charts: settings.charts.mirror, images: settings.images.mirror };
  const cluster = await createCluster("cluster", {
    ...settings,
    kubeconfig: kubeconfigOf(settings),
    sharedFolder: sharedFolderOf(settings),
    mirrors,
  });
  return { settings, described, mirrors, cluster };
}
