/** Imports images into the node's containerd. Runs inside the node. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ImageArchive } from "../images/ensure.ts";
import { run } from "../images/run.ts";
import { messageOf, SimulationError } from "../problem.ts";
import { containerdSocket } from "./folder.ts";
import type { NodePlan } from "./plan.ts";

/** Seconds that containerd gets to answer: it takes 0.3 s, 10 s on a busy machine. */
const answersWithin = 300;
/** Label of an imported image with the hash of its recipe: one that was made anew is imported anew. */
const recipeLabel = "quint.dev/recipe";

/** The node's containerd, as its client asks it. */
export class ImageStore {
  readonly #plan: NodePlan;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(plan: NodePlan, environment: NodeJS.ProcessEnv) {
    this.#plan = plan;
    this.#environment = environment;
  }

  /** @throws SimulationError when containerd does not answer. */
  async answers(): Promise<void> {
    const deadline = Date.now() + answersWithin * 1000;
    for (;;) {
      try {
        await this.#ctr("version");
        return;
      } catch (error) {
        if (Date.now() > deadline) {
          throw new SimulationError(
            `containerd does not answer within ${answersWithin} s: ${messageOf(error)}`,
          );
        }
        await sleep(100);
      }
    }
  }

  /**
   * Imports those that are not there yet. An image needs no pull then: the kubelet finds it under the name that pods
   * use.
   * @throws SimulationError when containerd refuses one.
   */
  async import(images: readonly ImageArchive[]): Promise<void> {
    const there = (await this.#ctr("images", "list")).split("\n");
    const has = ({ reference, hash }: ImageArchive): boolean =>
      there.some((line) => line.startsWith(`${reference} `) && line.includes(`${recipeLabel}=${hash}`));
    await Promise.all(images.filter((image) => !has(image)).map((image) => this.#importOne(image)));
  }

  async #importOne({ reference, archive, hash }: ImageArchive): Promise<void> {
    const { snapshotter } = this.#plan;
    const chosen = snapshotter === "overlayfs" ? [] : ["--snapshotter", snapshotter];
    await this.#ctr("images", "import", ...chosen, archive);
    await this.#ctr("images", "label", reference, `${recipeLabel}=${hash}`);
  }

  async #ctr(...args: string[]): Promise<string> {
    return await run(
      "ctr",
      ["--address", containerdSocket, "--namespace", "k8s.io", ...args],
      this.#environment,
    );
  }
}
