/** What the rest of the program gets: a stack's settings, checked, completed and frozen. */
import type { Frozen } from "./schema/frozen.ts";
import type { StackSettings } from "./schema/settings.ts";
import type { EnvironmentSizes } from "./sizes/index.ts";

/** A stack's settings. `state` is there only where the stack file chooses it: `resolveState` knows what holds. */
export type Settings = Frozen<Omit<StackSettings, "progressive">> & {
  /** Name of the stack, e.g. `dev`. */
  readonly stack: string;
  /** Whether declared canaries and blue-greens are taken at their word, or those workloads roll plainly. */
  readonly progressive: boolean;
  /** The environment's column of the sizes table. */
  readonly sizes: EnvironmentSizes;
};
