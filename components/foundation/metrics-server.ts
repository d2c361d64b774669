/** metrics-server: CPU and memory of nodes and pods. */
import { podValues, requiredPod, type AddOnDefinition } from "./definition.ts";

export const metricsServer: AddOnDefinition = {
  values: (context) => {
    const server = requiredPod(context, "metrics-server/server");
    return {
      "metrics-server": {
        ...podValues(server),
        replicas: server.replicas,
        // kind's kubelets sign their serving certificates themselves.
        args: context.options.clusterType === "kind" ? ["--kubelet-insecure-tls"] : [],
      },
    };
  },
};
