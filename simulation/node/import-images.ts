/** Imports images into the node's containerd. Runs inside the node. */
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../images/run.ts";
import { messageOf, SimulationError } from "../problem.ts";
import { containerdSocket } from "./folder.ts";
import type { NodePlan } from "./plan.ts";

/** Seconds that containerd gets to answer: it takes 0.3 s, 10 s on a busy machine. */
const answersWithin = 60;
/** Label of an imported image with the hash of its recipe: one that was made anew is imported anew. */
const recipeLabel = "quint.dev/recipe";

/**
 * Imports what is not there yet. An image needs no pull then: the kubelet finds it under the name that pods use.
 * @throws SimulationError when containerd does not answer or refuses an image.
 */
export async function importImages(plan: NodePlan, environment: NodeJS.ProcessEnv): Promise<void> {
  const ctr = (...args: string[]): Promise<string> =>
    run("ctr", ["--address", containerdSocket, "--namespace", "k8s.io", ...args], environment);
  const deadline = Date.now() + answersWithin * 1000;
  for (;;) {
    try {
      await ctr("version");
      break;
    } catch (error) {
      if (Date.now() > deadline) {
        throw new SimulationError(
          `containerd does not answer within ${answersWithin} s: ${messageOf(error)}`,
        );
      }
      await sleep(100);
    }
  }
  const there = await ctr("images", "list");
  for (const { reference, archive, hash } of plan.images) {
    const line = there.split("\n").find((one) => one.startsWith(`${reference} `));
    if (line?.includes(`${recipeLabel}=${hash}`)) continue;
    const arguments_ = plan.snapshotter === "overlayfs" ? [] : ["--snapshotter", plan.snapshotter];
    await ctr("images", "import", ...arguments_, archive);
    await ctr("images", "label", reference, `${recipeLabel}=${hash}`);
  }
}
