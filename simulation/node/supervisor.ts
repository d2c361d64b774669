/**
 * The process that keeps a real node alive: `node supervisor.ts <cluster folder> <stack>`, by `startRealNode` alone.
 * Apart from the control plane's supervisor, so that either can be started again without the other.
 */
import { administratorClient } from "../api/credentials.ts";
import { readDescription } from "../control-plane/description.ts";
import { atFolder } from "../folder.ts";
import { supervise, supervisedCluster } from "../supervision/supervise.ts";
import { nodePath } from "./folder.ts";
import { readPlan } from "./plan.ts";
import { RealNode } from "./real-node.ts";

const { folder, stack } = supervisedCluster();
const paths = atFolder(folder, stack);

await supervise(nodePath(folder, "lock"), () => {
  const description = readDescription(paths);
  const plan = readPlan(folder);
  if (description === undefined || plan === undefined)
    throw new Error(`${folder} holds no plan of a real node, or no cluster`);
  return new RealNode(folder, plan, administratorClient(paths, description.server));
});
