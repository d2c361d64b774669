/** Which stack is rendered. */
import type { StackOverrides } from "../../config/index.ts";

export interface RenderOptions {
  /** Project folder. */
  readonly root: string;
  readonly stack: string;
  readonly overrides?: StackOverrides;
  /** Text in place of the stack file's: what a change that is not written yet would make of it. */
  readonly text?: string;
}
