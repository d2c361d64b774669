/** The scheduler's configuration file. */
import { stringify } from "yaml";

/** @param kubeconfig path of the scheduler's own kubeconfig. */
export function schedulerConfiguration(kubeconfig: string): string {
  return stringify({
    apiVersion: "kubescheduler.config.k8s.io/v1",
    kind: "KubeSchedulerConfiguration",
    // The defaults (50 and 100) hold a roll-out of 1,000 pods back by 20 s.
    clientConnection: { kubeconfig, qps: 500, burst: 1000 },
    leaderElection: { leaderElect: false },
  });
}
