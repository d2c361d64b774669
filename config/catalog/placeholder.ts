/** Placeholder pods, which stand for pods of a chart on a simulated cluster: what they run, and where. */
import { both, type ChartImage } from "./chart.ts";

export const placeholderImage: ChartImage = {
  reference: "registry.k8s.io/pause:3.10.1",
  architectures: both,
  keys: [],
};

/** On every node that a simulated cluster makes for a pool of the settings; its value is the pool's name. */
export const nodePoolLabel = "quint.dev/node-pool";
