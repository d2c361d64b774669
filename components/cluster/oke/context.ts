/** What every part of an OKE cluster needs to know. */
import type { Tags } from "../cloud/tags.ts";

export interface OkeContext {
  /** What display names begin with, e.g. `quint-production`. */
  readonly prefix: string;
  /** OCID of the compartment. */
  readonly compartment: string;
  readonly region: string;
  readonly tags: Tags;
}
