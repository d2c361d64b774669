/** Quint: the table of contents. Settings -> cluster -> foundation -> platforms -> outputs. */
import { kubeconfigOf, loadSettings, sharedFolderOf } from "./config/index.ts";
import { createCluster, PlatformDeployment, PriorityClasses } from "./components/index.ts";
import { describePlatforms } from "./platforms/index.ts";

/** The program of every stack. Nothing is registered when the settings are wrong: they are read first. */
export default async function quint(): Promise<Record<string, unknown>> {
  const settings = loadSettings();
  const descriptions = describePlatforms(settings);

  const cluster = await createCluster("cluster", {
    ...settings,
    kubeconfig: kubeconfigOf(settings),
    sharedFolder: sharedFolderOf(settings),
    mirrors: {},
  });
  const inside = { providers: [cluster.provider], dependsOn: [...cluster.prerequisites] };
  const foundation = new PriorityClasses("priority-classes", inside);

  const deployments = descriptions.map(
    (platform) => new PlatformDeployment(platform.name, { cluster, platform }, { dependsOn: [foundation] }),
  );

  return {
    stack: settings.stack,
    environment: settings.environment,
    platforms: descriptions.map((platform) => platform.name),
    namespaces: deployments.flatMap((deployment) => deployment.namespaces),
    // How people and tools reach a cluster that was made here: `quint` keeps it under .quint/.
    ...(cluster.kubeconfig === undefined ? {} : { kubeconfig: cluster.kubeconfig }),
  };
}
