/** What a placeholder pod runs: nothing. On a simulated cluster it stands for a pod of a chart. */
import { both, type ChartImage } from "./chart.ts";

export const placeholderImage: ChartImage = {
  reference: "registry.k8s.io/pause:3.10.1",
  architectures: both,
  keys: [],
};
