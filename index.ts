/** Quint: the table of contents. Settings -> cluster -> foundation -> platforms -> outputs. */
import { loadSettings, kubeconfigOf } from "./config/index.ts";
import { createCluster, PlatformDeployment, PriorityClasses } from "./components/index.ts";
import { describePlatforms } from "./platforms/index.ts";

/** The program of every stack. Nothing is registered when the settings are wrong: they are read first. */
export default function quint(): Promise<Record<string, unknown>> {
  const settings = loadSettings();
  const descriptions = describePlatforms(settings);

  const cluster = createCluster("cluster", {
    ...settings,
    kubeconfig: kubeconfigOf(settings),
  });
  const foundation = new PriorityClasses("priority-classes", { providers: [cluster.provider] });

  const deployments = descriptions.map(
    (platform) => new PlatformDeployment(platform.name, { cluster, platform }, { dependsOn: [foundation] }),
  );

  return Promise.resolve({
    stack: settings.stack,
    environment: settings.environment,
    platforms: descriptions.map((platform) => platform.name),
    namespaces: deployments.flatMap((deployment) => deployment.namespaces),
  });
}
